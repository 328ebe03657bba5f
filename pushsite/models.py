"""What a member of staff prefers to read: the language, and whose clocks."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Profile(models.Model):
    """One reader's choices; an empty one means the browser's, or the site's.

    Only pushsite.reader writes it.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+"
    )
    language = models.CharField(_("language"), max_length=8, blank=True)
    zone = models.CharField(_("time zone"), max_length=50, blank=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("reader’s choices")
        verbose_name_plural = _("readers’ choices")

    def __str__(self) -> str:
        return f"{self.user_id}"

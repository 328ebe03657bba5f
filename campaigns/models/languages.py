"""The languages that this workspace writes its messages in."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class WrittenLanguageQuerySet(models.QuerySet["WrittenLanguage"]):
    def tags(self) -> set[str] | None:
        """Those that messages may be in; None while none is registered: any."""
        return set(self.values_list("tag", flat=True)) or None

    def allows(self, tag: str) -> bool:
        """Whether a message may be written in the language of a tag."""
        usable = self.tags()
        return usable is None or tag in usable


class WrittenLanguage(models.Model):
    """A language by its tag, such as fr or fr-CA, as messages keep it."""

    tag = models.CharField(_("tag"), max_length=20, unique=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    added_at = models.DateTimeField(_("added"))

    objects = WrittenLanguageQuerySet.as_manager()

    class Meta:
        verbose_name = _("language of messages")
        verbose_name_plural = _("languages of messages")
        ordering = ["tag"]

    def __str__(self) -> str:
        return self.tag

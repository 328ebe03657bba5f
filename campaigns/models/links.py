"""What came of looking whether a link opens."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from devices import said
from devices.models import Application


class LinkVisit(models.Model):
    """The last visit to an address: ``trouble`` "" when it opened (devices.said).

    ``needs_signin`` when it led to a page that asks who one is.
    """

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="+", editable=False
    )
    address = models.TextField(_("address"))
    trouble = models.TextField(blank=True)
    needs_signin = models.BooleanField(default=False)
    at = models.DateTimeField(_("visited"))

    class Meta:
        default_permissions = ()
        verbose_name = _("visited link")
        verbose_name_plural = _("visited links")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "address"], name="one_visit_per_link"
            )
        ]

    def __str__(self) -> str:
        return self.address[:80]

    @property
    def why(self) -> str:
        """Why it did not open, in the reader's language."""
        return said.shown(self.trouble)

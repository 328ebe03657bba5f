"""Which doubts of a review somebody took upon themselves."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .campaigns import Campaign


class CheckAcceptance(models.Model):
    """One amber of a campaign's review, accepted by name.

    ``key`` names the check and its field, ``mark`` is a digest of what the field said
    then (campaigns.review.accepting), ``sentence`` what the person read.
    """

    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="acceptances", editable=False
    )
    key = models.CharField(max_length=120)
    mark = models.CharField(max_length=64)
    sentence = models.TextField(_("what was accepted"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("accepted by"),
    )
    at = models.DateTimeField(_("accepted"))

    class Meta:
        default_permissions = ()
        verbose_name = _("accepted check")
        verbose_name_plural = _("accepted checks")
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "key"], name="one_acceptance_per_check"
            )
        ]

    def __str__(self) -> str:
        return self.key

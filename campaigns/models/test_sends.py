"""A test send: to one enrolled device, by its own road, outside every count."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from devices.models import Installation

from .campaigns import Campaign


class TestSend(models.Model):
    """What the phone's platform does beside the words: ``platforms``, ``said``."""

    __test__ = False

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="test_sends")
    installation = models.ForeignKey(Installation, models.CASCADE, related_name="+")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked"))
    locale = models.CharField(
        _("language"), max_length=20, blank=True, db_default="", default=""
    )
    variant = models.CharField(
        _("variant"), max_length=1, blank=True, db_default="", default=""
    )
    title = models.TextField(_("title"))
    body = models.TextField(_("body"))
    link = models.TextField(_("tap goes to"), blank=True)
    image = models.TextField(_("image"), blank=True, db_default="", default="")
    icon = models.TextField(_("icon"), blank=True, db_default="", default="")
    buttons = models.JSONField(_("buttons"), default=list, blank=True, db_default=[])
    data = models.JSONField(default=dict, blank=True, db_default={})
    platforms = models.JSONField(default=dict, blank=True, db_default={})
    said = models.JSONField(default=dict, blank=True, db_default={})
    answered_at = models.DateTimeField(_("answered"), null=True)
    verdict = models.CharField(_("answer"), max_length=20, blank=True)
    sentence = models.TextField(_("in words"), blank=True)
    code = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = _("test send")
        verbose_name_plural = _("test sends")
        ordering = ["-asked_at"]

    def __str__(self) -> str:
        return f"{self.campaign} · {self.asked_at:%Y-%m-%d %H:%M}"

    @property
    def seconds(self) -> float | None:
        """From the question to its answer; None while there is none."""
        if self.answered_at is None:
            return None
        return (self.answered_at - self.asked_at).total_seconds()

"""Attributes that an administrator made fast: each has an index of its own."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from devices.models import Application


class IndexState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    BUILDING = "building", _("being built")
    READY = "ready", _("ready")
    FAILED = "failed", _("failed")
    REMOVING = "removing", _("being removed")


class AttributeIndex(models.Model):
    """An index over one attribute of one application's people.

    ``kind`` is the attribute's type as segments compare it: text, number or date.
    """

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="+", verbose_name=_("application")
    )
    name = models.CharField(_("attribute"), max_length=64)
    kind = models.CharField(_("type"), max_length=8)
    state = models.CharField(
        _("state"), max_length=8, choices=IndexState, default=IndexState.WAITING
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked"))
    changed_at = models.DateTimeField(_("changed"))
    problem = models.CharField(_("problem"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("fast attribute")
        verbose_name_plural = _("fast attributes")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "name", "kind"], name="one_index_per_attribute"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def index_name(self) -> str:
        """What PostgreSQL knows it by."""
        return f"fast_attribute_{self.pk}"

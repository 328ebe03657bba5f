"""A dry run: what a campaign would say to each of its people, counted."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from .campaigns import Campaign


class DryRunState(models.TextChoices):
    WORKING = "working", _("Working")
    FINISHED = "finished", _("Finished")
    STOPPED = "stopped", _("Stopped")
    FAILED = "failed", _("Failed")


class DryRun(models.Model):
    """``content``, ``audience``, ``purpose`` and ``topic`` as they were at ``version``.

    People are read by id, up to ``cursor`` so far; ``tally`` is the JSON of
    campaigns.dry_run.tally over ``people`` of about ``total`` (0: not known yet).
    """

    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="dry_runs", editable=False
    )
    version = models.PositiveIntegerField()
    content = models.JSONField(encoder=DjangoJSONEncoder)
    audience = models.JSONField(encoder=DjangoJSONEncoder)
    purpose = models.CharField(max_length=14)
    topic = models.BigIntegerField(null=True)
    state = models.CharField(
        _("state"), max_length=8, choices=DryRunState, default=DryRunState.WORKING
    )
    cursor = models.BigIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    tally = models.JSONField(default=dict)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked"))
    touched_at = models.DateTimeField()
    """When a worker last wrote: one that is silent for long is rung again."""

    class Meta:
        default_permissions = ()
        verbose_name = _("dry run")
        verbose_name_plural = _("dry runs")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign"],
                condition=models.Q(state="working"),
                name="one_dry_run_at_work",
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} · {self.version}"

"""How fast pushes may leave: one row for each channel, and one for each run.

Written by campaigns.delivery alone: limits by speeds, what was granted by grants, and
what a provider asked for by slowing. No row, or one without a limit that was
never slowed down, means that nothing is asked for a push.
"""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from devices.models import Application
from devices.models.applications import Environment, GatewayKind

from .runs import Run


class Rate(models.Model):
    """``per_minute`` is what somebody decided, None for no limit.

    ``tat`` is the moment from which the next push may leave: whoever takes a grant
    moves it on by what was granted. ``began`` is when a climb to full speed began.
    """

    per_minute = models.PositiveIntegerField(_("pushes a minute"), null=True)
    tat = models.DateTimeField(db_default=Now())
    began = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class ChannelRate(Rate):
    """The way of one application to one gateway, shared by all of its runs.

    A provider that asked for less lowers ``slowed_to`` (pushes a second), at
    ``slowed_at``. Nothing leaves before ``held_until``; from then on the speed climbs
    back to the limit, or, where there is none, to ``base``: what had been measured.
    Without a limit it is free again at ``recovers_at``.
    """

    application = models.ForeignKey(Application, models.CASCADE, related_name="+")
    gateway = models.CharField(max_length=8, choices=GatewayKind)
    environment = models.CharField(max_length=12, choices=Environment)
    base = models.FloatField(null=True)
    slowed_to = models.FloatField(null=True)
    slowed_at = models.DateTimeField(null=True)
    held_until = models.DateTimeField(null=True)
    recovers_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("sending speed")
        verbose_name_plural = _("sending speeds")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "gateway", "environment"],
                name="one_rate_per_channel",
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id}/{self.gateway}/{self.environment}"


class RunRate(Rate):
    """The limit of one run, over all of its gateways."""

    run = models.OneToOneField(
        Run, models.CASCADE, primary_key=True, related_name="rate"
    )

    class Meta:
        default_permissions = ()
        verbose_name = _("speed of a run")
        verbose_name_plural = _("speeds of runs")

    def __str__(self) -> str:
        return str(self.run_id)

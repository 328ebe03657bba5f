"""A run: one firing of a campaign; and what governs all runs."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from devices import said
from devices.models import Application

from .campaigns import Campaign, Policy, Revision
from .states import RUN_MOVES, RunState, origins

User = settings.AUTH_USER_MODEL


class DeadTokens(models.TextChoices):
    """Retired as they are found, unless they are too many: then somebody decides."""

    RETIRED = "", _("switched off as they are found")
    ASKED = "asked", _("somebody has to decide")
    APPLIED = "applied", _("switched off by somebody's decision")
    DISMISSED = "dismissed", _("left as they are")


class RunQuerySet(models.QuerySet["Run"]):
    def move(self, to: RunState, **changes: object) -> int:
        """Move those that may; the row count is the answer."""
        return self.filter(state__in=origins(RUN_MOVES, to)).update(state=to, **changes)


class Run(models.Model):
    """One firing. ``slot`` is the local slot, unique per campaign.

    ``epoch`` grows with each pause, resume and stop: workers compare it in every
    statement. ``audience`` is the number of ledger rows, ``people`` and ``devices``
    what they stand for. ``cursor`` is the last person the snapshot has frozen.
    ``stopping`` stays true until every row of a stopped run has its outcome.
    ``confirmed_people`` is a count from a sample where ``confirmed_about`` is set.
    ``dead_tokens`` says what becomes of devices that the gateways call gone.
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="runs")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="runs")
    application = models.ForeignKey(Application, models.PROTECT, related_name="+")
    slot = models.CharField(_("slot"), max_length=80)
    due_at = models.DateTimeField(_("due"))
    state = models.CharField(_("state"), max_length=12, choices=RunState)
    reason = models.TextField(_("why"), blank=True)
    policy = models.CharField(max_length=16, choices=Policy)
    epoch = models.PositiveIntegerField(default=0)
    stopping = models.BooleanField(default=False)
    launch_key = models.UUIDField(unique=True, null=True)
    confirmed_people = models.PositiveIntegerField(null=True)
    confirmed_about = models.BooleanField(default=False, db_default=False)
    countdown_until = models.DateTimeField(null=True)
    audience = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    devices = models.PositiveIntegerField(default=0)
    cursor = models.BigIntegerField(default=0)
    ttl = models.PositiveIntegerField(default=86_400)
    dead_tokens = models.CharField(
        max_length=12,
        choices=DeadTokens,
        default=DeadTokens.RETIRED,
        db_default="",
        blank=True,
    )
    launched_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    prepared_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        ordering = ["-due_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "slot"], name="one_run_per_slot"
            )
        ]
        indexes = [
            models.Index(
                fields=["state", "countdown_until"],
                condition=models.Q(
                    state__in=["countdown", "preparing", "sending", "paused"]
                ),
                name="run_open",
            ),
            models.Index(
                fields=["id"], condition=models.Q(stopping=True), name="run_stopping"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign} · {self.slot}"

    @property
    def why(self) -> str:
        """The reason of its state, in the reader's language."""
        return said.shown(self.reason)


class LeftOut(models.Model):
    """How many ledger rows the snapshot left out, by reason, kept as it goes."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="left_out")
    reason = models.SmallIntegerField()
    rows = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "reason"], name="one_left_out_per_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.reason}: {self.rows}"


class Spoken(models.Model):
    """How many devices were due in which language, kept as the snapshot goes.

    ``translation`` counts from 1 in the revision's order; 0 is its own language.
    """

    run = models.ForeignKey(Run, models.CASCADE, related_name="spoken")
    translation = models.SmallIntegerField()
    rows = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "translation"], name="one_count_per_translation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.translation}: {self.rows}"


class Correction(models.Model):
    """A message corrected while its run was paused, for those not yet contacted.

    ``done`` are the run's tallies at that moment, by state: those devices had
    ``before``; the others get ``after``.
    """

    run = models.ForeignKey(Run, models.PROTECT, related_name="corrections")
    before = models.ForeignKey(Revision, models.PROTECT, related_name="+")
    after = models.ForeignKey(Revision, models.PROTECT, related_name="+")
    done = models.JSONField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("corrected"))

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.run} · {self.before.number} → {self.after.number}"


class Switch(models.Model):
    """The global stop: one row, read inside every intent.

    ``instance`` is the id of the installation that may send: when the data folder
    or the database was copied, it differs and sending starts on hold.
    """

    is_on = models.BooleanField(_("sending allowed"), default=True)
    reason = models.TextField(_("why"), blank=True)
    instance = models.UUIDField(null=True)
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("sending switch")
        verbose_name_plural = _("sending switch")
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_switch")
        ]

    def __str__(self) -> str:
        return str(_("on") if self.is_on else _("off"))

    @property
    def why(self) -> str:
        """The reason of the stop, in the reader's language."""
        return said.shown(self.reason)


class Heartbeat(models.Model):
    """When a part of the machinery last showed that it works."""

    part = models.CharField(max_length=80, primary_key=True)
    at = models.DateTimeField()
    facts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.part

"""The ledger: what was to be sent to whom, and what happened (append-only).

Delivery and outcome are range-partitioned by blocks of runs; the migration makes
them by hand, so they are not managed by Django.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from devices.models import Application
from devices.models.applications import GatewayKind

from .runs import Run
from .states import BatchState


class Batch(models.Model):
    """A range (lo, hi] of seq, or a list of members, at one attempt number.

    Positions run from ``lo`` to ``hi``: for a range they are the seq itself, for a
    list they index ``members`` from 1 (lo is 0). ``done`` <= ``next``; both only move
    forward; (done, next] is intended without outcome. ``token`` is the fence, raised
    by each claim. The tallies count outcomes of this batch; in a retry batch each
    outcome also takes one from ``parked``. ``tries`` counts the attempts that a
    provider turned away, ``deaths`` the workers lost while they held these rows.
    """

    run = models.ForeignKey(Run, models.PROTECT, related_name="batches")
    application = models.ForeignKey(Application, models.PROTECT, related_name="+")
    gateway = models.CharField(max_length=8, choices=GatewayKind)
    environment = models.CharField(max_length=12)
    variant = models.SmallIntegerField(default=0)
    lo = models.IntegerField()
    hi = models.IntegerField()
    members = ArrayField(models.IntegerField(), null=True)
    attempt = models.SmallIntegerField(default=1)
    tries = models.SmallIntegerField(default=0)
    state = models.SmallIntegerField(choices=BatchState, default=BatchState.WAITING)
    token = models.IntegerField(default=0)
    deaths = models.SmallIntegerField(default=0)
    owner = models.CharField(max_length=80, blank=True)
    until = models.DateTimeField(null=True)
    due = models.DateTimeField()
    done = models.IntegerField()
    next = models.IntegerField()
    accepted = models.IntegerField(default=0)
    failed = models.IntegerField(default=0)
    skipped = models.IntegerField(default=0)
    unknown = models.IntegerField(default=0)
    parked = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        indexes = [
            models.Index(
                fields=["due", "id"],
                condition=~models.Q(state=2),
                name="batch_claim",
            ),
            models.Index(fields=["run", "id"], name="batch_run"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.pk}"


class BatchReason(models.Model):
    """How many outcomes of a batch had which reason; locked with the batch."""

    pk = models.CompositePrimaryKey("batch_id", "reason")
    batch = models.ForeignKey(Batch, models.CASCADE, related_name="reasons")
    reason = models.SmallIntegerField()
    rows = models.IntegerField()

    class Meta:
        verbose_name = _("reason of a batch")
        verbose_name_plural = _("reasons of batches")

    def __str__(self) -> str:
        return f"{self.reason}: {self.rows}"


class Delivery(models.Model):
    """One run to one installation; or one person who has none, with the reason.

    A row with ``reason`` was left out at the snapshot and is skipped for good.
    ``translation`` is the language that it is sent in (Spoken.translation); rows from
    before there were translations have none. Never changed once written.
    """

    pk = models.CompositePrimaryKey("run_id", "seq")
    run_id = models.BigIntegerField()
    seq = models.IntegerField()
    person_id = models.BigIntegerField()
    installation_id = models.BigIntegerField(null=True)
    token_hash = models.BinaryField(null=True)
    reason = models.SmallIntegerField(null=True)
    translation = models.SmallIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "campaigns_delivery"

    def __str__(self) -> str:
        return f"{self.run_id}/{self.seq}"


class Outcome(models.Model):
    """What one attempt came to. The highest attempt is the delivery's state."""

    pk = models.CompositePrimaryKey("run_id", "seq", "attempt")
    run_id = models.BigIntegerField()
    seq = models.IntegerField()
    attempt = models.SmallIntegerField()
    reason = models.SmallIntegerField()
    code = models.TextField(default="")
    ref = models.TextField(default="")
    at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "campaigns_outcome"

    def __str__(self) -> str:
        return f"{self.run_id}/{self.seq}/{self.attempt}"


class Parked(models.Model):
    """A delivery that waits for its next attempt: once, by primary key."""

    pk = models.CompositePrimaryKey("run_id", "seq")
    run = models.ForeignKey(Run, models.CASCADE, related_name="parked")
    seq = models.IntegerField()
    attempt = models.SmallIntegerField()
    tries = models.SmallIntegerField(default=0)
    deaths = models.SmallIntegerField(default=0)
    due = models.DateTimeField()
    batch = models.ForeignKey(Batch, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("parked delivery")
        verbose_name_plural = _("parked deliveries")
        indexes = [models.Index(fields=["due"], name="parked_due")]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.seq}"


class Receipt(models.Model):
    """What a device reported of one delivery, each kind once."""

    pk = models.CompositePrimaryKey("run_id", "seq", "kind")
    run = models.ForeignKey(Run, models.CASCADE, related_name="receipts")
    seq = models.IntegerField()
    kind = models.CharField(max_length=12)
    at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")

    def __str__(self) -> str:
        return self.kind

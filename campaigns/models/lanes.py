"""A run's way to one gateway, and how far it is trusted."""

from typing import Self

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from devices.models.applications import GatewayKind

from .runs import Run


class LaneQuerySet(models.QuerySet["Lane"]):
    def free(self) -> Self:
        """Those that are not held now."""
        return self.exclude(held_until__gt=Now())


class Lane(models.Model):
    """One run, gateway and environment: narrow until answers prove that it works.

    ``proved_with`` is the fingerprint of the credential whose answers were good; while
    it is not the credential's own, only ``batch_id`` may send, one small chunk at a
    time. ``counts`` are what breakers.Breaker has counted meanwhile. Nothing leaves
    before ``held_until``; ``holds`` grows with each hold in a row, ``waiting_since``
    is when the first began and ``trouble`` the code of what was answered.
    ``broken_at``: the fault was found to be ours, so no device is blamed for it.
    ``barred`` are platforms that wait, by name to the Unix time until when.
    """

    pk = models.CompositePrimaryKey("run_id", "gateway", "environment")
    run = models.ForeignKey(Run, models.CASCADE, related_name="lanes")
    gateway = models.CharField(max_length=8, choices=GatewayKind)
    environment = models.CharField(max_length=12)
    proved_with = models.CharField(max_length=20, blank=True)
    batch_id = models.BigIntegerField(null=True)
    counts = models.JSONField(default=dict)
    held_until = models.DateTimeField(null=True)
    holds = models.SmallIntegerField(default=0)
    waiting_since = models.DateTimeField(null=True)
    trouble = models.TextField(blank=True)
    broken_at = models.DateTimeField(null=True)
    barred = models.JSONField(default=dict)

    objects = LaneQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name = _("lane")
        verbose_name_plural = _("lanes")

    def __str__(self) -> str:
        return f"{self.run_id}/{self.gateway}/{self.environment}"

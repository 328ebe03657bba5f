"""What people did in the app, and what keeps repeats and floods harmless."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from .applications import Application
from .installations import Installation
from .people import Person


class Event(models.Model):
    """Something a person did, as an app reported it, once."""

    # Further indexes below begin with each of these three.
    application = models.ForeignKey(
        Application, models.PROTECT, db_index=False, related_name="+"
    )
    person = models.ForeignKey(
        Person, models.CASCADE, db_index=False, related_name="events"
    )
    installation = models.ForeignKey(
        Installation,
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
    )
    key = models.CharField(_("event id"), max_length=64)
    name = models.CharField(_("name"), max_length=80)
    properties = models.JSONField(_("properties"), default=dict, blank=True)
    at = models.DateTimeField(_("at"))
    received_at = models.DateTimeField(_("received"))

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "key"], name="one_event_per_event_id"
            ),
            models.UniqueConstraint(
                fields=["installation", "key"], name="one_event_per_device_and_id"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "name", "at"], name="event_person_name"),
            models.Index(fields=["application", "name", "at"], name="event_name"),
        ]

    def __str__(self) -> str:
        return self.name


class EventTally(models.Model):
    """How often and when a person did one thing: what events add up to.

    PostgreSQL writes it, by triggers on the events (devices.events.rollup): it agrees
    with them at every moment, late and moved and deleted ones included. ``latest`` has
    the newest eight moments, newest first; ``last_at`` may lie a little ahead.
    """

    pk = models.CompositePrimaryKey("application_id", "name", "person_id")
    application = models.ForeignKey(
        Application,
        models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    name = models.CharField(_("name"), max_length=80)
    person = models.ForeignKey(
        Person,
        models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="tallies",
    )
    times = models.PositiveIntegerField(_("times"))
    first_at = models.DateTimeField(_("first"))
    last_at = models.DateTimeField(_("last"))
    latest = ArrayField(models.DateTimeField(), size=8)

    class Meta:
        verbose_name = _("event tally")
        verbose_name_plural = _("event tallies")

    def __str__(self) -> str:
        return self.name


class IdempotencyKey(models.Model):
    """An API request that was answered: kept 48 hours to answer it again."""

    scope = models.CharField(max_length=80)
    key = models.CharField(max_length=120)
    body_hash = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "key"], name="one_answer_per_idempotency_key"
            )
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotency_created")]

    def __str__(self) -> str:
        return self.scope


class Allowance(models.Model):
    """How soon a caller may call again: one row per caller and kind of call."""

    key = models.BinaryField(max_length=32, primary_key=True)
    free_at = models.DateTimeField(
        help_text=_("When the whole burst is free again."), db_index=True
    )

    def __str__(self) -> str:
        return str(self.free_at)

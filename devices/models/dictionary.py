"""What arrives, as we learnt it: attributes, events, and what events are about."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from .applications import Application
from .installations import Installation
from .people import Person


class Kind(models.TextChoices):
    ATTRIBUTE = "attribute", _("attribute")
    EVENT = "event", _("event")
    PROPERTY = "property", _("property of an event")


class DictionaryEntry(models.Model):
    """One name that apps and servers use; ``event`` is set for a property.

    ``values`` counts frequent texts among the last ``sampled`` looked at. ``varied``:
    too many different ones to be worth keeping, as order numbers are.
    """

    application = models.ForeignKey(Application, models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    event = models.CharField(_("event"), max_length=80, blank=True, default="")
    name = models.CharField(_("name"), max_length=80)
    types = ArrayField(models.CharField(max_length=8), default=list)
    first_seen_at = models.DateTimeField(_("first seen"))
    last_seen_at = models.DateTimeField(_("last seen"))
    sampled = models.BigIntegerField(default=0)
    values = models.JSONField(default=dict)
    varied = models.BooleanField(default=False)
    low = models.FloatField(_("lowest"), null=True)
    high = models.FloatField(_("highest"), null=True)
    labels = models.JSONField(_("label"), default=dict, db_default={}, blank=True)
    description = models.TextField(_("description"), blank=True, db_default="")
    hidden = models.BooleanField(_("hidden"), default=False, db_default=False)

    class Meta:
        verbose_name = _("dictionary entry")
        verbose_name_plural = _("data dictionary")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "kind", "event", "name"],
                name="one_dictionary_entry_per_name",
            )
        ]

    def __str__(self) -> str:
        return f"{self.event}.{self.name}" if self.event else self.name


class RefusedEvent(models.Model):
    """Events of one day that were refused for one reason: the last one's shape.

    Names and types only: no value, which could be somebody's, or a secret.
    """

    application = models.ForeignKey(Application, models.CASCADE, related_name="+")
    day = models.DateField(_("day"))
    code = models.CharField(_("reason"), max_length=40)
    pointer = models.CharField(_("where"), max_length=120, blank=True)
    name = models.CharField(_("event"), max_length=80, blank=True)
    source = models.CharField(_("from"), max_length=12)
    times = models.BigIntegerField(_("times"))
    first_at = models.DateTimeField(_("first"))
    last_at = models.DateTimeField(_("last"))
    shape = models.JSONField(_("what it looked like"), default=dict)
    installation = models.ForeignKey(
        Installation, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("refused event")
        verbose_name_plural = _("refused events")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "day", "code", "pointer", "name", "source"],
                name="one_refusal_per_day_and_reason",
            )
        ]

    def __str__(self) -> str:
        return self.code


class AttributeOrigin(models.Model):
    """Who told each attribute of a person, and when: name to [source, time]."""

    person = models.OneToOneField(
        Person, models.CASCADE, primary_key=True, related_name="origins"
    )
    told = models.JSONField(default=dict)

    def __str__(self) -> str:
        return str(self.pk)

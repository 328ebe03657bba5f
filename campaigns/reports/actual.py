"""What was true of a person when a gate held them back: the values, with their dates.

Told from what is kept with a moment (the consent ledger, the device log), as it stood
when the gate was asked; not from what is true today.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet, TextChoices
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from campaigns.models import Run
from campaigns.models.reasons import Reason
from devices.models import (
    Application,
    ConsentEvent,
    Installation,
    InstallationChange,
    Person,
    Topic,
)
from devices.models.consents import PreferenceState
from devices.models.installations import Permission, Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Of whom, on which device (None: they had none), and when the gate was asked.

    ``topic`` is the message's (an id), ``control`` the per cent who get nothing.
    """

    application: Application
    topic: int | None
    control: int
    person: Person
    device: Installation | None
    at: datetime


def of_run(
    run: Run, person: Person, device: Installation | None, at: datetime
) -> Asked:
    """What a run asked at that moment."""
    return Asked(
        application=run.application,
        topic=run.revision.settings.get("topic"),
        control=run.revision.content.get("control", 0),
        person=person,
        device=device,
        at=at,
    )


def values(reason: Reason, asked: Asked) -> str:
    """One sentence with the values behind a reason; "" where there are none to tell."""
    read = READ.get(reason)
    return read(asked) if read else ""


def _said(asked: Asked) -> str:
    rows = ConsentEvent.objects.filter(
        person=asked.person, topic=None, new__in=PreferenceState.values
    )
    line = rows.filter(at__lte=asked.at).order_by("-at", "-id").first()
    if line is None:
        return _("They had said nothing: subscribed, as at the beginning.")
    facts = {
        "state": dict(PreferenceState.choices).get(line.new, line.new),
        "when": _moment(line.at),
        "source": line.source,
    }
    return _("Their last word was “%(state)s”, on %(when)s (%(source)s).") % facts


def _topic(asked: Asked) -> str:
    topic = Topic.objects.filter(pk=asked.topic or 0).first()
    if topic is None:
        return ""
    rows = ConsentEvent.objects.filter(person=asked.person, topic=topic)
    line = rows.filter(at__lte=asked.at).order_by("-at", "-id").first()
    if line is None:
        named = {"topic": topic}
        return _("“%(topic)s” is off for whoever has not switched it on.") % named
    facts = {"topic": topic.name, "when": _moment(line.at), "source": line.source}
    return _("They switched “%(topic)s” off on %(when)s (%(source)s).") % facts


def _permission(asked: Asked) -> str:
    if asked.device is None:
        return ""
    then = _lines(asked).filter(kind="permission")
    before = then.filter(at__lte=asked.at).order_by("-at", "-id").first()
    if before:
        facts = _of(asked.device, Permission, before.new) | {"when": _moment(before.at)}
        return _("%(device)s said “%(word)s” on %(when)s.") % facts
    after = then.filter(at__gt=asked.at).order_by("at", "id").first()
    facts = _of(asked.device, Permission, after.old if after else "")
    if not facts["word"]:
        facts = _of(asked.device, Permission, asked.device.permission)
    return _("%(device)s said “%(word)s”.") % facts


def _liveness(asked: Asked) -> str:
    """When the device was switched off, and what did it."""
    kinds = ("retired", "suspended")
    rows = _lines(asked).filter(kind__in=kinds, at__lte=asked.at)
    line = rows.order_by("-at", "-id").first()
    if line is None or asked.device is None:
        return ""
    facts = {"device": asked.device, "when": _moment(line.at), "cause": line.cause}
    return _("%(device)s is so since %(when)s (%(cause)s).") % facts


def _key(asked: Asked) -> str:
    if asked.device is None:
        return ""
    facts = {
        "gateway": asked.device.get_gateway_display(),
        "environment": asked.device.get_environment_display(),
    }
    return _("It would take a key for %(gateway)s, %(environment)s.") % facts


def _platform(asked: Asked) -> str:
    if asked.device is None:
        return ""
    facts = _of(asked.device, Platform, asked.device.platform)
    return _("%(device)s is on %(word)s.") % facts


def _silence(asked: Asked) -> str:
    if asked.device is None:
        return ""
    facts = {"device": asked.device, "when": _moment(asked.device.last_seen_at)}
    if asked.device.last_seen_at > asked.at:
        return _("%(device)s has been heard of since, on %(when)s.") % facts
    facts["days"] = str(asked.application.stale_after or "")
    return (
        _(
            "%(device)s was heard of last on %(when)s. Days of silence that the "
            "application allows: %(days)s."
        )
        % facts
    )


def _control(asked: Asked) -> str:
    return _("%(share)s %% of the audience get nothing.") % {"share": asked.control}


READ: dict[Reason, Callable[[Asked], str]] = {
    Reason.UNSUBSCRIBED: _said,
    Reason.NO_CONSENT: _said,
    Reason.TOPIC_OFF: _topic,
    Reason.PERMISSION_DENIED: _permission,
    Reason.TOKEN_INACTIVE: _liveness,
    Reason.SUSPENDED: _liveness,
    Reason.NO_CREDENTIAL: _key,
    Reason.NOT_THIS_PLATFORM: _platform,
    Reason.STALE: _silence,
    Reason.CONTROL_GROUP: _control,
}
"""What is told for each reason that has values."""


def _lines(asked: Asked) -> QuerySet[InstallationChange]:
    return InstallationChange.objects.filter(installation=asked.device)


def _of(
    device: Installation, words: type[TextChoices], value: str
) -> dict[str, object]:
    return {"device": device, "word": dict(words.choices).get(value, value)}


def _moment(at: datetime) -> str:
    return date_format(localtime(at), "DATETIME_FORMAT")

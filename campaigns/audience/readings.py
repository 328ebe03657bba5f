"""What people have of devices, agreements and places, in words: for explanations."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from campaigns.models import Delivery, ListedPerson, PrimerResponse, Run
from devices.models import Installation, Person
from devices.models.consents import PreferenceState
from devices.models.installations import Permission
from devices.registration.reasons import Retired

from . import campaign_queries
from .choices import BROWSER_NAMES
from .tree import Condition
from .wording import language


def moment(value: datetime | None) -> str:
    """Day and time on the reader's clock, "" for never."""
    if value is None:
        return ""
    return formats.date_format(timezone.localtime(value), "DATETIME_FORMAT")


def devices(person: Person, column: str) -> list[str]:
    """What the devices of a person say of one thing, each answer once."""
    mine = Installation.objects.filter(person=person, retired_at=None)
    return list(mine.order_by(column).values_list(column, flat=True).distinct())


def told(person: Person, column: str) -> str:
    return ", ".join(filter(None, devices(person, column)))


def permissions(person: Person) -> str:
    found = devices(person, "permission")
    return ", ".join(str(Permission(each).label) for each in found) or _("no device")


def _count(condition: Condition, person: Person) -> str:
    return str(Installation.objects.filter(person=person, retired_at=None).count())


def _browsers(condition: Condition, person: Person) -> str:
    found = filter(None, devices(person, "webpush__browser"))
    return ", ".join(BROWSER_NAMES.get(each.lower(), each) for each in found)


def _languages(condition: Condition, person: Person) -> str:
    return ", ".join(language(each) for each in devices(person, "locale") if each)


def _removed(condition: Condition, person: Person) -> str:
    gone = Installation.objects.filter(person=person, retired_reason=Retired.TOKEN_DEAD)
    last: datetime | None = gone.aggregate(last=Max("retired_at"))["last"]
    return moment(last) or _("never")


def _push(condition: Condition, person: Person) -> str:
    said = getattr(person, "preference", None)
    state = said.get_state_display() if said else PreferenceState.SUBSCRIBED.label
    facts = {"permissions": permissions(person), "preference": state}
    return _("on the devices: %(permissions)s; preference: %(preference)s") % facts


def _preference(condition: Condition, person: Person) -> str:
    said = getattr(person, "preference", None)
    if said is None:
        return _("never said anything")
    facts = {"state": said.get_state_display(), "day": moment(said.changed_at)}
    return _("%(state)s since %(day)s") % facts


def _primer(condition: Condition, person: Person) -> str:
    mine = PrimerResponse.objects.filter(person=person, primer=int(condition.name))
    steps = mine.order_by("at", "pk")[:10]
    return ", ".join(
        _("%(step)s: %(day)s")
        % {"step": each.get_kind_display(), "day": moment(each.at)}
        for each in steps
    ) or _("never shown")


def _tag(condition: Condition, person: Person) -> str:
    runs = Run.objects.filter(campaign__tags__contains=[condition.name]).values("pk")
    mine = Delivery.objects.filter(person_id=person.pk, run_id__in=runs)
    find = campaign_queries.opened if "opened" in condition.operator else None
    found = (find or campaign_queries.sent)(mine).values_list("run_id", flat=True)
    last = Run.objects.filter(pk__in=list(found)).order_by("-due_at").first()
    return _("last: %(run)s") % {"run": last} if last else _("never")


def _place(condition: Condition, person: Person) -> str:
    if person.latitude is None or person.longitude is None:
        return ""
    facts = {
        "latitude": formats.number_format(person.latitude, use_l10n=True),
        "longitude": formats.number_format(person.longitude, use_l10n=True),
        "day": moment(person.located_at),
    }
    return _("%(latitude)s, %(longitude)s on %(day)s") % facts


def _list(condition: Condition, person: Person) -> str:
    mine = ListedPerson.objects.filter(people_list=int(condition.name), person=person)
    return _("on it") if mine.exists() else _("not on it")


READ: Mapping[str, Callable[[Condition, Any], str]] = {
    "device_count": _count,
    "device_model": lambda condition, person: told(person, "model"),
    "os_version": lambda condition, person: told(person, "os_version"),
    "browser": _browsers,
    "device_language": _languages,
    "removed": _removed,
    "push": _push,
    "permission": lambda condition, person: permissions(person),
    "opted_in": _preference,
    "unsubscribed": _preference,
    "primer": _primer,
    "campaign_tag": _tag,
    "place": _place,
    "list": _list,
    "external_id": lambda condition, person: person.external_id or "",
}

"""What a person's page says of them, in words: where they are, what they agreed to."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from campaigns.audience import belonging
from campaigns.audience.limits import TooSlow
from campaigns.audience.wording import spoken
from campaigns.models import Segment
from campaigns.reports.person import answered
from devices.attributes import Origin, origins_of, zones
from devices.models import ConsentEvent, Person, Topic
from devices.models.consents import PreferenceState

SHOWN, LINES = 50, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """``kind`` is that of the value: text, number, yes or no, date.

    ``source`` and ``at`` are who told it and when; "" and None where nobody kept that.
    """

    name: str
    value: str
    kind: str
    source: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A topic, whether it is on, and when and where the person said so, if ever."""

    topic: Topic
    is_on: bool
    said_at: datetime | None
    source: str


def local_time(person: Person, *, at: datetime) -> str:
    """“14:32 in Montreal”; "" where the time zone is unknown."""
    if person.zone not in zones():
        return ""
    place = person.zone.rpartition("/")[2].replace("_", " ")
    there = localtime(at, ZoneInfo(person.zone))
    facts = {"time": date_format(there, "TIME_FORMAT"), "place": place}
    return _("%(time)s in %(place)s") % facts


def language(person: Person) -> str:
    """The language's name in the reader's, else its tag."""
    try:
        info = get_language_info(person.locale)
    except KeyError:
        return person.locale
    return str(info["name_translated"])


def said(person: Person) -> str:
    """What they said to messages in general; without a word, how it is at first."""
    preference = getattr(person, "preference", None)
    state = preference.state if preference else PreferenceState.SUBSCRIBED
    return str(PreferenceState(state).label)


def may_see(user: Any) -> bool:
    """Whether this member of staff sees what names somebody."""
    return bool(user.has_perm("devices.view_pii"))


def name(person: Person, *, clear: bool) -> str:
    """How a page calls them; an address of theirs is hidden unless ``clear``."""
    known = str(person)
    if clear or "@" not in known:
        return known
    return f"{known[:1]}•••@•••"


def attributes(person: Person, *, clear: bool) -> list[Attribute]:
    """What apps and servers told us of them, by name, each as its type is read.

    Texts, numbers and dates are hidden unless ``clear``: any of them may name
    somebody.
    """
    origins = origins_of(person)
    found = [
        described(name, value, origins.get(name))
        for name, value in sorted(person.attributes.items())
    ]
    return found if clear else [replace(each, value="•••") for each in found]


def described(name: str, value: object, origin: Origin | None) -> Attribute:
    """One attribute with who told it, in words, and when."""
    words = {
        "device": _("an app"),
        "server": _("a server"),
        "import": _("an import"),
        "staff": _("a colleague"),
    }
    said = told(value)
    return Attribute(
        name=spoken(name),
        value=said["value"],
        kind=said["kind"],
        source=words.get(origin.source, origin.source) if origin else "",
        at=origin.at if origin else None,
    )


def told(value: object) -> dict[str, str]:
    if isinstance(value, bool):
        return {"value": _("yes") if value else _("no"), "kind": _("yes or no")}
    if isinstance(value, int | float):
        return {"value": intcomma(value), "kind": _("number")}
    text = str(value)
    if day := day_of(text):
        return {"value": date_format(day, "DATE_FORMAT"), "kind": _("date")}
    return {"value": text, "kind": _("text")}


def day_of(text: str) -> date | None:
    """The day that a text means, None for any other text."""
    try:
        return date.fromisoformat(text[:10]) if text[4:5] == "-" else None
    except ValueError:
        return None


def topics(person: Person) -> list[Answer]:
    """Each topic of the application: as the person said, else as it is at first."""
    said = {each.topic_id: each for each in person.topic_preferences.all()}
    sources = dict(
        ConsentEvent.objects.filter(person=person, topic__isnull=False)
        .order_by("topic_id", "-at", "-id")
        .distinct("topic_id")
        .values_list("topic_id", "source")
    )
    rows = Topic.objects.filter(application=person.application_id, archived_at=None)
    return [
        Answer(
            topic=topic,
            is_on=said[topic.pk].is_on if topic.pk in said else topic.default_on,
            said_at=said[topic.pk].changed_at if topic.pk in said else None,
            source=sources.get(topic.pk, ""),
        )
        for topic in rows[:SHOWN]
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A line of the ledger with its two states in words."""

    event: ConsentEvent
    old: str
    new: str


def consents(person: Person) -> list[Consent]:
    """The last twenty lines of the consent ledger, each with what proves it."""
    rows = person.consent_events.select_related("topic", "wording", "installation")
    return [
        Consent(event=each, old=answered(each.old), new=answered(each.new))
        for each in rows.order_by("-at", "-id")[:LINES]
    ]


def segments(person: Person, *, at: datetime) -> list[Segment] | None:
    """The saved segments they are in; None when that takes too long to say."""
    try:
        return belonging.segments(person, at=at)
    except TooSlow:
        return None

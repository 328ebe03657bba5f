"""What the data itself offers to whoever builds a rule: names and frequent values.

Everything offered has a ``key`` (what the rule keeps), a ``label`` (what people
read) and a ``note``: how many people have it, "about" when that is multiplied from
the newest 2,000.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.models import Campaign, PersonList, Primer, Segment
from devices.dictionary import types_of
from devices.models import Event, Installation, Person, Topic

from . import learnt, limits

SAMPLE = 2_000
"""The newest rows that are looked at: enough for names, bounded for a page."""

OFFERED = 20
"""Values offered of one name, the most frequent ones."""

LISTED = 200
"""Campaigns and segments offered, the newest ones."""

LONGEST = 60
"""A longer text is somebody's own words: it is not offered to others."""

SECONDS = 0.3
"""For counting everybody: an estimate of values is not worth more."""

Offered = dict[str, Any]


@dataclass(slots=True)
class Attribute:
    """An attribute's name, the types it was seen with, its frequent texts."""

    name: str
    types: set[str] = field(default_factory=set)
    values: Counter[str] = field(default_factory=Counter)
    people: int = 0


@dataclass(frozen=True, slots=True)
class Scale:
    """What a number of the sample stands for; ``None``: only shares are known."""

    sample: int
    everybody: int | None

    def note(self, number: int) -> str:
        if self.everybody == self.sample:
            return ngettext("%(n)s person", "%(n)s people", number) % {
                "n": intcomma(number)
            }
        if self.everybody is None:
            percent = max(1, round(100 * number / self.sample))
            return _("about %(percent)d %%") % {"percent": percent}
        about = rounded(number * self.everybody / self.sample)
        return _("about %(n)s people") % {"n": intcomma(about)}


def rounded(number: float) -> int:
    """To two figures that mean something: 6,137 is about 6,100."""
    step = 10 ** max(0, len(str(int(number))) - 2)
    return round(number / step) * step


def known(
    application_id: int, *, besides: int | None = None, sees_people: bool = True
) -> dict[str, Any]:
    """Names and values seen lately in one application, as the builder wants them.

    Fourteen statements, each over at most 2,000 rows by an index or stopped in time.
    ``besides`` is a segment's id that is not offered: the one that is built. Not
    ``sees_people``: names alone, for a value may be somebody's name or address.
    """
    people = _newest(application_id)
    scale = _scale(application_id, len(people))
    sampled = _attributes((row[0] for row in people), scale)
    told, happened = learnt.add(application_id, sampled, events(application_id))
    offered = {
        "attributes": told,
        "countries": frequent((row[1] for row in people), scale),
        "languages": frequent((row[2] for row in people), scale),
        "zones": frequent((row[3] for row in people), scale),
        "events": happened,
        "topics": topics(application_id),
        "version": versions(application_id),
        "campaigns": campaigns(application_id),
        "segments": segments(application_id, besides),
        "primers": primers(application_id),
        "tags": tags(application_id),
        "lists": lists(application_id),
        "offers": devices(application_id),
    }
    return offered if sees_people else offered | _names_alone(offered)


def _names_alone(offered: dict[str, Any]) -> dict[str, Any]:
    """Attributes and events without the values that people gave them."""
    events = (
        each | {"properties": [about | {"values": []} for about in each["properties"]]}
        for each in offered["events"]
    )
    return {
        "attributes": [each | {"values": []} for each in offered["attributes"]],
        "events": list(events),
    }


def attributes_of(application_id: int) -> list[Offered]:
    """The attributes alone, for a look at what was perhaps meant."""
    people = _newest(application_id)
    return _attributes((row[0] for row in people), Scale(len(people), None))


def _newest(application_id: int) -> list[tuple[dict[str, Any], str, str, str]]:
    rows = Person.objects.present().filter(application=application_id).order_by("-id")
    return list(rows.values_list("attributes", "country", "locale", "zone")[:SAMPLE])


def _scale(application_id: int, sample: int) -> Scale:
    if sample < SAMPLE:
        return Scale(sample, sample)
    try:
        with limits.seconds(SECONDS):
            rows = Person.objects.filter(application=application_id)
            return Scale(sample, rows.count())
    except limits.TooSlow:
        return Scale(sample, None)


def _attributes(rows: Iterable[dict[str, Any]], scale: Scale) -> list[Offered]:
    return [
        {
            "name": each.name,
            "key": each.name,
            "label": each.name,
            "note": scale.note(each.people),
            "types": sorted(each.types),
            "values": most_common(each.values, scale),
        }
        for each in attributes(rows)
    ]


def attributes(rows: Iterable[dict[str, Any]]) -> list[Attribute]:
    """Every attribute of a sample of people, by name."""
    found: dict[str, Attribute] = {}
    for row in rows:
        for name, value in row.items():
            each = found.setdefault(name, Attribute(name))
            each.types |= types_of(value)
            each.people += 1
            if isinstance(value, str) and 0 < len(value) <= LONGEST:
                each.values[value] += 1
    return [found[name] for name in sorted(found)]


def frequent(values: Iterable[str], scale: Scale) -> list[Offered]:
    return most_common(Counter(each for each in values if each), scale)


def most_common(counted: Counter[str], scale: Scale) -> list[Offered]:
    return [
        {"key": value, "label": value, "note": scale.note(times)}
        for value, times in counted.most_common(OFFERED)
    ]


def events(application_id: int) -> list[Offered]:
    """Names of the newest events, the most frequent first, with their properties."""
    rows = Event.objects.filter(application=application_id).order_by("-id")
    seen: Counter[str] = Counter()
    properties: dict[str, dict[str, Counter[str]]] = {}
    for name, about in rows.values_list("name", "properties")[:SAMPLE]:
        seen[name] += 1
        for key, value in about.items():
            texts = properties.setdefault(name, {}).setdefault(key, Counter())
            if isinstance(value, str) and 0 < len(value) <= LONGEST:
                texts[value] += 1
    return [
        {
            "key": name,
            "label": name,
            "note": "",
            "properties": [
                {"key": key, "label": key, "note": "", "values": plain(texts)}
                for key, texts in sorted(properties.get(name, {}).items())
            ],
        }
        for name, _times in seen.most_common(OFFERED)
    ]


def plain(counted: Counter[str]) -> list[Offered]:
    return [
        {"key": value, "label": value, "note": ""}
        for value, _times in counted.most_common(OFFERED)
    ]


def topics(application_id: int) -> list[Offered]:
    rows = Topic.objects.filter(application=application_id, archived_at=None)
    return [{"key": topic.key, "label": topic.name, "note": ""} for topic in rows]


def versions(application_id: int) -> list[Offered]:
    rows = Installation.objects.filter(application=application_id).order_by("-id")
    seen = rows.values_list("app_version", flat=True)[:SAMPLE]
    return plain(Counter(version for version in seen if version))


def devices(application_id: int) -> dict[str, list[Offered]]:
    """What the newest devices say of themselves, by the field that asks it."""
    rows = Installation.objects.filter(application=application_id, retired_at=None)
    columns = ("model", "os_version", "locale")
    seen = list(rows.order_by("-id").values_list(*columns)[:SAMPLE])
    return {
        field: plain(Counter(row[place] for row in seen if row[place]))
        for place, field in enumerate(("device_model", "os_version", "device_language"))
    }


def primers(application_id: int) -> list[Offered]:
    rows = Primer.objects.filter(application=application_id).order_by("-pk")
    return _named(rows.values_list("pk", "name")[:LISTED])


def lists(application_id: int) -> list[Offered]:
    rows = PersonList.objects.filter(application=application_id, archived_at=None)
    return _named(rows.order_by("-pk").values_list("pk", "name")[:LISTED])


def tags(application_id: int) -> list[Offered]:
    """The tags of the newest campaigns, by name."""
    rows = Campaign.objects.filter(application=application_id).exclude(tags=[])
    found = rows.order_by("-pk").values_list("tags", flat=True)[:SAMPLE]
    return [
        {"key": tag, "label": tag, "note": ""}
        for tag in sorted({tag for tags in found for tag in tags})[:LISTED]
    ]


def campaigns(application_id: int) -> list[Offered]:
    """The newest campaigns that were ever sent."""
    rows = Campaign.objects.filter(application=application_id, runs__isnull=False)
    return _named(rows.distinct().order_by("-pk").values_list("pk", "name")[:LISTED])


def segments(application_id: int, besides: int | None) -> list[Offered]:
    rows = Segment.objects.filter(application=application_id, archived_at=None)
    others = rows if besides is None else rows.exclude(pk=besides)
    return _named(others.values_list("pk", "name")[:LISTED])


def _named(rows: Iterable[tuple[int, str]]) -> list[Offered]:
    return [{"key": str(pk), "label": name, "note": ""} for pk, name in rows]

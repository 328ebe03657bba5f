"""What the data itself offers to whoever builds a rule: names and frequent values."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from devices.models import Event, Installation, Person, Topic

SAMPLE = 2_000
"""The newest rows that are looked at: enough for names, bounded for a page."""

OFFERED = 20
"""Values offered of one name, the most frequent ones."""

LONGEST = 60
"""A longer text is somebody's own words: it is not offered to others."""


@dataclass(slots=True)
class Attribute:
    """An attribute's name, the types it was seen with, its frequent texts."""

    name: str
    types: set[str] = field(default_factory=set)
    values: Counter[str] = field(default_factory=Counter)


def known(application_id: int) -> dict[str, Any]:
    """Names and values seen lately in one application, as the builder wants them.

    Four statements, each over at most 2,000 rows by an index.
    """
    people = list(
        Person.objects.present()
        .filter(application=application_id)
        .order_by("-id")
        .values_list("attributes", "country", "locale", "zone")[:SAMPLE]
    )
    return {
        "attributes": [
            {
                "name": each.name,
                "types": sorted(each.types),
                "values": frequent(each.values),
            }
            for each in attributes(row[0] for row in people)
        ],
        "countries": frequent(Counter(row[1] for row in people if row[1])),
        "languages": frequent(Counter(row[2] for row in people if row[2])),
        "zones": frequent(Counter(row[3] for row in people if row[3])),
        "events": events(application_id),
        "topics": topics(application_id),
        "version": versions(application_id),
    }


def attributes(rows: Any) -> list[Attribute]:
    """Every attribute of a sample of people, by name."""
    found: dict[str, Attribute] = {}
    for row in rows:
        for name, value in row.items():
            each = found.setdefault(name, Attribute(name))
            each.types |= types_of(value)
            if isinstance(value, str) and len(value) <= LONGEST:
                each.values[value] += 1
    return [found[name] for name in sorted(found)]


def types_of(value: object) -> set[str]:
    """Which kinds of comparison a value can take part in."""
    if isinstance(value, bool):
        return {"yes_no"}
    if isinstance(value, int | float):
        return {"number"}
    if isinstance(value, str):
        return {"text", "date"} if is_date(value) else {"text"}
    return set()


def is_date(text: str) -> bool:
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return True


def frequent(counted: Counter[str]) -> list[str]:
    return [value for value, _times in counted.most_common(OFFERED)]


def events(application_id: int) -> list[dict[str, str]]:
    names = (
        Event.objects.filter(application=application_id)
        .order_by("-id")
        .values_list("name", flat=True)[:SAMPLE]
    )
    return [{"key": name, "label": name} for name in frequent(Counter(names))]


def topics(application_id: int) -> list[dict[str, str]]:
    rows = Topic.objects.filter(application=application_id, archived_at=None)
    return [{"key": topic.key, "label": topic.name} for topic in rows]


def versions(application_id: int) -> list[str]:
    seen: Counter[str] = Counter()
    rows = Installation.objects.filter(application=application_id).order_by("-id")
    for version in rows.values_list("app_version", flat=True)[:SAMPLE]:
        if version:
            seen[version] += 1
    return frequent(seen)

"""What the data dictionary adds to names that a sample of rows offers.

The sample knows how many; the dictionary knows names that were not seen lately, what
they are called, and which ones a developer hid.
"""

from typing import Any

from django.utils.translation import get_language, gettext

from devices import dictionary
from devices.dictionary import Known
from devices.models.dictionary import Kind

Offered = dict[str, Any]

LISTED = 200
"""Events offered: those seen lately first, then the others by name."""


def add(
    application_id: int, attributes: list[Offered], events: list[Offered]
) -> tuple[list[Offered], list[Offered]]:
    """Attributes and events as the builder wants them; one statement."""
    known = dictionary.everything(application_id)
    about: dict[str, list[Known]] = {}
    for each in known:
        if each.kind == Kind.PROPERTY:
            about.setdefault(each.event, []).append(each)
    return (
        _merged(attributes, [each for each in known if each.kind == Kind.ATTRIBUTE]),
        _with_properties(
            _merged(events, [each for each in known if each.kind == Kind.EVENT]), about
        )[:LISTED],
    )


def _merged(sampled: list[Offered], known: list[Known]) -> list[Offered]:
    """The sample's order first; hidden names are not offered."""
    offered = {each["key"]: dict(each) for each in sampled}
    language = get_language() or "en"
    for each in known:
        if each.hidden:
            offered.pop(each.name, None)
            continue
        mine = offered.setdefault(each.name, _named(each))
        mine["label"] = each.label(language)
        if "types" in mine:
            mine["types"] = sorted({*mine["types"], *each.types})
        if not mine.get("values"):
            mine["values"] = values_of(each)
    return list(offered.values())


def _with_properties(
    events: list[Offered], about: dict[str, list[Known]]
) -> list[Offered]:
    return [
        each | {"properties": _merged(each.get("properties", []), about[each["key"]])}
        if each["key"] in about
        else each | {"properties": each.get("properties", [])}
        for each in events
    ]


def _named(known: Known) -> Offered:
    names = {"name": known.name, "key": known.name, "label": known.name, "note": ""}
    if known.kind == Kind.ATTRIBUTE:
        return names | {"types": [], "values": []}
    return names | {"values": []}


def values_of(known: Known) -> list[Offered]:
    """Frequent texts with their share of what was looked at."""
    if "text" not in known.types:
        return []
    return [
        {
            "key": text,
            "label": text,
            "note": gettext("about %(percent)d %%") % {"percent": round(100 * part)},
        }
        for text, part in known.values[:20]
    ]

"""A second opinion: what each comparison means, in plain Python over plain facts."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from campaigns.audience.tree import Condition, Group
from devices.models.installations import version_order

DAY = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(T.*)?", re.DOTALL)


@dataclass
class Facts:
    """Everything that rules may look at of one person."""

    attributes: dict[str, Any]
    locale: str
    country: str
    zone: str
    bucket: int
    created_at: datetime
    last_seen_at: datetime | None
    preference: str | None
    topics: dict[str, bool]
    devices: list[tuple[str, str, str]] = field(default_factory=list)
    events: list[tuple[str, datetime, dict[str, Any]]] = field(default_factory=list)
    sent: list[tuple[str, datetime, datetime | None]] = field(default_factory=list)
    """Campaigns (by their id), when they were accepted, and when they were opened."""


TOPICS = {"news": True, "offers": False}
"""Topics and whether they are on unless switched off."""


def matches(node: Condition | Group, facts: Facts, at: datetime) -> bool:
    if isinstance(node, Group):
        held = [matches(each, facts, at) for each in node.rules]
        return {"all": all(held), "any": any(held), "none": not any(held)}[node.match]
    family, _, kind = node.field.partition(".")
    if family == "attribute":
        return ATTRIBUTE[kind](node, facts.attributes.get(node.name), at)
    return PERSON[node.field](node, facts, at)


def text(node: Condition, value: Any, at: datetime) -> bool:
    value = value if isinstance(value, str) else None
    known = value is not None
    return {
        "is": lambda: value == node.value,
        "is_not": lambda: value != node.value,
        "is_one_of": lambda: value in node.value,
        "contains": lambda: known and node.value.upper() in value.upper(),
        "starts_with": lambda: known and value.upper().startswith(node.value.upper()),
        "is_known": lambda: known,
        "is_unknown": lambda: not known,
    }[node.operator]()


def number(node: Condition, value: Any, at: datetime) -> bool:
    fits = isinstance(value, int | float) and not isinstance(value, bool)
    if not fits:
        return node.operator in ("is_not", "is_unknown")
    value = Decimal(repr(value))
    return {
        "is": lambda: value == node.value,
        "is_not": lambda: value != node.value,
        "more_than": lambda: value > node.value,
        "at_least": lambda: value >= node.value,
        "less_than": lambda: value < node.value,
        "at_most": lambda: value <= node.value,
        "between": lambda: node.value[0] <= value <= node.value[1],
        "is_known": lambda: True,
        "is_unknown": lambda: False,
    }[node.operator]()


def yes_no(node: Condition, value: Any, at: datetime) -> bool:
    return {
        "is_yes": value is True,
        "is_no": value is False,
        "is_known": isinstance(value, bool),
        "is_unknown": not isinstance(value, bool),
    }[node.operator]


def day(node: Condition, value: Any, at: datetime) -> bool:
    if not isinstance(value, str) or not DAY.fullmatch(value):
        return node.operator == "is_unknown"
    value, today = value[:10], at.date()

    def shifted(days: int) -> str:
        return (today + timedelta(days=days)).isoformat()

    return {
        "on": lambda: value == node.value.isoformat(),
        "before": lambda: value < node.value.isoformat(),
        "after": lambda: value > node.value.isoformat(),
        "in_last_days": lambda: shifted(-node.value) <= value <= shifted(0),
        "in_next_days": lambda: shifted(0) <= value <= shifted(node.value),
        "more_than_days_ago": lambda: value < shifted(-node.value),
        "anniversary_today": lambda: value[5:] == f"{today:%m-%d}",
        "is_known": lambda: True,
        "is_unknown": lambda: False,
    }[node.operator]()


def one_of(read: Callable[[Facts], str]) -> Callable[[Condition, Facts, Any], bool]:
    def compare(node: Condition, facts: Facts, at: datetime) -> bool:
        value = read(facts)
        return {
            "is_one_of": lambda: value in node.value,
            "is_none_of": lambda: value not in node.value,
            "is_unknown": lambda: value == "",
        }[node.operator]()

    return compare


def language(node: Condition, facts: Facts, at: datetime) -> bool:
    if node.operator == "is_unknown":
        return facts.locale == ""
    speaks = any(f"{facts.locale}-".startswith(f"{each}-") for each in node.value)
    return speaks == (node.operator == "is_one_of")


def moment(
    read: Callable[[Facts], datetime | None],
) -> Callable[[Condition, Facts, datetime], bool]:
    def compare(node: Condition, facts: Facts, at: datetime) -> bool:
        value = read(facts)
        if value is None:
            return node.operator == "is_unknown"
        on = value.astimezone(UTC).date()
        return {
            "on": lambda: on == node.value,
            "before": lambda: on < node.value,
            "after": lambda: on > node.value,
            "in_last_days": lambda: value >= at - timedelta(days=node.value),
            "more_than_days_ago": lambda: value < at - timedelta(days=node.value),
            "is_unknown": lambda: False,
        }[node.operator]()

    return compare


def platform(node: Condition, facts: Facts, at: datetime) -> bool:
    has = any(each in node.value for each, *_ in facts.devices)
    return has == (node.operator == "is_one_of")


def app_version(node: Condition, facts: Facts, at: datetime) -> bool:
    wanted = version_order(node.value)
    orders = [version_order(version) for _, version, _ in facts.devices if version]
    return {
        "at_least": any(order >= wanted for order in orders),
        "below": any(order < wanted for order in orders),
        "is": wanted in orders,
    }[node.operator]


def topic(node: Condition, facts: Facts, at: datetime) -> bool:
    is_on = facts.topics.get(node.name, TOPICS.get(node.name, False))
    return is_on == (node.operator == "is_on")


def event(node: Condition, facts: Facts, at: datetime) -> bool:
    def in_window(moment: datetime) -> bool:
        days = node.value.days
        return days is None or at - timedelta(days=days) < moment <= at

    count = sum(
        name == node.name and in_window(moment) for name, moment, _ in facts.events
    )
    return (count >= node.value.times) == (node.operator == "did")


def event_property(node: Condition, facts: Facts, at: datetime) -> bool:
    def fits(moment: datetime, value: Any) -> bool:
        days = node.value.days
        in_window = days is None or at - timedelta(days=days) < moment <= at
        return in_window and compared(node, value)

    return any(
        fits(moment, properties.get(node.value.name))
        for name, moment, properties in facts.events
        if name == node.name
    )


def compared(node: Condition, value: Any) -> bool:
    if node.operator == "is":
        return bool(value == node.value.value)
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    number = Decimal(repr(value))
    return {
        "number_is": number == node.value.value,
        "at_least": number >= node.value.value,
        "at_most": number <= node.value.value,
    }[node.operator]


def permission(node: Condition, facts: Facts, at: datetime) -> bool:
    has = any(each in node.value for *_, each in facts.devices)
    return has == (node.operator == "is_one_of")


def messages(node: Condition, facts: Facts, at: datetime) -> bool:
    start = at - timedelta(days=node.value)
    sent = any(start < taken <= at for _, taken, _ in facts.sent)
    opened = any(told and start < told <= at for *_, told in facts.sent)
    return {
        "sent_one": sent,
        "sent_none": not sent,
        "opened_one": opened,
        "opened_none": not opened,
    }[node.operator]


def campaign(node: Condition, facts: Facts, at: datetime) -> bool:
    mine = [(taken, told) for key, taken, told in facts.sent if key == node.name]
    sent = any(taken <= at for taken, _ in mine)
    opened = any(told and told <= at for _, told in mine)
    return {
        "was_sent": sent,
        "was_not_sent": not sent,
        "was_opened": opened,
        "was_not_opened": not opened,
    }[node.operator]


def segment(node: Condition, facts: Facts, at: datetime) -> bool:
    return SEGMENTS[node.name](facts) == (node.operator == "is_in")


SEGMENTS: dict[str, Callable[[Facts], bool]] = {}
"""Saved segments by their id, and what they mean; the test makes them."""


ATTRIBUTE = {"text": text, "number": number, "yes_no": yes_no, "date": day}
PERSON = {
    "language": language,
    "country": one_of(lambda facts: facts.country),
    "zone": one_of(lambda facts: facts.zone),
    "created": moment(lambda facts: facts.created_at),
    "last_seen": moment(lambda facts: facts.last_seen_at),
    "platform": platform,
    "app_version": app_version,
    "topic": topic,
    "preference": one_of(lambda facts: facts.preference or "subscribed"),
    "bucket": lambda node, facts, at: node.value[0] <= facts.bucket <= node.value[1],
    "event": event,
    "event_property": event_property,
    "permission": permission,
    "messages": messages,
    "campaign": campaign,
    "segment": segment,
}

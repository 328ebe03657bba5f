"""A second opinion: what each comparison means, in plain Python over plain facts."""

import calendar
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

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
    """Platform, version of the app, permission."""
    external_id: str | None = None
    place: tuple[float, float] | None = None
    answered_at: datetime | None = None
    """When they last said whether they want messages."""
    hardware: list[tuple[str, str, str, str]] = field(default_factory=list)
    """Model, version of the system, language and browser of each device."""
    switches: list[tuple[bool, datetime | None]] = field(default_factory=list)
    """Of each device: whether its token is active, and when it was set aside."""
    removed: list[datetime] = field(default_factory=list)
    asked: list[tuple[str, str, datetime]] = field(default_factory=list)
    """Primers (by their id), the step, and when."""
    lists: set[str] = field(default_factory=set)
    controls: list[str] = field(default_factory=list)
    """Campaigns in whose control group they were."""
    told: list[tuple[str, str, datetime]] = field(default_factory=list)
    """Campaigns, and what devices reported of them beside opening."""
    events: list[tuple[str, datetime, dict[str, Any]]] = field(default_factory=list)
    sent: list[tuple[str, datetime, datetime | None]] = field(default_factory=list)
    """Campaigns (by their id), when they were accepted, and when they were opened."""


TOPICS = {"news": True, "offers": False}
"""Topics and whether they are on unless switched off."""


def zone() -> ZoneInfo:
    """The site's, where days begin and end."""
    return ZoneInfo(settings.TIME_ZONE)


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
    value, today = value[:10], at.astimezone(zone()).date()

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
        "anniversary_in_next_days": lambda: any(
            birthday(value, today + timedelta(days=each))
            for each in range(node.value + 1)
        ),
        "age_at_least": lambda: age(value, today) >= node.value,
        "age_at_most": lambda: 0 <= age(value, today) <= node.value,
        "age_between": lambda: node.value[0] <= age(value, today) <= node.value[1],
        "is_known": lambda: True,
        "is_unknown": lambda: False,
    }[node.operator]()


def birthday(value: str, day: date) -> bool:
    """On its own month and day; 29 February on 1 March where there is none."""
    if value[5:] == "02-29" and not calendar.isleap(day.year):
        return (day.month, day.day) == (3, 1)
    return value[5:] == day.isoformat()[5:]


def age(value: str, today: date) -> int:
    """Whole years since a day, negative before it."""
    return today.year - int(value[:4]) - (today.isoformat()[5:] < value[5:])


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
        on = value.astimezone(zone()).date()
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
    if node.operator == "is_unknown":
        return any(not version for _, version, _ in facts.devices)
    wanted = version_order(node.value)
    orders = [version_order(version) for _, version, _ in facts.devices if version]
    return {
        "at_least": any(order >= wanted for order in orders),
        "below": any(order < wanted for order in orders),
        "is": wanted in orders,
    }[node.operator]


def topic(node: Condition, facts: Facts, at: datetime) -> bool:
    if node.operator == "is_unknown":
        return node.name not in facts.topics
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


def preference(node: Condition, facts: Facts, at: datetime) -> bool:
    if node.operator == "is_unknown":
        return facts.preference is None
    return (facts.preference or "subscribed") in node.value


def said(state: str) -> Callable[[Condition, Facts, datetime], bool]:
    def compare(node: Condition, facts: Facts, at: datetime) -> bool:
        mine = facts.preference == state and facts.answered_at is not None
        if node.operator == "never":
            return not mine
        return mine and moment(lambda facts: facts.answered_at)(node, facts, at)

    return compare


def device_count(node: Condition, facts: Facts, at: datetime) -> bool:
    count = len(facts.devices)
    return {
        "at_least": count >= node.value,
        "at_most": count <= node.value,
        "is": count == node.value,
    }[node.operator]


def device_model(node: Condition, facts: Facts, at: datetime) -> bool:
    models = [model for model, *_ in facts.hardware]
    return any(
        {
            "is_one_of": lambda each: each in node.value,
            "contains": lambda each: node.value.upper() in each.upper(),
            "starts_with": lambda each: each.upper().startswith(node.value.upper()),
            "is_unknown": lambda each: not each,
        }[node.operator](model)
        for model in models
    )


def os_version(node: Condition, facts: Facts, at: datetime) -> bool:
    def parts(text: str) -> list[int] | None:
        found = re.search(r"[0-9]+([.][0-9]+)*", text)
        numbers = [int(each) for each in found[0].split(".")] if found else None
        while numbers and numbers[-1] == 0:
            numbers.pop()
        return numbers

    mine = [parts(version) for _, version, *_ in facts.hardware]
    if node.operator == "is_unknown":
        return None in mine
    wanted = parts(node.value) or []
    return any(
        {"at_least": each >= wanted, "below": each < wanted, "is": each == wanted}[
            node.operator
        ]
        for each in mine
        if each is not None
    )


def browser(node: Condition, facts: Facts, at: datetime) -> bool:
    has = any(each and each in node.value for *_, each in facts.hardware)
    return has == (node.operator == "is_one_of")


def device_language(node: Condition, facts: Facts, at: datetime) -> bool:
    mine = [locale for _, _, locale, _ in facts.hardware]
    if node.operator == "is_unknown":
        return "" in mine
    speaks = any(
        f"{locale}-".startswith(f"{each}-") for locale in mine for each in node.value
    )
    return speaks == (node.operator == "is_one_of")


def removed(node: Condition, facts: Facts, at: datetime) -> bool:
    if node.operator == "in_last_days":
        start = at - timedelta(days=node.value)
        return any(start < each <= at for each in facts.removed)
    return bool(facts.removed) == (node.operator == "ever")


def push(node: Condition, facts: Facts, at: datetime) -> bool:
    live = [
        state
        for (*_, state), (active, aside) in zip(
            facts.devices, facts.switches, strict=True
        )
        if active and (aside is None or aside <= at - timedelta(hours=24))
    ]
    wanted = facts.preference != "unsubscribed"
    allowed = "granted" in live or "provisional" in live
    return {
        "shown": allowed and wanted,
        "not_shown": not (allowed and wanted),
        "allowed": allowed,
        "not_allowed": not allowed,
        "reached": bool(live) and wanted,
        "not_reached": not (live and wanted),
        "provisional": "provisional" in live,
    }[node.operator]


def primer(node: Condition, facts: Facts, at: datetime) -> bool:
    steps = {
        kind for key, kind, moment in facts.asked if key == node.name and moment <= at
    }
    return {
        "was_shown": "shown" in steps,
        "was_not_shown": "shown" not in steps,
        "was_accepted": "accepted" in steps,
        "was_not_accepted": "accepted" not in steps,
        "was_put_off": "later" in steps,
    }[node.operator]


def place(node: Condition, facts: Facts, at: datetime) -> bool:
    if facts.place is None or node.operator in ("is_known", "is_unknown"):
        return (facts.place is None) == (node.operator == "is_unknown")
    latitude, longitude = facts.place
    if node.operator == "within":
        centre = (node.value.latitude, node.value.longitude)
        return kilometres(facts.place, centre) <= node.value.km
    width = (node.value.east - node.value.west) % 360
    if node.value.east - node.value.west in (0, 360):
        width = node.value.east - node.value.west
    return bool(
        node.value.south <= latitude <= node.value.north
        and (longitude - node.value.west) % 360 <= width
    )


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """By the angle between two directions from the middle of the Earth."""

    def direction(where: tuple[float, float]) -> tuple[float, float, float]:
        north, east = map(math.radians, where)
        return (
            math.cos(north) * math.cos(east),
            math.cos(north) * math.sin(east),
            math.sin(north),
        )

    return 6371.0088 * 2 * math.asin(math.dist(direction(one), direction(other)) / 2)


def external_id(node: Condition, facts: Facts, at: datetime) -> bool:
    mine = facts.external_id
    return {
        "is_one_of": lambda: mine in node.value,
        "starts_with": lambda: mine is not None and mine.startswith(node.value),
        "is_known": lambda: mine is not None,
        "is_unknown": lambda: mine is None,
    }[node.operator]()


def permission(node: Condition, facts: Facts, at: datetime) -> bool:
    has = any(each in node.value for *_, each in facts.devices)
    return has == (node.operator == "is_one_of")


def messages(node: Condition, facts: Facts, at: datetime) -> bool:
    got = sorted(
        {key for key, taken, _ in facts.sent if taken <= at}, key=int, reverse=True
    )
    seen = {key for key, _, told in facts.sent if told and told <= at}
    if node.operator == "never_sent":
        return not got
    if node.operator in ("opened_of_last", "ignored_last"):
        opened_one = bool(seen & set(got[: node.value]))
        if node.operator == "opened_of_last":
            return opened_one
        return len(got) >= node.value and not opened_one
    start = at - timedelta(days=node.value)
    if node.operator == "last_sent_days_ago":
        return bool(got) and not any(start < taken <= at for _, taken, _ in facts.sent)
    if node.operator == "control_in_last":
        return any(start < DUE[key] <= at for key in facts.controls)
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
    told = {
        kind for key, kind, moment in facts.told if key == node.name and moment <= at
    }
    return {
        "was_control": node.name in facts.controls,
        "was_received": "received" in told,
        "was_dismissed": "dismissed" in told,
        "was_sent_variant": sent and VARIANT[node.name] in (node.value or ()),
        "was_sent": sent,
        "was_not_sent": not sent,
        "was_opened": opened,
        "was_not_opened": not opened,
    }[node.operator]


def campaign_tag(node: Condition, facts: Facts, at: datetime) -> bool:
    mine = [
        (taken, told) for key, taken, told in facts.sent if node.name in TAGGED[key]
    ]
    if node.operator == "sent_in_last_days":
        start = at - timedelta(days=node.value)
        return any(start < taken <= at for taken, _ in mine)
    sent = any(taken <= at for taken, _ in mine)
    opened = any(told and told <= at for _, told in mine)
    return {
        "was_sent": sent,
        "was_not_sent": not sent,
        "was_opened": opened,
        "was_not_opened": not opened,
    }[node.operator]


TAGGED: dict[str, list[str]] = {}
"""The tags of each campaign, by its id; the test makes them."""
VARIANT: dict[str, str] = {}
"""The variant of which everybody got each campaign."""
DUE: dict[str, datetime] = {}


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
    "preference": preference,
    "opted_in": said("opted_in"),
    "unsubscribed": said("unsubscribed"),
    "device_count": device_count,
    "device_model": device_model,
    "os_version": os_version,
    "browser": browser,
    "device_language": device_language,
    "removed": removed,
    "push": push,
    "primer": primer,
    "place": place,
    "external_id": external_id,
    "campaign_tag": campaign_tag,
    "list": lambda node, facts, at: (
        (node.name in facts.lists) == (node.operator == "is_on")
    ),
    "bucket": lambda node, facts, at: node.value[0] <= facts.bucket <= node.value[1],
    "event": event,
    "event_property": event_property,
    "permission": permission,
    "messages": messages,
    "campaign": campaign,
    "segment": segment,
}

"""What may stand beside an operator: one kind of value each, read strictly."""

import math
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from devices import attributes, events
from devices.models.consents import PreferenceState
from devices.models.installations import Permission, Platform, version_order
from devices.refusals import Refused

MAX_TEXT = 200
MAX_TEXTS = 50
MAX_DAYS = 3_650
MAX_TIMES = 1_000


class Unfit(ValueError):
    """The value does not fit; the message says what to give instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One kind of value: ``widget`` names its control in the builder.

    ``read`` gives the clean value or raises Unfit; ``choices`` are (key, label)
    pairs where only these may be given.
    """

    widget: str
    read: Callable[[Any], Any]
    to_json: Callable[[Any], Any] = lambda value: value
    choices: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Often:
    """At least ``times`` times in the last ``days`` days; None: ever."""

    times: int
    days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """What an event was about: its property ``name``; in ``days``, None: ever."""

    name: str
    value: str | Decimal
    days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """Another segment as it was when an audience was kept: JSON of its rule."""

    title: str
    rule: Any


def _nothing(raw: object) -> None:
    if raw is not None:
        raise Unfit(_("this comparison takes no value."))


def _text(raw: object) -> str:
    if not isinstance(raw, str) or not raw.strip() or len(raw) > MAX_TEXT:
        raise Unfit(_("give a text of 1 to 200 characters."))
    if "\0" in raw or any("\ud800" <= letter <= "\udfff" for letter in raw):
        raise Unfit(_("the text holds characters that cannot be stored."))
    return raw


def list_of(read: Callable[[Any], str]) -> Callable[[Any], tuple[str, ...]]:
    def read_all(raw: object) -> tuple[str, ...]:
        if not isinstance(raw, list) or not 1 <= len(raw) <= MAX_TEXTS:
            raise Unfit(_("give 1 to 50 values."))
        return tuple(dict.fromkeys(read(each) for each in raw))

    return read_all


def _number(raw: object) -> Decimal:
    if not isinstance(raw, int | float) or isinstance(raw, bool):
        raise Unfit(_("give a number."))
    if not math.isfinite(raw) or abs(raw) > attributes.MAX_NUMBER:
        raise Unfit(_("give a number between -10^15 and 10^15."))
    return Decimal(repr(raw))


def _plain_number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def pair(read: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, Any]]:
    def read_pair(raw: object) -> tuple[Any, Any]:
        if not isinstance(raw, list) or len(raw) != 2:
            raise Unfit(_("give two values: the lowest and the highest."))
        low, high = read(raw[0]), read(raw[1])
        if low > high:
            raise Unfit(_("the first value must not be above the second."))
        return low, high

    return read_pair


def whole(low: int, high: int, sentence: str) -> Callable[[Any], int]:
    def read_whole(raw: object) -> int:
        if not isinstance(raw, int) or isinstance(raw, bool) or not low <= raw <= high:
            raise Unfit(_(sentence) % {"low": low, "high": high})
        return raw

    return read_whole


_days = whole(1, MAX_DAYS, N_("give a number of days from %(low)d to %(high)d."))
_times = whole(1, MAX_TIMES, N_("give a number of times from %(low)d to %(high)d."))
_bucket = whole(0, 9_999, N_("give shares from 0 to 100 %%."))


def _day(raw: object) -> date:
    wanted = Unfit(_("give a date such as 2026-01-31."))
    if not isinstance(raw, str) or not re.fullmatch(r"[0-9]{4}(-[0-9]{2}){2}", raw):
        raise wanted
    try:
        return date.fromisoformat(raw)
    except ValueError as no_such_day:
        raise wanted from no_such_day


def _often(raw: object) -> Often:
    if not isinstance(raw, dict) or set(raw) - {"times", "days"}:
        raise Unfit(_("say how many times, and in how many days."))
    days = raw.get("days")
    return Often(
        times=_times(raw.get("times", 1)), days=None if days is None else _days(days)
    )


def one_of(keys: Collection[str], sentence: str) -> Callable[[Any], str]:
    def read_key(raw: object) -> str:
        if not isinstance(raw, str) or raw not in keys:
            raise Unfit(_(sentence))
        return raw

    return read_key


def fits(pattern: str, sentence: str) -> Callable[[Any], str]:
    def read_text(raw: object) -> str:
        if not isinstance(raw, str) or not re.fullmatch(pattern, raw):
            raise Unfit(_(sentence))
        return raw

    return read_text


def _version(raw: object) -> str:
    if not isinstance(raw, str) or not version_order(raw):
        raise Unfit(_("give a version such as 5.4.0."))
    return raw


def _language(raw: object) -> str:
    try:
        return attributes.clean_locale(_text(raw))
    except (Refused, Unfit) as problem:
        raise Unfit(_("give a language such as fr or pt-BR.")) from problem


def _zone(raw: object) -> str:
    if not isinstance(raw, str) or raw not in attributes.zones():
        raise Unfit(_("give a time zone such as Europe/Paris."))
    return raw


def _frozen(raw: object) -> Frozen | None:
    """Nothing: the segment as it is when it is asked; else as it was kept."""
    if raw is None:
        return None
    if not isinstance(raw, dict) or set(raw) != {"title", "rule"}:
        raise Unfit(_("this comparison takes no value."))
    return Frozen(title=_text(raw["title"]), rule=raw["rule"])


def _property(read: Callable[[Any], Any]) -> Callable[[Any], Property]:
    def read_property(raw: object) -> Property:
        if not isinstance(raw, dict) or set(raw) - {"property", "value", "days"}:
            raise Unfit(_("say which property, and what it is compared with."))
        days = raw.get("days")
        return Property(
            name=_text(raw.get("property")),
            value=read(raw.get("value")),
            days=None if days is None else _days(days),
        )

    return read_property


def _property_to_json(value: Property) -> dict[str, Any]:
    kept = value.value
    plain = kept if isinstance(kept, str) else _plain_number(kept)
    return {"property": value.name, "value": plain, "days": value.days}


NOTHING = Value(widget="none", read=_nothing)
TEXT = Value(widget="text", read=_text)
TEXTS = Value(widget="texts", read=list_of(_text), to_json=list)
NUMBER = Value(widget="number", read=_number, to_json=_plain_number)
NUMBERS = Value(
    widget="numbers",
    read=pair(_number),
    to_json=lambda pair: [_plain_number(each) for each in pair],
)
DAY = Value(widget="date", read=_day, to_json=date.isoformat)
DAYS = Value(widget="days", read=_days)
OFTEN = Value(
    widget="often",
    read=_often,
    to_json=lambda often: {"times": often.times, "days": often.days},
)
BUCKETS = Value(widget="buckets", read=pair(_bucket), to_json=list)
VERSION = Value(widget="version", read=_version)
PLATFORMS = Value(
    widget="choices",
    read=list_of(one_of(Platform.values, N_("choose among the platforms."))),
    to_json=list,
    choices=tuple(Platform.choices),
)
PREFERENCES = Value(
    widget="choices",
    read=list_of(one_of(PreferenceState.values, N_("choose among the answers."))),
    to_json=list,
    choices=tuple(PreferenceState.choices),
)
COUNTRIES = Value(
    widget="countries",
    read=list_of(fits("[A-Z]{2}", N_("give a country's two letters, such as FR."))),
    to_json=list,
)
LANGUAGES = Value(widget="languages", read=list_of(_language), to_json=list)
ZONES = Value(widget="zones", read=list_of(_zone), to_json=list)

PERMISSIONS = Value(
    widget="choices",
    read=list_of(one_of(Permission.values, N_("choose among the answers."))),
    to_json=list,
    choices=tuple(Permission.choices),
)
PROPERTY_TEXT = Value(
    widget="property", read=_property(_text), to_json=_property_to_json
)
PROPERTY_NUMBER = Value(
    widget="property_number", read=_property(_number), to_json=_property_to_json
)
SEGMENT_KEPT = Value(
    widget="none",
    read=_frozen,
    to_json=lambda kept: {"title": kept.title, "rule": kept.rule},
)

ATTRIBUTE = Value(
    widget="attribute",
    read=fits(attributes.KEY.pattern, N_("choose an attribute.")),
)
EVENT = Value(
    widget="event",
    read=fits(events.NAME.pattern, N_("choose an event.")),
)
CAMPAIGN = Value(widget="campaign", read=fits("[0-9]{1,18}", N_("choose a campaign.")))
SEGMENT = Value(widget="segment", read=fits("[0-9]{1,18}", N_("choose a segment.")))
TOPIC = Value(widget="topic", read=fits("[-A-Za-z0-9_]{1,40}", N_("choose a topic.")))

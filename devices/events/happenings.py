"""Events as apps and servers report them: read strictly, each by itself."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

import orjson
from django.utils.functional import Promise

from .reasons import REASONS, Code

LATEST = timedelta(days=30)
CLOCK_SKEW = timedelta(minutes=10)
MAX_BATCH = 1000
MAX_PROPERTIES = 4096
MAX_AMOUNT = 10**12
MAX_PRODUCT = 200
PURCHASE = "purchase"
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]{0,79}")
CURRENCY = re.compile(r"[A-Z]{3}")
NEEDED = ("id", "name", "at")


class Fate(StrEnum):
    """What became of one reported event."""

    RECORDED = "recorded"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something that was reported: ``key`` is the reporter's own id for it.

    ``person`` is an external id, which servers give; a device's person is known.
    """

    key: str
    name: str
    at: datetime
    properties: Mapping[str, Any] = field(default_factory=dict)
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why an event cannot be kept; ``pointer`` leads into it, ``shape`` tells no value.

    ``key`` and ``name`` are empty where they are what is at fault.
    """

    code: Code
    pointer: str
    key: str
    name: str
    shape: Mapping[str, Any]

    @property
    def message(self) -> str | Promise:
        return REASONS[self.code].message


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of a happening, and why and where when it was refused."""

    key: str
    fate: Fate
    code: str = ""
    message: str | Promise = ""
    pointer: str = ""


def read(raw: object, at: datetime, *, by_server: bool) -> Happening | Fault:
    """One event of a batch as JSON gave it, or why it cannot be kept.

    A server says whose event it is, by ``person``; a device must not.
    """
    given = raw if isinstance(raw, Mapping) else {}
    refuse = partial(fault, given)
    if not isinstance(raw, Mapping):
        return refuse(Code.NOT_AN_OBJECT, "")
    needed = (*NEEDED, "person") if by_server else NEEDED
    if extra := sorted(set(given) - {*needed, "properties"}):
        return refuse(Code.UNKNOWN_FIELD, step(extra[0]))
    if missing := [name for name in needed if name not in given]:
        return refuse(Code.MISSING, f"/{missing[0]}")
    if not _is_text(given["id"], 64):
        return refuse(Code.BAD_ID, "/id")
    if by_server and not _is_person(given["person"]):
        return refuse(Code.BAD_PERSON, "/person")
    moment = _moment(given["at"])
    if moment is None:
        return refuse(Code.BAD_TIME, "/at")
    if not isinstance(given["name"], str):
        return refuse(Code.BAD_NAME, "/name")
    if not isinstance(given.get("properties", {}), Mapping):
        return refuse(Code.BAD_PROPERTIES, "/properties")
    happening = Happening(
        key=given["id"],
        name=given["name"],
        at=moment,
        properties=given.get("properties", {}),
        person=given.get("person", ""),
    )
    return check(happening, at) or happening


def check(happening: Happening, at: datetime) -> Fault | None:
    """Why an event of the right form cannot be kept at this moment, or None."""
    if not NAME.fullmatch(happening.name):
        found = Code.BAD_NAME, "/name"
    elif happening.at > at + CLOCK_SKEW:
        found = Code.IN_THE_FUTURE, "/at"
    elif happening.at < at - LATEST:
        found = Code.TOO_LATE, "/at"
    elif len(orjson.dumps(happening.properties)) > MAX_PROPERTIES:
        found = Code.TOO_LONG, "/properties"
    elif happening.name == PURCHASE and (bad := _purchase(happening.properties)):
        found = bad
    else:
        return None
    given = {
        "id": happening.key,
        "name": happening.name,
        "at": happening.at.isoformat(),
        "properties": happening.properties,
    }
    return fault(given, *found)


def _purchase(properties: Mapping[str, Any]) -> tuple[Code, str] | None:
    """What is wrong with amount, currency and product; each may be left out."""
    amount, currency = properties.get("amount"), properties.get("currency")
    product = properties.get("product")
    if amount is not None and not _is_amount(amount):
        return Code.BAD_AMOUNT, "/properties/amount"
    if currency is not None and not (
        isinstance(currency, str) and CURRENCY.fullmatch(currency)
    ):
        return Code.BAD_CURRENCY, "/properties/currency"
    if product is not None and not _is_text(product, MAX_PRODUCT):
        return Code.BAD_PRODUCT, "/properties/product"
    return None


def fault(given: Mapping[str, Any], code: Code, pointer: str) -> Fault:
    """The fault, with the names and types of what was given, and no value."""
    key, name = given.get("id"), given.get("name")
    return Fault(
        code=code,
        pointer=pointer,
        key=key if isinstance(key, str) and _is_text(key, 64) else "",
        name=name if isinstance(name, str) and NAME.fullmatch(name) else "",
        shape=shape_of(given),
    )


def shape_of(given: Mapping[str, Any], *, most: int = 30) -> dict[str, Any]:
    """Names with the types of their values, two levels deep."""
    shape: dict[str, Any] = {}
    for name, value in list(given.items())[:most]:
        inner = name == "properties" and isinstance(value, Mapping)
        shape[str(name)[:80]] = shape_of(value) if inner else type_of(value)
    return shape


def type_of(value: object) -> str:
    """The word that JSON has for a value's type."""
    if value is None:
        return "null"
    words: Sequence[tuple[Any, str]] = (
        (bool, "true or false"),
        (int | float, "number"),
        (str, "text"),
        (list, "list"),
    )
    return next((word for kind, word in words if isinstance(value, kind)), "object")


def step(name: str) -> str:
    """A step of a JSON pointer (RFC 6901)."""
    return "/" + name[:80].replace("~", "~0").replace("/", "~1")


def _is_text(value: Any, longest: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= longest


def _is_person(value: Any) -> bool:
    return _is_text(value, 128) and bool(value.strip()) and "\0" not in value


def _is_amount(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= MAX_AMOUNT


def _moment(value: object) -> datetime | None:
    """A time with its zone, or None."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment if moment.utcoffset() is not None else None
    except ValueError:
        return None

"""What a row of the closed table holds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .values import NOTHING, Value

Words = str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """``query`` takes (name, value, at); ``clause`` (name, value)."""

    key: str
    label: Words
    value: Value
    query: Callable[[str, Any, datetime], Q]
    clause: Callable[[str, Any], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """``name`` is the kind of name that a condition needs, NOTHING for none."""

    key: str
    label: Words
    operators: Mapping[str, Operator]
    name: Value = NOTHING


Row = tuple[str, Words, Value, Callable[..., Q], Callable[..., str]]


def field(key: str, label: Words, *rows: Row, name: Value = NOTHING) -> Field:
    operators = {
        row[0]: Operator(
            key=row[0], label=row[1], value=row[2], query=row[3], clause=row[4]
        )
        for row in rows
    }
    return Field(key=key, label=label, operators=operators, name=name)


KNOWN, UNKNOWN = _("is known"), _("is unknown")

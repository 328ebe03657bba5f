"""What a message would be for many people, counted: pure, no database.

The same renderer as at send; texts that are the same for several people are rendered,
weighed and laid out once.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from campaigns.content import appearance, moments
from campaigns.content.limits import TOKEN
from campaigns.content.render import CompiledContent, Skip, SkipReason
from campaigns.models.reasons import Reason
from devices.gateways.base import Push
from devices.gateways.scales import SCALES

REASONS = {
    SkipReason.MISSING_PERSONALISATION: Reason.MISSING_VALUE,
    SkipReason.EMPTY_MESSAGE: Reason.MISSING_VALUE,
    SkipReason.RENDER_FAILED: Reason.UNWRITABLE,
    SkipReason.TOO_LARGE: Reason.TOO_LARGE,
    SkipReason.LEFT_OUT: Reason.LEFT_OUT,
}
REACHED = 0
"""In the place of a reason: this device would get the message."""
BUCKET = 256
"""Bytes of a column of the histogram."""
MEMO = 50_000
"""Different renderings remembered, about a kilobyte each."""
RUN_DATA = {"n": "0" * 64, "run": "0" * 36}
COLLAPSE = "r0000000"
"""Both as heavy as what a run adds to each push."""


class Row(NamedTuple):
    """A person with one of their devices, or without one, as the gates judged it.

    ``reason`` is that of the gate it does not pass, None when it is to be reached;
    ``values`` the JSON of what the message reads of the person, None for nothing.
    """

    person: int
    platform: str | None
    gateway: str | None
    reason: int | None
    language: int
    values: str | None
    variant: int = 0


class Told(NamedTuple):
    """One rendering for one gateway and platform."""

    reason: int
    field: str = ""
    bytes: int = 0
    length: int = 0
    cut: tuple[str, ...] = ()


@dataclass(slots=True)
class Tally:
    """Counts over rows; `kept` and `read` carry it from one slice to the next.

    ``rows`` counts devices by (platform, language, reason), ``variants`` those that no
    gate held by (variant, reason), ``unreached`` people by the reason of the first gate
    that held a device of theirs; ``cut`` devices by screen. ``worst``, ``longest`` and
    ``shortest`` name a person: (figure, id).
    """

    people: int = 0
    reached: int = 0
    rows: Counter[tuple[str, int, int]] = field(default_factory=Counter)
    variants: Counter[tuple[int, int]] = field(default_factory=Counter)
    unreached: Counter[int] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    without: dict[str, int] = field(default_factory=dict)
    bytes: Counter[tuple[str, int]] = field(default_factory=Counter)
    worst: dict[str, tuple[int, int]] = field(default_factory=dict)
    cut: Counter[str] = field(default_factory=Counter)
    cut_of: dict[str, int] = field(default_factory=dict)
    longest: tuple[int, int] = (0, 0)
    shortest: tuple[int, int] = (0, 0)

    def kept(self) -> dict[str, Any]:
        """The tally as JSON."""
        return {
            "people": self.people,
            "reached": self.reached,
            "rows": [[*key, count] for key, count in self.rows.items()],
            "variants": [[*key, count] for key, count in self.variants.items()],
            "unreached": [list(each) for each in self.unreached.items()],
            "missing": dict(self.missing),
            "without": self.without,
            "bytes": [[*key, count] for key, count in self.bytes.items()],
            "worst": {name: list(each) for name, each in self.worst.items()},
            "cut": dict(self.cut),
            "cut_of": self.cut_of,
            "longest": list(self.longest),
            "shortest": list(self.shortest),
        }


def read(kept: Mapping[str, Any]) -> Tally:
    """The tally of its JSON; an empty one of nothing."""
    if not kept:
        return Tally()
    return Tally(
        people=kept["people"],
        reached=kept["reached"],
        rows=Counter({(a, b, c): count for a, b, c, count in kept["rows"]}),
        variants=Counter({(a, b): count for a, b, count in kept.get("variants", ())}),
        unreached=Counter(dict(kept["unreached"])),
        missing=Counter(kept["missing"]),
        without=dict(kept["without"]),
        bytes=Counter({(name, size): count for name, size, count in kept["bytes"]}),
        worst={name: (each[0], each[1]) for name, each in kept["worst"].items()},
        cut=Counter(kept["cut"]),
        cut_of=dict(kept["cut_of"]),
        longest=(kept["longest"][0], kept["longest"][1]),
        shortest=(kept["shortest"][0], kept["shortest"][1]),
    )


class Teller:
    """Renders one message for rows at a moment, and adds what it finds to a tally.

    ``made`` are its variants by their number.
    """

    def __init__(self, made: Sequence[CompiledContent], *, at: datetime) -> None:
        self.made = made
        self.now = moments.clock(at)
        self.told = lru_cache(MEMO)(self._told)

    def add(self, tally: Tally, rows: Iterable[Row]) -> None:
        """Count these rows; all rows of a person follow each other."""
        person = 0
        held: int | None = None
        for row in rows:
            if row.person != person:
                _close(tally, held)
                person, held = row.person, None
                tally.people += 1
            reason = row.reason or self._render(tally, row)
            tally.rows[(row.platform or "", row.language, reason)] += 1
            if not row.reason:
                tally.variants[(row.variant, reason)] += 1
            held = reason if held is None else min(held, reason)
        _close(tally, held)

    def _render(self, tally: Tally, row: Row) -> int:
        gateway = row.gateway or ""
        told = self.told(
            row.language, row.values, row.platform or "", gateway, row.variant
        )
        if told.field:
            tally.missing[told.field] += 1
            tally.without.setdefault(told.field, row.person)
        if told.bytes:
            _weigh(tally, told, gateway, row.person)
        if told.reason:
            return told.reason
        for key in told.cut:
            tally.cut[key] += 1
            tally.cut_of.setdefault(key, row.person)
        if told.length > tally.longest[0]:
            tally.longest = (told.length, row.person)
        if not tally.shortest[1] or told.length < tally.shortest[0]:
            tally.shortest = (told.length, row.person)
        return REACHED

    def _told(
        self,
        language: int,
        values: str | None,
        platform: str,
        gateway: str,
        variant: int,
    ) -> Told:
        push = (
            self.made[variant]
            .translated(language)
            .push(
                0,
                TOKEN,
                (orjson.loads(values) if values else {}) | self.now,
                ttl=0,
                collapse=COLLAPSE,
                data=RUN_DATA,
                platform=platform,
            )
        )
        if isinstance(push, Skip):
            is_missing = push.reason == SkipReason.MISSING_PERSONALISATION
            return Told(REASONS[push.reason], push.detail if is_missing else "")
        return _shown(push, platform, gateway)


def _shown(push: Push, platform: str, gateway: str) -> Told:
    scale = SCALES[gateway]
    size = scale.size(push)
    if size > scale.max_payload:
        return Told(Reason.TOO_LARGE, bytes=size)
    cut = appearance.cuts(
        push.title,
        push.body,
        platforms=[platform],  # type: ignore[list-item]
        pictured=bool(push.image),
    )
    keys = tuple(each.key for each in cut)
    return Told(REACHED, "", size, len(push.title) + len(push.body), keys)


def _weigh(tally: Tally, told: Told, gateway: str, person: int) -> None:
    tally.bytes[(gateway, told.bytes // BUCKET)] += 1
    if told.bytes > tally.worst.get(gateway, (0, 0))[0]:
        tally.worst[gateway] = (told.bytes, person)


def _close(tally: Tally, held: int | None) -> None:
    """A person's rows are all counted: reached when one of their devices is."""
    if held is None:
        return
    if held == REACHED:
        tally.reached += 1
    else:
        tally.unreached[held] += 1

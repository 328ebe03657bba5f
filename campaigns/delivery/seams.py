"""Places between two steps where a test breaks this process (docs/reliability.md).

``SEAM=intended:stop`` strikes at the first passage of that seam, once for a data
folder, and writes the pid into ``seam-intended`` there. ``SEAM=rendering:abort:137``
strikes each time that row 137 is rendered. Without SEAM a seam is one comparison with
None for a chunk, a slice or a launch, and nothing at all for a push.
"""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

INTENDED = "intended"
"""A chunk is intended and committed; none of its bytes has left."""

ANSWERED = "answered"
"""A chunk is answered; nothing of that is recorded."""

LAUNCHING = "launching"
"""A launch is written and not committed."""

LAUNCHED = "launched"
"""A launch is committed; nobody was told."""

FREEZING = "freezing"
"""A slice of the audience is committed; others are to come."""

RENDERING = "rendering"
"""One named row is about to be rendered."""

SEAMS = (INTENDED, ANSWERED, LAUNCHING, LAUNCHED, FREEZING, RENDERING)

Letter = TypeVar("Letter")


def _send(number: int) -> Callable[[], None]:
    return lambda: os.kill(os.getpid(), number)


DEEDS = {
    "stop": _send(signal.SIGSTOP),
    "kill": _send(signal.SIGKILL),
    "abort": os.abort,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seam:
    """What SEAM asks for: where, what, and for which row."""

    name: str
    deed: str
    seq: int | None
    folder: Path

    def reached(self) -> None:
        """Strike, unless this seam struck before."""
        mark = self.folder / f"seam-{self.name}"
        try:
            with mark.open("x") as file:
                file.write(str(os.getpid()))
        except FileExistsError:
            return
        DEEDS[self.deed]()


def asked(wanted: str, *, simulator: str, folder: Path) -> Seam | None:
    """The seam that SEAM names, or None. Raises ImproperlyConfigured.

    Only a site that sends to the simulator may be broken on purpose.
    """
    if not wanted:
        return None
    if not simulator:
        raise ImproperlyConfigured(
            "SEAM breaks a site on purpose, for tests: unset it, or set SIMULATOR."
        )
    name, _, rest = wanted.partition(":")
    deed, _, seq = rest.partition(":")
    if name not in SEAMS or deed not in DEEDS or (seq and not seq.isdigit()):
        raise ImproperlyConfigured(
            f"SEAM={wanted} is unknown: it is one of {', '.join(SEAMS)}, a colon, and "
            f"one of {', '.join(DEEDS)}; for {RENDERING} also a colon and a row."
        )
    return Seam(name=name, deed=deed, seq=int(seq) if seq else None, folder=folder)


SEAM = asked(settings.SEAM, simulator=settings.SIMULATOR, folder=settings.VAR)


def reached(name: str) -> None:
    """Work passes a seam: nothing happens unless SEAM names it."""
    if SEAM is not None and SEAM.name == name:
        SEAM.reached()


def around_commit(before: str, after: str) -> None:
    """Work passes a seam at a transaction's end, and one when it is committed."""
    reached(before)
    if SEAM is not None and SEAM.name == after:
        transaction.on_commit(SEAM.reached)


def over(letter: Letter) -> Letter:
    """A letter whose ``push`` strikes at the row that SEAM names; else the letter."""
    if SEAM is None or SEAM.name != RENDERING:
        return letter
    return cast(Letter, _Watched(letter, SEAM))


class _Watched:
    """All that the letter is, but for one row."""

    def __init__(self, letter: Any, seam: Seam) -> None:
        self._letter = letter
        self._seam = seam

    def __getattr__(self, name: str) -> Any:
        return getattr(self._letter, name)

    def push(self, **row: Any) -> Any:
        if row["seq"] == self._seam.seq:
            DEEDS[self._seam.deed]()
        return self._letter.push(**row)

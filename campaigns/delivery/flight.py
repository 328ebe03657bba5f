"""The flight journal: which rows of a claim were handed to the wire.

One byte a position in a memory-mapped file that survives kill -9: 0 untouched, 1
handed to the wire, 10 + n answered with the n-th verdict. The owner holds a lock on
the file, so whoever gets the lock knows that the owner is dead. A stopped process
keeps its lock: then nothing is believed. Nor is it after a restart of the machine.
"""

import fcntl
import json
import mmap
import os
import time
from collections.abc import Iterator
from pathlib import Path

from devices.gateways.base import Result, Verdict

HEADER = 256
UNTOUCHED, HANDED, ANSWERED = 0, 1, 10
VERDICTS = list(Verdict)
LOOK = fcntl.LOCK_SH | fcntl.LOCK_NB
"""Only an owner excludes others: those who look must not hide a journal."""
NUMBER_OF = {verdict: ANSWERED + n for n, verdict in enumerate(VERDICTS)}


def boot() -> str:
    """What names this boot of this machine."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return str(round((time.time() - time.monotonic()) / 60))


def path_of(folder: Path, batch: int, token: int) -> Path:
    """Where the journal of one claim lies."""
    return folder / f"{batch}-{token}.flight"


class Flight:
    """The journal of one claim, for positions ``base`` + 1 to ``end``."""

    def __init__(
        self, folder: Path, *, batch: int, token: int, base: int, end: int
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = path_of(folder, batch, token)
        self._offset = HEADER - base - 1
        hidden = self.path.with_suffix(f".{os.getpid()}")
        self._file = hidden.open("wb+")
        fcntl.flock(self._file, fcntl.LOCK_EX)
        header = json.dumps({"boot": boot(), "base": base}).encode()
        self._file.write(header.ljust(HEADER) + bytes(end - base))
        self._file.flush()
        self._map = mmap.mmap(self._file.fileno(), 0)
        hidden.rename(self.path)

    def handed(self, position: int) -> None:
        """Its body is about to leave."""
        self._map[self._offset + position] = HANDED

    def is_handed(self, position: int) -> bool:
        """Whether its body has left, or was about to."""
        return self._map[self._offset + position] != UNTOUCHED

    def came_back(self, position: int, result: Result) -> None:
        """What became of it is known, though perhaps not written yet.

        What did not leave is untouched again, whatever kept it back.
        """
        mark = NUMBER_OF[result.verdict] if result.left else UNTOUCHED
        self._map[self._offset + position] = mark

    def close(self) -> None:
        """Everything is in the ledger: the journal may go."""
        self.path.unlink(missing_ok=True)
        self.abandon()

    def abandon(self) -> None:
        """Leave the journal to a successor: the lock goes, the marks stay."""
        self._map.close()
        self._file.close()


def marks(
    folder: Path, *, batch: int, token: int, positions: range
) -> list[int] | None:
    """The bytes that a dead owner left for ``positions``.

    None when nothing can be believed: no file on this machine, an owner that still
    holds its lock, another boot.
    """
    path = path_of(folder, batch, token)
    try:
        with path.open("rb") as file:
            fcntl.flock(file, LOOK)
            content = file.read()
    except OSError:
        return None
    header = json.loads(content[:HEADER])
    if header["boot"] != boot():
        return None
    start = HEADER + positions.start - header["base"] - 1
    found = list(content[start : start + len(positions)])
    return found if len(found) == len(positions) else None


def forget(folder: Path, *, batch: int, token: int) -> None:
    """A successor has settled what this journal told."""
    path_of(folder, batch, token).unlink(missing_ok=True)


def dead_claims(folder: Path) -> Iterator[tuple[int, int]]:
    """(batch, token) of every claim on this machine whose owner is dead."""
    for path in folder.glob("*-*.flight"):
        try:
            with path.open("rb") as file:
                fcntl.flock(file, LOOK)
        except OSError:
            continue
        batch, _, token = path.stem.partition("-")
        yield int(batch), int(token)

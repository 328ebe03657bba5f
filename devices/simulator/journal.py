"""What came over the wire: one JSON object per line (design.md 9)."""

import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import orjson


class Entry(NamedTuple):
    """One request as it came, and what is about to be answered.

    ``run`` is the run that the message named, ``script`` why the answer is not the
    ordinary one, ``status`` None when there will be no answer.
    """

    run: str | None
    gateway: str
    token: str | None
    method: str
    path: str
    headers: Mapping[str, Any]
    body: Any
    connection: int
    stream: int
    script: str | None
    status: int | None


class Journal:
    """Appends to journal.jsonl. What was appended survives a kill of the process."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "journal.jsonl"
        self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def append(self, entries: Iterable[Entry], *, at: float) -> None:
        """Write all in one go; call it before any of them is answered."""
        moment = datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds")
        text = b"".join(
            orjson.dumps(
                {"at": moment, **entry._asdict()}, option=orjson.OPT_APPEND_NEWLINE
            )
            for entry in entries
        )
        while text:
            text = text[os.write(self._file, text) :]

    def close(self) -> None:
        os.close(self._file)

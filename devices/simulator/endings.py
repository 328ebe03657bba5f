"""What was on the wire when a connection ended: connections.jsonl, one line each.

Only for a simulator that asks: after its answers it sends a PING (RFC 9113, 6.7), and
the client's answer to that tells that its HTTP/2 has read what came before; the answer
to the next PING, that the client has been about its own business since. A request in
the journal whose answer is not known to have come so far is ``unheard``. HTTP/1.1 has
no PING: there the next request tells it, or MOMENT seconds.
"""

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import orjson

NAME = "connections.jsonl"
MOMENT = 0.5


class Endings:
    """Appends a line for each connection that ended."""

    def __init__(self, folder: Path) -> None:
        path = folder / NAME
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def append(self, connection: int, unheard: Iterable[int], *, at: float) -> None:
        """``unheard``: the streams whose requests are in the journal, and of whose
        answers the client did not tell that it read them."""
        moment = datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds")
        line = {"at": moment, "connection": connection, "unheard": sorted(unheard)}
        os.write(self._file, orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))

    def close(self) -> None:
        os.close(self._file)

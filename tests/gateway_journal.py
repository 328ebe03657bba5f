"""What the gateway's journal tells of one run: the judge's only witness.

One pass over the file, a few bytes for each token: a million requests are read in
bounded memory. Shares no code with the product.
"""

import hashlib
from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

TURNED_AWAY = (
    *("refused", "goaway", "overloaded"),
    *("ServiceUnavailable", "Shutdown", "IdleTimeout"),
)
"""Scripts by which the gateway tells that it did not process a request."""

WINDOWS_KEPT = ("busy", "discarded")
"""Scripts by which WNS answers 200 to what it does not pass on (X-WNS-Status)."""

SEEN, ARRIVED, AGREED = 1, 2, 4
"""What is kept of a token: requested at all, may have reached a phone, accepted."""

KILL_SECONDS = 2.0
"""A connection that ended so soon after a kill ended by it."""

HEADERS = {"apns": "apns-collapse-id", "webpush": "topic", "wns": "x-wns-tag"}
"""By which a later push replaces an earlier one on the screen."""


def requests_of(journal: Path, run: str) -> Iterator[dict[str, Any]]:
    """The journal's send requests of one run, in their order."""
    name = run.encode()
    with journal.open("rb") as lines:
        for line in lines:
            if name not in line:
                continue
            request = orjson.loads(line)
            if request["run"] == run and request["gateway"] != "auth":
                yield request


def is_agreed(request: Mapping[str, Any]) -> bool:
    """Whether the gateway said that it took the message."""
    status = request["status"]
    kept = request["gateway"] == "wns" and request.get("script") in WINDOWS_KEPT
    return status is not None and status < 300 and not kept


def may_have_arrived(request: Mapping[str, Any]) -> bool:
    """Whether a phone may have got what this request carried."""
    status = request["status"]
    if request.get("script") in TURNED_AWAY:
        return False
    return status is None or status >= 500 or is_agreed(request)


def is_ambiguous(request: Mapping[str, Any]) -> bool:
    """Whether the gateway was told to leave its sender in doubt."""
    status = request["status"]
    return may_have_arrived(request) and (status is None or status >= 500)


def replaces(request: Mapping[str, Any]) -> str:
    """The id by which a push takes the place of an earlier one; "" without one."""
    if request["gateway"] == "fcm":
        message = (request.get("body") or {}).get("message") or {}
        android = message.get("android") or {}
        shown = (android.get("notification") or {}).get("tag")
        apple = (message.get("apns") or {}).get("headers") or {}
        return str(
            android.get("collapse_key") or shown or apple.get("apns-collapse-id") or ""
        )
    headers = request.get("headers") or {}
    return str(headers.get(HEADERS[request["gateway"]], ""))


def key_of(token_hash: bytes) -> int:
    """A token in eight bytes: two of a million are the same once in 10^7 runs."""
    return int.from_bytes(token_hash[:8], "big")


def moment(request: Mapping[str, Any]) -> float:
    """When it came, as Unix time; 0 for a request without one."""
    at = request.get("at")
    return datetime.fromisoformat(at).timestamp() if at else 0.0


def unheard(endings: Path, kills: Iterable[float]) -> tuple[set[int], set[int]]:
    """Requests on the wire when their connection ended: at a kill, and otherwise.

    Each is connection and stream in one number (``place``). A request is on the wire
    while the journal has it and its sender has not told, by its answers to the
    simulator's PINGs, that it heard the answer (devices/simulator/endings.py).
    """
    struck = sorted(kills)
    killed: set[int] = set()
    broken: set[int] = set()
    if not endings.exists():
        return killed, broken
    for line in endings.read_bytes().splitlines():
        ending = orjson.loads(line)
        at = moment(ending)
        before = bisect_right(struck, at)
        by_kill = before > 0 and at - struck[before - 1] < KILL_SECONDS
        places = (place(ending["connection"], each) for each in ending["unheard"])
        (killed if by_kill else broken).update(places)
    return killed, broken


def place(connection: int, stream: int) -> int:
    return connection << 32 | stream


@dataclass(kw_only=True)
class Witness:
    """What a pass over a run's requests has found.

    ``on_wire`` counts those in ``killed``; ``after_halts`` says how long after each of
    ``halts`` (since, until) the last request in it started; ``busiest`` is the most
    in any one second.
    """

    killed: set[int] = field(default_factory=set)
    broken: set[int] = field(default_factory=set)
    halts: list[tuple[float, float]] = field(default_factory=list)
    with_replacing: bool = False
    tokens: dict[int, int] = field(default_factory=dict)
    requests: int = 0
    agreed: int = 0
    duplicates: int = 0
    on_wire: int = 0
    busiest: int = 0
    not_replacing: int = 0
    first_at: float = 0.0
    last_at: float = 0.0
    after_halts: dict[int, float] = field(default_factory=dict)
    _ambiguous: int = 0
    _spoilt: set[int] = field(default_factory=set)
    _beside: Counter[int] = field(default_factory=Counter)
    _second: deque[float] = field(default_factory=deque)
    _replaces: dict[int, str] = field(default_factory=dict)

    @property
    def doubtful(self) -> int:
        """Those that a script left in doubt, with what was on the wire beside them
        when it broke their connection."""
        beside = (self._beside[connection] for connection in self._spoilt)
        return self._ambiguous + sum(beside)

    def hear(self, requests: Iterable[Mapping[str, Any]]) -> "Witness":
        for request in requests:
            self._hear(request)
        return self

    def _hear(self, request: Mapping[str, Any]) -> None:
        self.requests += 1
        key = key_of(hashlib.sha256(request["token"].encode()).digest())
        before = self.tokens.get(key, 0)
        arrives, agrees = may_have_arrived(request), is_agreed(request)
        again = arrives and bool(before & ARRIVED)
        self.duplicates += again
        self.agreed += agrees and not before & AGREED
        self.tokens[key] = before | SEEN | ARRIVED * arrives | AGREED * agrees
        self._locate(request)
        self._time(moment(request))
        if self.with_replacing:
            self._compare(key, request, again=again)

    def _locate(self, request: Mapping[str, Any]) -> None:
        where = place(request.get("connection", 0), request.get("stream", 0))
        if where in self.killed:
            self.on_wire += 1
        elif is_ambiguous(request):
            self._ambiguous += 1
            self._spoilt.add(request.get("connection", 0))
        elif where in self.broken:
            self._beside[request.get("connection", 0)] += 1

    def _time(self, at: float) -> None:
        self.first_at = min(self.first_at or at, at)
        self.last_at = max(self.last_at, at)
        self._second.append(at)
        while self._second[0] <= at - 1.0:
            self._second.popleft()
        self.busiest = max(self.busiest, len(self._second))
        for number, (since, until) in enumerate(self.halts):
            if since < at < until:
                after = at - since
                self.after_halts[number] = max(self.after_halts.get(number, 0), after)

    def _compare(self, key: int, request: Mapping[str, Any], *, again: bool) -> None:
        name = replaces(request)
        first = self._replaces.setdefault(key, name)
        self.not_replacing += again and (not name or name != first)

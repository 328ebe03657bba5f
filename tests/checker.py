"""An independent judge: reads the gateway's journal and the ledger, nothing else.

It shares no code with the product. Run it as
``python -m tests.checker DATABASE_URL JOURNAL RUN_PUBLIC_ID``: it prints one JSON
object and exits 1 when the two disagree.

A push is found by its token as the journal has it: for a browser the endpoint.
What it counts: ``duplicates`` are requests beyond the first that may have reached a
phone (answered 2xx or 5xx, or not answered) for one token of the run; ``stranded``
are deliveries without a final outcome; ``accepted_unseen`` are accepted in the ledger
without an accepting answer in the journal; ``seen_unaccounted`` got an accepting
answer but are neither accepted nor unknown in the ledger; ``unknown_seen`` are unknown
in the ledger, and the gateway had their request.
"""

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg

STATES = {1: "accepted", 2: "failed", 3: "skipped", 4: "unknown", 0: "waiting"}

LEDGER = """
SELECT d.token_hash, d.person_id, coalesce(last.reason, d.reason, 0)
  FROM campaigns_delivery d
  JOIN campaigns_run r ON r.id = d.run_id AND r.public_id = %s
  LEFT JOIN (
        SELECT DISTINCT ON (seq) seq, reason FROM campaigns_outcome
         WHERE run_id = (SELECT id FROM campaigns_run WHERE public_id = %s)
         ORDER BY seq, attempt DESC) last ON last.seq = d.seq
"""


@dataclass(kw_only=True)
class Judgement:
    """What the ledger says, and how far the journal agrees with it."""

    people: int
    deliveries: int
    accepted: int
    failed: int
    skipped: int
    unknown: int
    stranded: int
    duplicates: int
    accepted_unseen: int
    seen_unaccounted: int
    foreign: int
    unknown_seen: int

    @property
    def agrees(self) -> bool:
        whole = self.accepted + self.failed + self.skipped + self.unknown
        return self.deliveries == whole and not (
            self.stranded
            or self.duplicates
            or self.accepted_unseen
            or self.seen_unaccounted
            or self.foreign
        )


def requests_of(journal: Path, run: str) -> Iterator[dict[str, Any]]:
    """The journal's send requests of one run."""
    with journal.open(encoding="utf-8") as lines:
        for line in lines:
            if run not in line:
                continue
            request = json.loads(line)
            if request["run"] == run and request["gateway"] != "auth":
                yield request


TURNED_AWAY = (
    *("refused", "goaway", "overloaded"),
    *("ServiceUnavailable", "Shutdown", "IdleTimeout"),
)
"""Scripts by which the gateway tells that it did not process a request."""

WINDOWS_KEPT = ("busy", "discarded")
"""Scripts by which WNS answers 200 to what it does not pass on (X-WNS-Status)."""


def is_agreed(request: dict[str, Any]) -> bool:
    """Whether the gateway said that it took the message."""
    status = request["status"]
    kept = request["gateway"] == "wns" and request.get("script") in WINDOWS_KEPT
    return status is not None and status < 300 and not kept


def may_have_arrived(request: dict[str, Any]) -> bool:
    """Whether a phone may have got what this request carried."""
    status = request["status"]
    if request.get("script") in TURNED_AWAY:
        return False
    return status is None or status >= 500 or is_agreed(request)


def judge(
    rows: Iterable[tuple[bytes | None, int, int]], requests: Iterable[dict[str, Any]]
) -> Judgement:
    """Compare the ledger's rows (token hash, person, last reason) with the journal."""
    arrived: Counter[bytes] = Counter()
    agreed: Counter[bytes] = Counter()
    for request in requests:
        token = hashlib.sha256(request["token"].encode()).digest()
        arrived[token] += may_have_arrived(request)
        agreed[token] += is_agreed(request)
    people, states, known = set(), Counter(), set()
    unseen = unaccounted = doubted = 0
    for token_hash, person, reason in rows:
        state = STATES[reason // 100 % 5]
        people.add(person)
        states[state] += 1
        token = bytes(token_hash) if token_hash else None
        known.add(token)
        unseen += state == "accepted" and not agreed[token]
        doubted += state == "unknown" and arrived[token] > 0
        unaccounted += bool(token and agreed[token]) and state not in (
            "accepted",
            "unknown",
        )
    return Judgement(
        people=len(people),
        deliveries=sum(states.values()),
        accepted=states["accepted"],
        failed=states["failed"],
        skipped=states["skipped"],
        unknown=states["unknown"],
        stranded=states["waiting"],
        duplicates=sum(n - 1 for n in arrived.values() if n > 1),
        accepted_unseen=unseen,
        seen_unaccounted=unaccounted,
        foreign=len(set(arrived) - known),
        unknown_seen=doubted,
    )


def check(connection: psycopg.Connection, journal: Path, run: str) -> Judgement:
    """Judge one run by its public id."""
    rows = connection.execute(LEDGER, [run, run]).fetchall()
    return judge(rows, requests_of(journal, run))


def main() -> int:
    database_url, journal, run = sys.argv[1:]
    with psycopg.connect(database_url) as connection:
        judgement = check(connection, Path(journal), run)
    print(json.dumps(asdict(judgement)))  # noqa: T201
    return 0 if judgement.agrees else 1


if __name__ == "__main__":
    raise SystemExit(main())

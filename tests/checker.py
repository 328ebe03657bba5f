"""An independent judge: reads the gateway's journal and the ledger, nothing else.

It shares no code with the product. Run it as
``python -m tests.checker DATABASE JOURNAL RUN_PUBLIC_ID [SEEN]``: it prints one JSON
object and exits 1 when the two disagree or an invariant of reference/reliability.md
3.2 is broken. SEEN is what was seen while the run went on (tests/chaos/sights.py);
without it the invariants that need it say so.

A push is found by its token as the journal has it: for a browser the endpoint.
What it counts: ``duplicates`` are requests beyond the first that may have reached a
phone (answered 2xx or 5xx, or not answered) for one token of the run; ``stranded``
are deliveries without a final outcome; ``accepted_unseen`` are accepted in the ledger
without an accepting answer in the journal; ``seen_unaccounted`` got an accepting
answer but are neither accepted nor unknown in the ledger; ``unknown_seen`` are unknown
in the ledger, and the gateway had their request.

``on_wire`` are the requests in flight at the kills, as the journal counts them: those
that it has on a connection that ended by a kill, and whose answers the killed process
is not known to have heard. The simulator asks for that by a PING after its answers, one
at a time: the first that is answered tells that HTTP/2 has read them, the second that
the process went on since. It writes down what was open when the connection ended
(connections.jsonl); a request that never left the killed process is not among them.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests import invariants
from tests.gateway_journal import (
    AGREED,
    ARRIVED,
    Witness,
    is_agreed,
    key_of,
    may_have_arrived,
    requests_of,
    unheard,
)
from tests.sightings import Sightings

__all__ = ["check", "is_agreed", "judge", "may_have_arrived", "requests_of"]

STATES = {1: "accepted", 2: "failed", 3: "skipped", 4: "unknown", 0: "waiting"}
INTERNAL_ERROR = 205

LEDGER = """
SELECT d.token_hash, d.person_id, coalesce(last.reason, d.reason, 0)
  FROM campaigns_delivery d
  JOIN campaigns_run r ON r.id = d.run_id AND r.public_id = %s
  LEFT JOIN (
        SELECT DISTINCT ON (seq) seq, reason FROM campaigns_outcome
         WHERE run_id = (SELECT id FROM campaigns_run WHERE public_id = %s)
         ORDER BY seq, attempt DESC) last ON last.seq = d.seq
"""

WHOLE = "SET LOCAL cursor_tuple_fraction = 1; SET LOCAL enable_nestloop = off"

Row = tuple[bytes | None, int, int]


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
    failed_unseen: int = 0
    unknown_agreed: int = 0

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


def judge(rows: Iterable[Row], requests: Iterable[Mapping[str, Any]]) -> Judgement:
    """Compare the ledger's rows (token hash, person, last reason) with the journal."""
    return compare(rows, Witness().hear(requests))


def compare(rows: Iterable[Row], witness: Witness) -> Judgement:
    """Compare the ledger's rows with what the journal's witness has found."""
    people: set[int] = set()
    states: Counter[str] = Counter()
    known: set[int] = set()
    found: Counter[str] = Counter()
    for token_hash, person, reason in rows:
        state = STATES[reason // 100 % 5]
        people.add(person)
        states[state] += 1
        key = key_of(bytes(token_hash)) if token_hash else -1
        told = witness.tokens.get(key, 0)
        if told:
            known.add(key)
        found.update(_doubts(state, told, reason))
    return Judgement(
        people=len(people),
        deliveries=sum(states.values()),
        accepted=states["accepted"],
        failed=states["failed"],
        skipped=states["skipped"],
        unknown=states["unknown"],
        stranded=states["waiting"],
        duplicates=witness.duplicates,
        foreign=len(witness.tokens) - len(known),
        **{name: found[name] for name in DOUBTS},
    )


DOUBTS = (
    *("accepted_unseen", "seen_unaccounted", "unknown_seen"),
    *("failed_unseen", "unknown_agreed"),
)


def _doubts(state: str, told: int, reason: int) -> Iterator[str]:
    """In what a row of the ledger differs from what the journal told of its token."""
    if state == "accepted" and not told & AGREED:
        yield "accepted_unseen"
    if state == "failed" and not told and reason != INTERNAL_ERROR:
        yield "failed_unseen"
    if state == "unknown" and told & ARRIVED:
        yield "unknown_seen"
    if state == "unknown" and told & AGREED:
        yield "unknown_agreed"
    if told & AGREED and state not in ("accepted", "unknown"):
        yield "seen_unaccounted"


def check(connection: psycopg.Connection, journal: Path, run: str) -> Judgement:
    """Judge one run by its public id."""
    return compare(_rows(connection, run), Witness().hear(requests_of(journal, run)))


def _rows(connection: psycopg.Connection, run: str) -> Iterator[Row]:
    """The run's rows, a few thousand at a time."""
    if connection.autocommit:
        yield from connection.execute(LEDGER, [run, run])
        return
    # All rows are read, whatever the statistics say of a table that was just written.
    connection.execute(WHOLE)
    with connection.cursor(name="ledger") as rows:
        rows.itersize = 20_000
        rows.execute(LEDGER, [run, run])
        yield from rows


def examine(
    connection: psycopg.Connection, journal: Path, run: str, seen: Path
) -> dict[str, Any]:
    """The whole result: counts, and each invariant with what was seen of it."""
    sightings = Sightings.read(seen)
    killed, broken = unheard(journal.with_name("connections.jsonl"), sightings.kills)
    ledger = invariants.Ledger.read(connection, run)
    witness = Witness(
        killed=killed,
        broken=broken,
        halts=sightings.halts,
        with_replacing=ledger.policy == "never_miss",
    ).hear(requests_of(journal, run))
    judgement = compare(_rows(connection, run), witness)
    findings = invariants.evaluate(judgement, witness, ledger, sightings)
    return {
        **asdict(judgement),
        "agrees": judgement.agrees,
        "policy": ledger.policy,
        "on_wire": witness.on_wire,
        "doubtful": witness.doubtful,
        "requests": witness.requests,
        "seconds": round(witness.last_at - witness.first_at, 1),
        "invariants": {each.name: asdict(each) for each in findings},
    }


def main() -> int:
    database, journal, run, *seen = sys.argv[1:]
    with psycopg.connect(database) as connection:
        result = examine(connection, Path(journal), run, Path(seen[0] if seen else ""))
    print(json.dumps(result))  # noqa: T201
    holds = all(each["holds"] for each in result["invariants"].values())
    return 0 if result["agrees"] and holds else 1


if __name__ == "__main__":
    raise SystemExit(main())

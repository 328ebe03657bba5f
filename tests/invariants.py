"""The invariants of a run, each by its name (reference/reliability.md 3.2).

I10 and I12 are about two runs at once and about people who leave: other tests prove
them. Each finding says what was seen, whether it holds or not.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg

from tests.gateway_journal import Witness
from tests.sightings import Sightings

if TYPE_CHECKING:
    from tests.checker import Judgement

STOPPED_ROWS = 1_000
"""Two chunks of 500: what a process that was stopped had intended at most."""

ON_TIME, STOPPED_AFTER, ENDS_AFTER = 10.0, 2.0, 60.0
SHARE = 0.01
ROWS_A_KILL = 5_000
"""From so many rows for each kill on (1,000,000 and 200), no more than SHARE of them
may be in doubt, or repeated."""

RATE_ERROR = 1.1
SEND_MB, WEB_MB, TRANSACTION, LOCK = 300, 400, 30.0, 5.0
STATES = ("accepted", "failed", "skipped", "unknown")
FORWARD = ("accepted", "failed", "skipped")

RUN = """
SELECT r.audience, r.state, r.policy, r.slot, extract(epoch FROM r.due_at)::float8,
       extract(epoch FROM r.countdown_until)::float8,
       extract(epoch FROM r.finished_at)::float8,
       (SELECT count(*) FROM campaigns_run o
         WHERE o.campaign_id = r.campaign_id AND o.slot = r.slot),
       (SELECT count(*) FROM campaigns_parked WHERE run_id = r.id),
       (SELECT count(*) FROM campaigns_batch WHERE run_id = r.id AND state <> 2),
       (SELECT coalesce(sum(rows), 0) FROM campaigns_leftout WHERE run_id = r.id),
       b.accepted, b.failed, b.skipped, b.unknown, r.id
  FROM campaigns_run r,
       LATERAL (SELECT sum(accepted) accepted, sum(failed) failed,
                       sum(skipped) skipped, sum(unknown) unknown
                  FROM campaigns_batch WHERE run_id = r.id) b
 WHERE r.public_id = %s
"""
BROKEN_CHAINS = """
SELECT count(*) FROM (
    SELECT seq FROM campaigns_outcome WHERE run_id = %s GROUP BY seq
    HAVING count(*) <> max(attempt) OR count(*) FILTER (WHERE reason < 500) <> 1) broken
"""
"""Attempts are 1 to n without a gap, and exactly one outcome is final."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Whether an invariant held, and what was seen."""

    name: str
    holds: bool
    seen: str


@dataclass(kw_only=True)
class Ledger:
    """What the tables say of the run beside its rows. Times are Unix times."""

    audience: int
    state: str
    policy: str
    slot: str
    due_at: float
    countdown_until: float | None
    finished_at: float | None
    runs_of_slot: int
    parked: int
    open_batches: int
    tallies: dict[str, int] = field(default_factory=dict)
    broken_chains: int = 0

    @classmethod
    def read(cls, connection: psycopg.Connection, run: str) -> "Ledger":
        row: Any = connection.execute(RUN, [run]).fetchone()
        left_out, accepted, failed, skipped, unknown, key = row[10:]
        sums = (accepted, failed, (skipped or 0) + left_out, unknown)
        found = cls(**dict(zip(FIELDS, row[:10], strict=True)))
        found.tallies = {n: int(v or 0) for n, v in zip(STATES, sums, strict=True)}
        chains: Any = connection.execute(BROKEN_CHAINS, [key]).fetchone()
        found.broken_chains = chains[0]
        return found


FIELDS = (
    *("audience", "state", "policy", "slot", "due_at", "countdown_until"),
    *("finished_at", "runs_of_slot", "parked", "open_batches"),
)


def evaluate(
    judgement: "Judgement", witness: Witness, ledger: Ledger, seen: Sightings
) -> list[Finding]:
    """Every invariant, in their order."""
    return [
        conservation(judgement, ledger, seen),
        nobody_twice(judgement, witness, ledger, seen),
        nobody_lost(judgement, ledger),
        truth(judgement),
        bounded_doubt(judgement, witness, ledger, seen),
        once_and_on_time(witness, ledger),
        stops(witness),
        rate(witness, seen),
        ends(witness, ledger, seen),
        bounds(seen),
        report(judgement, witness, ledger, seen),
    ]


def conservation(judgement: "Judgement", ledger: Ledger, seen: Sightings) -> Finding:
    """I1: the states sum to the audience, always; in the end only final ones."""
    off = [
        each
        for each in seen.samples
        if each["found"] != each["audience"] or each["parked"] != each["parked_found"]
    ]
    final = sum(getattr(judgement, name) for name in STATES)
    left = (judgement.stranded, ledger.parked, ledger.open_batches)
    holds = not off and not any(left) and not ledger.broken_chains
    return Finding(
        name="I1",
        holds=holds and final == judgement.deliveries == ledger.audience,
        seen=f"{final} of {ledger.audience} rows final; {judgement.stranded} stranded,"
        f" {ledger.parked} parked, {ledger.open_batches} batches open,"
        f" {ledger.broken_chains} broken chains of attempts; {len(off)} of"
        f" {len(seen.samples)} samples off" + (f": {off[0]}" if off else ""),
    )


def nobody_twice(
    judgement: "Judgement", witness: Witness, ledger: Ledger, seen: Sightings
) -> Finding:
    """I2: one request for a token under never_duplicate; else each replaces."""
    repeats = judgement.duplicates
    if ledger.policy != "never_miss":
        found = f"{repeats} requests beyond the first, {judgement.foreign} foreign"
        holds = not repeats and not judgement.foreign
        return Finding(name="I2", holds=holds, seen=found)
    most = _allowed(witness, ledger, seen)
    return Finding(
        name="I2",
        holds=repeats <= most and not witness.not_replacing and not judgement.foreign,
        seen=f"never_miss: {repeats} repeats of at most {most:.0f} in"
        f" {ledger.audience} rows, {witness.not_replacing} of them do not replace the"
        f" first",
    )


def _allowed(witness: Witness, ledger: Ledger, seen: Sightings) -> float:
    """How many rows may be in doubt, or repeated for it: those on the wire at the
    kills or left in doubt otherwise, and 1 % where the kills are not too dense."""
    stopped = seen.count("STOPS") * STOPPED_ROWS
    most = witness.on_wire + witness.doubtful + stopped
    deaths = len(seen.kills) + seen.count("STOPS")
    if not deaths or ledger.audience < ROWS_A_KILL * deaths:
        return most
    return min(most, SHARE * ledger.audience)


def nobody_lost(judgement: "Judgement", ledger: Ledger) -> Finding:
    """I3: nobody is left out; never_miss leaves no doubt either."""
    strict = ledger.policy == "never_miss"
    missing = judgement.stranded + judgement.accepted_unseen
    doubt = judgement.unknown if strict else 0
    return Finding(
        name="I3",
        holds=not missing and not doubt and ledger.state == "finished",
        seen=f"the run is {ledger.state}; {judgement.stranded} stranded,"
        f" {judgement.accepted_unseen} accepted without a request,"
        f" {judgement.unknown} unknown under {ledger.policy}",
    )


def truth(judgement: "Judgement") -> Finding:
    """I4: accepted is what the gateway accepted; of that the rest is unknown."""
    return Finding(
        name="I4",
        holds=not judgement.accepted_unseen and not judgement.seen_unaccounted,
        seen=f"{judgement.accepted_unseen} accepted that the gateway did not,"
        f" {judgement.seen_unaccounted} accepted by the gateway that are neither"
        " accepted nor unknown",
    )


def bounded_doubt(
    judgement: "Judgement", witness: Witness, ledger: Ledger, seen: Sightings
) -> Finding:
    """I5: no more unknown than was on the wire at the kills, or left so by scripts."""
    stopped = seen.count("STOPS") * STOPPED_ROWS
    return Finding(
        name="I5",
        holds=judgement.unknown <= _allowed(witness, ledger, seen),
        seen=f"{judgement.unknown} unknown of {ledger.audience}"
        f" ({judgement.unknown_seen} in the journal);"
        f" {witness.on_wire} on the wire at {len(seen.kills)} kills,"
        f" {witness.doubtful} left in doubt otherwise, {stopped} for stopped processes",
    )


def once_and_on_time(witness: Witness, ledger: Ledger) -> Finding:
    """I6: one run for a slot; its first request within 10 s of it."""
    promised = "@now" not in ledger.slot
    start = ledger.due_at if promised else ledger.countdown_until or ledger.due_at
    late = witness.first_at - start if witness.first_at else 0.0
    on_time = late >= 0 and (late <= ON_TIME or not promised)
    return Finding(
        name="I6",
        holds=ledger.runs_of_slot == 1 and (on_time or ledger.state == "missed"),
        seen=f"{ledger.runs_of_slot} run of slot {ledger.slot}, first request"
        f" {late:.1f} s after {'it' if promised else 'the countdown'}",
    )


def stops(witness: Witness) -> Finding:
    """I7: nothing starts later than 2 s after a pause or a switch-off."""
    after = [f"{each:.2f}" for each in witness.after_halts.values()]
    return Finding(
        name="I7",
        holds=all(each <= STOPPED_AFTER for each in witness.after_halts.values()),
        seen=f"{len(witness.halts)} halts, the last request after"
        f" {', '.join(after) or 'none'} s"
        if witness.halts
        else "no pause in this run",
    )


def rate(witness: Witness, seen: Sightings) -> Finding:
    """I8: no second above 1.1 x the limit."""
    most = f"at most {witness.busiest} requests in a second"
    if seen.rate is None:
        return Finding(name="I8", holds=True, seen=f"no limit; {most}")
    return Finding(
        name="I8",
        holds=witness.busiest <= RATE_ERROR * seen.rate,
        seen=f"limit {seen.rate:g}; {most}",
    )


def ends(witness: Witness, ledger: Ledger, seen: Sightings) -> Finding:
    """I9: it ends within 60 s after the last fault, and the time of the work left."""
    last = seen.last_fault
    if ledger.finished_at is None:
        return Finding(name="I9", holds=False, seen=f"it never ended: {ledger.state}")
    if last is None:
        return Finding(name="I9", holds=True, seen="no fault in this run")
    took = ledger.finished_at - last
    length = max(1.0, witness.last_at - witness.first_at)
    # As if what was left were all of it, at the pace that it had under faults.
    work = max(0.0, witness.last_at - last)
    allowed = ENDS_AFTER + min(work, length)
    return Finding(
        name="I9",
        holds=took <= allowed,
        seen=f"finished {took:.1f} s after the last fault ({work:.1f} s of requests)",
    )


def bounds(seen: Sightings) -> Finding:
    """I11: memory, transactions and waits for locks."""
    if not seen.samples:
        return Finding(name="I11", holds=True, seen="nobody looked")
    send, web = seen.worst("send_mb"), seen.worst("web_mb")
    transaction, lock = seen.worst("transaction"), seen.worst("lock")
    return Finding(
        name="I11",
        holds=send <= SEND_MB
        and web <= WEB_MB
        and transaction <= TRANSACTION
        and lock <= LOCK,
        seen=f"send process {send:.0f} MB, web {web:.0f} MB, longest transaction"
        f" {transaction:.1f} s, longest wait for a lock {lock:.1f} s",
    )


def report(
    judgement: "Judgement", witness: Witness, ledger: Ledger, seen: Sightings
) -> Finding:
    """I13: the report's numbers are the recount's and the journal's, and only grow."""
    rows = {name: getattr(judgement, name) for name in STATES}
    journal = witness.agreed - judgement.unknown_agreed
    told = seen.samples[-1]["told"] if seen.samples else {**rows, "waiting": 0}
    last = {name: told[name] for name in STATES}
    back = list(_steps_back(seen))
    holds = rows == ledger.tallies == last and rows["accepted"] == journal
    return Finding(
        name="I13",
        holds=holds and not back and not judgement.failed_unseen,
        seen=f"report {last}, rows {rows}, tallies {ledger.tallies}, accepted by the"
        f" journal {journal}, {judgement.failed_unseen} failed without a request;"
        f" {len(back)} steps back" + (f": {back[0]}" if back else ""),
    )


def _steps_back(seen: Sightings) -> Iterator[str]:
    """Numbers of the report that fell from one sample to the next."""
    for before, after in zip(seen.samples, seen.samples[1:], strict=False):
        told, then = after["told"], before["told"]
        for name in FORWARD:
            if told[name] < then[name]:
                yield f"{name} {then[name]} -> {told[name]} at {after['at']:.1f}"
        if told["audience"] != then["audience"]:
            yield f"audience {then['audience']} -> {told['audience']}"
        if told["waiting"] > then["waiting"]:
            yield f"waiting {then['waiting']} -> {told['waiting']} at {after['at']:.1f}"

"""Each invariant must be able to say no, and to say what it saw."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests import checker, invariants
from tests.gateway_journal import Witness, unheard
from tests.sightings import Sightings

SLOT = 1_800_000_000.0


def at(seconds: float) -> str:
    return datetime.fromtimestamp(SLOT + seconds, UTC).isoformat()


def request(token: str, seconds: float = 1.0, **more: Any) -> dict[str, Any]:
    asked = {"token": token, "status": 200, "gateway": "fcm", "at": at(seconds)}
    return asked | {"connection": 1, "stream": 1, "body": {}} | more


def row(token: str, reason: int, person: int = 1) -> tuple[bytes, int, int]:
    return hashlib.sha256(token.encode()).digest(), person, reason


def ledger(**changes: Any) -> invariants.Ledger:
    facts: dict[str, Any] = {
        "audience": 1,
        "state": "finished",
        "policy": "never_duplicate",
        "slot": "2027-01-15T08:00:00@UTC",
        "due_at": SLOT,
        "countdown_until": None,
        "finished_at": SLOT + 5,
        "runs_of_slot": 1,
        "parked": 0,
        "open_batches": 0,
        "tallies": {"accepted": 1, "failed": 0, "skipped": 0, "unknown": 0},
    }
    return invariants.Ledger(**facts | changes)


def sample(seconds: float = 2.0, **changes: Any) -> dict[str, Any]:
    told = {"audience": 1, "waiting": 0, "accepted": 1, "failed": 0, "skipped": 0}
    facts = {"at": SLOT + seconds, "audience": 1, "found": 1, "parked": 0}
    bounds = {"send_mb": 90.0, "web_mb": 90.0, "transaction": 0.1, "lock": 0.0}
    told |= {"unknown": 0}
    return facts | bounds | {"parked_found": 0, "told": told} | changes


def broken(
    *,
    rows: list[tuple[bytes, int, int]] | None = None,
    requests: list[dict[str, Any]] | None = None,
    witness: Witness | None = None,
    run: invariants.Ledger | None = None,
    seen: Sightings | None = None,
) -> list[str]:
    """The names of what does not hold, in a run that is good but for the changes."""
    heard = witness or Witness()
    heard.hear([request("a")] if requests is None else requests)
    judgement = checker.compare(rows or [row("a", 100)], heard)
    seen = seen or Sightings(samples=[sample()])
    found = invariants.evaluate(judgement, heard, run or ledger(), seen)
    assert all(each.seen for each in found)
    return [each.name for each in found if not each.holds]


def test_a_good_run_holds_them_all() -> None:
    assert broken() == []


@pytest.mark.parametrize(
    "changes",
    [{"found": 2}, {"parked_found": 1}],
    ids=["states", "parked"],
)
def test_a_sample_that_does_not_sum_up_breaks_conservation(
    changes: dict[str, int],
) -> None:
    assert broken(seen=Sightings(samples=[sample(**changes), sample()])) == ["I1"]


def test_an_attempt_without_its_one_final_outcome_breaks_conservation() -> None:
    assert broken(run=ledger(broken_chains=1)) == ["I1"]


def test_a_second_request_breaks_never_twice() -> None:
    assert "I2" in broken(requests=[request("a"), request("a", 2.0)])


def test_a_repeat_that_replaces_the_first_is_allowed_where_none_may_be_missed() -> None:
    run = ledger(policy="never_miss", audience=200, tallies=accepted(200))
    tokens = [f"t{n}" for n in range(200)]
    rows = [row(token, 100, n) for n, token in enumerate(tokens)]
    tagged = {"body": {"message": {"android": {"notification": {"tag": "r1"}}}}}
    other = {"body": {"message": {"android": {"notification": {"tag": "r2"}}}}}
    first = [request(token, **tagged) for token in tokens]
    told = sample(audience=200, found=200, told=accepted(200, audience=200, waiting=0))
    seen = Sightings(samples=[told])

    def repeated(again: dict[str, Any], wire: int = 0) -> list[str]:
        heard = Witness(with_replacing=True, killed={1 << 32 | wire})
        requests = [*first, request("t0", 2.0, **again)]
        return broken(rows=rows, requests=requests, witness=heard, run=run, seen=seen)

    assert repeated(tagged, wire=1) == []
    assert repeated(tagged) == ["I2"], "nothing was on the wire"
    assert repeated(other, wire=1) == ["I2"]
    assert repeated({}, wire=1) == ["I2"]


def accepted(n: int, **more: int) -> dict[str, int]:
    return {"accepted": n, "failed": 0, "skipped": 0, "unknown": 0} | more


def test_doubt_has_no_place_where_none_may_be_missed() -> None:
    assert "I3" in broken(
        rows=[row("a", 401)], run=ledger(policy="never_miss"), witness=Witness()
    )


def test_accepted_without_a_request_breaks_truth() -> None:
    assert "I4" in broken(requests=[])


def test_unknown_is_bounded_by_what_the_journal_had_on_the_wire() -> None:
    on_the_wire = request("a", connection=7, stream=9)

    def doubt(**facts: Any) -> list[str]:
        heard = Witness(**facts)
        return broken(rows=[row("a", 401)], requests=[on_the_wire], witness=heard)

    assert "I5" in doubt()
    assert "I5" not in doubt(killed={7 << 32 | 9})
    assert "I5" in doubt(broken={7 << 32 | 9}), "no script broke this connection"


def test_a_script_that_breaks_a_connection_excuses_what_was_on_it() -> None:
    rows = [row("a", 401), row("b", 400, 2)]
    cut = request("b", connection=7, stream=11, script="dropped", status=None)
    beside = request("a", connection=7, stream=9)

    def doubt(*requests: dict[str, Any]) -> list[str]:
        heard = Witness(broken={7 << 32 | 9})
        return broken(rows=rows, requests=list(requests), witness=heard)

    assert "I5" not in doubt(beside, cut)
    assert "I5" in doubt(beside, request("b", connection=8, stream=1))


def test_no_more_than_one_in_a_hundred_may_be_in_doubt_where_kills_are_rare() -> None:
    def doubt(rows_a_kill: int) -> list[str]:
        audience, unknown = 200, 3
        rows = [row(f"t{n}", 401 if n < unknown else 100, n) for n in range(audience)]
        heard = Witness(killed={1 << 32 | 1})
        kills = [{"name": "KILLS", "at": SLOT, "processes": 1}] * (
            audience // rows_a_kill
        )
        seen = Sightings(samples=[sample()], faults=kills)
        requests = [request(f"t{n}") for n in range(audience)]
        run = ledger(audience=audience)
        return broken(rows=rows, requests=requests, witness=heard, run=run, seen=seen)

    assert "I5" not in doubt(rows_a_kill=10)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(invariants, "ROWS_A_KILL", 5)
        assert "I5" in doubt(rows_a_kill=10)


def test_only_connections_that_ended_by_a_kill_count_as_killed(tmp_path: Path) -> None:
    endings = tmp_path / "connections.jsonl"
    lines = [
        {"at": at(10.1), "connection": 1, "unheard": [3]},
        {"at": at(30.0), "connection": 2, "unheard": [5]},
    ]
    endings.write_text("".join(json.dumps(each) + "\n" for each in lines))

    killed, otherwise = unheard(endings, [SLOT + 10.0])

    assert killed == {1 << 32 | 3}
    assert otherwise == {2 << 32 | 5}


def test_a_first_request_long_after_its_slot_is_late() -> None:
    late = [request("a", 10.5)]
    assert broken(requests=late) == ["I6"]
    assert broken(requests=late, run=ledger(slot="2027-01-15T08:00:00@now")) == []


def test_two_runs_of_one_slot_are_one_too_many() -> None:
    assert broken(run=ledger(runs_of_slot=2)) == ["I6"]


def test_a_request_long_after_the_pause_breaks_the_stop() -> None:
    def halted(since: float) -> list[str]:
        return broken(witness=Witness(halts=[(SLOT + since, SLOT + 60)]))

    assert halted(0.5) == []
    assert halted(-1.5) == ["I7"]


def test_a_second_above_the_limit_breaks_the_rate() -> None:
    tokens = [f"t{n}" for n in range(12)]
    rows = [row(token, 100, n) for n, token in enumerate(tokens)]
    run = ledger(audience=12, tallies=accepted(12))
    told = accepted(12, audience=12, waiting=0)
    samples = [sample(audience=12, found=12, told=told)]

    def paced(apart: float) -> list[str]:
        asked = [request(t, 1 + n * apart) for n, t in enumerate(tokens)]
        seen = Sightings(samples=samples, rate=10.0)
        return broken(rows=rows, requests=asked, run=run, seen=seen)

    assert paced(0.01) == ["I8"]
    assert paced(0.1) == []


def test_a_run_that_goes_on_for_minutes_after_the_last_fault_is_not_alive() -> None:
    fault = {"name": "KILLS", "at": SLOT + 1, "processes": 1}
    seen = Sightings(samples=[sample()], faults=[fault])
    assert broken(seen=seen) == []
    assert broken(seen=seen, run=ledger(finished_at=SLOT + 90)) == ["I9"]
    assert "I9" in broken(seen=seen, run=ledger(finished_at=None))


@pytest.mark.parametrize(
    "excess",
    [{"send_mb": 301.0}, {"web_mb": 401.0}, {"transaction": 31.0}, {"lock": 5.5}],
    ids=["memory", "web", "transaction", "lock"],
)
def test_what_grows_beyond_its_bound_is_told(excess: dict[str, float]) -> None:
    assert broken(seen=Sightings(samples=[sample(**excess), sample()])) == ["I11"]


def test_a_report_that_falls_back_or_differs_is_told() -> None:
    ahead = sample(told=accepted(2, audience=1, waiting=0))
    assert broken(seen=Sightings(samples=[ahead, sample()])) == ["I13"]
    assert broken(seen=Sightings(samples=[sample(), ahead])) == ["I13"]
    assert broken(run=ledger(tallies=accepted(2))) == ["I13"]

"""A run's whole life in any order of events, beside a plain model of it.

Everything of ours is real: the database, the lifecycle, the claims, the voyages. The
machine decides what happens next: who presses what, which worker goes on, what its
gateway answers, who dies. STEPS and EXAMPLES make it longer (docs/states.md).
"""

import os
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from campaigns.delivery import (
    batches,
    flight,
    late,
    lifecycle,
    preparing,
    recount,
    snapshot,
)
from campaigns.delivery.pace import Pace
from campaigns.models import Batch, Campaign, Lane, Parked, Run, Switch
from campaigns.models.reasons import Reason
from devices import credentials
from devices.gateways.base import Push, Verdict
from tests import builders, crowds
from tests.campaigns.delivery import foretold, moves
from tests.campaigns.delivery.foretold import Ledger, Outcomes
from tests.campaigns.delivery.ledgers import assert_conserved, prove
from tests.campaigns.delivery.sailing import TURN, Clock, Worker, standing_still
from tests.campaigns.test_states import drawn

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

EXAMPLES = int(os.environ.get("EXAMPLES", "8"))
STEPS = int(os.environ.get("STEPS", "40"))
IS_LONG = "EXAMPLES" in os.environ or "STEPS" in os.environ
LEASE = 3_600.0
"""Only the test ends one, however slow this machine is."""
MOST = 3
"""Workers at once."""

REFUSED = {Verdict.AUTH_CONFIG, Verdict.THROTTLED, Verdict.NOT_ACCEPTED}
"""Answers that say that nobody got it."""
ANSWERS = [
    *(each for each in Verdict if each is not Verdict.NOT_SENT),
    *[Verdict.ACCEPTED] * 3,
]
MOVES = {
    "begin preparing": {"countdown": "preparing"},
    "cancel": {"countdown": "cancelled"},
    "expire countdown": {"countdown": "cancelled"},
    "pause": {"sending": "paused"},
    "hold": {"sending": "paused"},
    "resume": {"paused": "sending"},
    "stop": dict.fromkeys(("countdown", "preparing", "sending", "paused"), "stopped"),
    "abandon": dict.fromkeys(
        ("countdown", "preparing", "sending", "paused"), "stopped"
    ),
}
GENTLE = ["begin preparing", "pause", "hold", "resume"]


def running(machine: "Life") -> bool:
    return machine.run is not None


class Life(RuleBasedStateMachine):
    """One campaign, its runs, and up to MOST workers."""

    policy: ClassVar[str]
    flights: ClassVar[Path]
    clock: ClassVar[Clock]
    steps: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self.run: Run | None = None
        self.ledger: Ledger | None = None
        self.workers: list[Worker] = []
        self.owners: dict[tuple[int, int], Worker] = {}
        self.lost_journals: set[tuple[int, int]] = set()
        self.requests: dict[int, list[Verdict | None]] = defaultdict(list)
        self.texts: dict[int, str] = {}
        self.foretold: Outcomes = {}
        self.pace = Pace(flights=self.flights, lease=LEASE, chunk=2)

    @initialize(
        ready=st.sampled_from([True, True, True, False]),
        narrow=st.booleans(),
        harsh_after=st.sampled_from([STEPS, STEPS // 2, STEPS // 4]),
    )
    def a_campaign(self, ready: bool, narrow: bool, harsh_after: int) -> None:
        self.count, self.harsh_after, self.narrow = 0, harsh_after, narrow
        self.user = builders.user(is_superuser=True)
        shop = builders.application(name=f"Shop {uuid.uuid4().hex}")
        for gateway in ("fcm", "apns"):
            builders.credential(application=shop, gateway=gateway)
        crowds.phones(shop, [f"{shop.pk}-{n}" for n in range(4)])
        for n in range(2):
            owner = builders.person(application=shop, preference="opted_in")
            builders.installation(owner, platform="ios", token=f"{shop.pk}-ios-{n}")
        builders.installation(
            builders.person(application=shop, preference="unsubscribed")
        )
        builders.person(application=shop)
        purpose = {"never_miss": "transactional"}.get(self.policy, "promotional")
        self.campaign = builders.campaign(
            application=shop, policy=self.policy, purpose=purpose, body="The first."
        )
        if ready:
            self.launch()
            self.move("begin preparing")
            while self.run_state() == "preparing":
                self.prepare()
        self.look()

    # Whoever presses something

    @precondition(lambda self: not self.is_under_way())
    @rule()
    def launch(self) -> None:
        if not Switch.objects.get().is_on:
            with pytest.raises(lifecycle.SendingStopped):
                self._launch()
            return
        self.run = self._launch()
        self.requests.clear()
        self.texts = {self.run.revision_id: self.campaign.body}

    def _launch(self) -> Run:
        self.campaign = Campaign.objects.get(pk=self.campaign.pk)
        self.key = uuid.uuid4()
        return lifecycle.launch_now(
            self.campaign,
            user=self.user,
            launch_key=self.key,
            version=self.campaign.version,
            counted_people=7,
            confirmed_people=None,
            at=timezone.now(),
        )

    @precondition(running)
    @rule(same=st.booleans())
    def launch_again(self, same: bool) -> None:
        """A second click is answered with the same run, another form is refused."""
        known = {
            "campaign": self.campaign,
            "user": self.user,
            "version": self.campaign.version,
            "counted_people": 7,
            "confirmed_people": None,
            "at": timezone.now(),
        }
        if same:
            again = lifecycle.launch_now(launch_key=self.key, **known)
            assert again.pk == self.run.pk
        elif self.is_under_way():
            with pytest.raises(lifecycle.Refused):
                lifecycle.launch_now(launch_key=uuid.uuid4(), **known)

    @precondition(running)
    @rule(name=st.sampled_from(GENTLE))
    def press(self, name: str) -> None:
        self.move(name)

    @precondition(lambda self: running(self) and self.count >= self.harsh_after)
    @rule(name=st.sampled_from([name for name in MOVES if name not in GENTLE]))
    def press_for_good(self, name: str) -> None:
        self.move(name)

    def move(self, name: str) -> None:
        """Whatever the state is, it moves as it is drawn or stays as it is."""
        before = self.run_state()
        to = MOVES[name].get(before)
        if to is None:
            with pytest.raises((lifecycle.Refused, AssertionError)):
                assert self._press(name)
        else:
            assert self._press(name) in (True, None)
        assert self.run_state() == (to or before)

    def _press(self, name: str) -> bool | None:
        run, user, at = self.run, self.user, timezone.now()
        if name == "begin preparing":
            return lifecycle.begin_preparing(run.pk, at=at + timedelta(seconds=60))
        if name == "expire countdown":
            return lifecycle.expire_countdown(run.pk, at=at)
        if name in ("hold", "abandon"):
            act = getattr(lifecycle, name)
            return act(run.pk, reason="An error.", at=at)
        if name in ("pause", "stop"):
            return getattr(lifecycle, name)(run, user=user, reason="A typo.", at=at)
        return getattr(lifecycle, name)(run, user=user, at=at)

    @rule(is_on=st.sampled_from([False, True, True]))
    def switch(self, is_on: bool) -> None:
        was = Switch.objects.get().is_on
        if is_on:
            moved = lifecycle.switch_on(user=self.user, at=timezone.now())
        else:
            moved = lifecycle.switch_off(reason="", user=None, at=timezone.now())
        assert moved == (was != is_on)

    @precondition(lambda self: running(self) and self.ledger.batches)
    @rule(text=st.sampled_from(["The second.", "The third."]))
    def correct(self, text: str) -> None:
        at = timezone.now()
        busy = any(
            b.state == 1 and self.ledger.is_held(b, at) and b.next > b.done
            for b in self.ledger.batches.values()
        )
        allowed = self.ledger.run.state == "paused" and not busy
        if not allowed or text == self.texts[self.ledger.run.revision_id]:
            with pytest.raises(lifecycle.WrongState):
                self._correct(text)
        else:
            after = self._correct(text)
            self.texts[after.after_id] = text

    def _correct(self, text: str) -> Any:
        said = {"en": {"body": text}}
        return lifecycle.correct(self.run, said, user=self.user, at=timezone.now())

    # What the machinery does by itself

    @precondition(lambda self: running(self) and self.run_state() == "preparing")
    @rule()
    def prepare(self) -> None:
        """One slice of the audience; after the last one it is sending."""
        more = preparing.prepare(self.run.pk, seconds=-1.0, at=timezone.now())
        assert self.run_state() == ("preparing" if more else "sending")
        if not (more or self.narrow):
            prove(Run.objects.get(pk=self.run.pk))

    @precondition(lambda self: running(self) and len(self.sailing()) < MOST)
    @rule(at_once=st.sampled_from([True, True, False]))
    def claim(self, at_once: bool) -> None:
        expected = self._foretell_claim()
        claim = batches.claim("worker", lease=LEASE, flights=self.flights)
        assert (claim and claim.batch) == expected
        if claim is None:
            return
        worker = Worker(claim, pace=self.pace, clock=self.clock)
        self.workers.append(worker)
        self.owners[worker.batch, worker.token] = worker
        if at_once:
            self.look()
            self._sail(worker)

    def _foretell_claim(self) -> int | None:
        """Which batch is next; those on its way that only need settling are closed."""
        for batch in self.ledger.free():
            left = foretold.left_behind(batch, self.policy, self._journal(batch))
            if self.ledger.run.stopping:
                left = foretold.stopped(batch, left)
            rest = foretold.given_up(batch)
            written = left | (rest if not self.ledger.run.stopping else {})
            self._foretell(batch, written)
            if not (self.ledger.run.stopping or rest or batch.next == batch.hi):
                return batch.pk
        return None

    def _journal(self, batch: Batch) -> dict[int, Verdict | None] | None:
        """What the flight journal of the last owner can be believed to say."""
        place = (batch.pk, batch.token)
        owner = self.owners.get(place)
        if owner is None or owner.ends != "died" or place in self.lost_journals:
            return None
        return dict.fromkeys(owner.handed) | owner.told

    @precondition(lambda self: any(not w.is_sailing for w in self.sailing()))
    @rule(data=st.data())
    def sail(self, data: st.DataObject) -> None:
        self._sail(
            data.draw(st.sampled_from([w for w in self.sailing() if not w.is_sailing]))
        )

    def _sail(self, worker: Worker) -> None:
        if worker.claim.over and self._holds(worker):
            batch = self.ledger.batches[worker.batch]
            if self.may_intend(worker):
                rows = range(batch.next + 1, batch.hi + 1)
                seqs = (foretold.seq_of(batch, each) for each in rows)
                self._foretell(batch, dict.fromkeys(seqs, Reason.EXPIRED))
        worker.sail()
        self._foretell_written(worker)

    @precondition(running)
    @rule()
    def gather(self) -> None:
        batches.gather()
        self._put_in_order()

    def _put_in_order(self) -> None:
        """Which of several new batches is the first depends on the run's number."""
        found = Batch.objects.filter(run=self.run, state=0, due__lte=timezone.now())
        at = timezone.now() - timedelta(seconds=1)
        for place, batch in enumerate(sorted(found, key=foretold.order)):
            due = at + timedelta(milliseconds=place)
            Batch.objects.filter(pk=batch.pk).update(due=due)

    @precondition(running)
    @rule()
    def time_goes_by(self) -> None:
        """Every wait that was asked for is over."""
        Parked.objects.update(due=timezone.now())
        Lane.objects.update(held_until=None)
        Batch.objects.exclude(state=2).update(due=timezone.now())
        self._put_in_order()

    @precondition(lambda self: running(self) and self.ledger.batches)
    @precondition(lambda self: self.count >= self.harsh_after)
    @rule()
    def its_life_ends(self) -> None:
        past = timezone.now() - timedelta(seconds=self.ledger.run.ttl + 1)
        Run.objects.filter(pk=self.run.pk).update(started_at=past)

    @precondition(lambda self: running(self) and self.ledger.paused_keys)
    @rule()
    def put_the_key_right(self) -> None:
        for gateway in self.ledger.paused_keys:
            place = (self.campaign.application_id, gateway, "production")
            assert credentials.resume(*place, actor=self.user)

    @precondition(running)
    @rule()
    def finish(self) -> None:
        state, stopping = self.ledger.run.state, self.ledger.run.stopping
        late.finish(self.run.pk, at=timezone.now())
        run = Run.objects.get(pk=self.run.pk)
        ended = self.ledger.is_settled() and bool(self.ledger.batches)
        if state == "sending":
            assert run.state == ("finished" if ended else "sending")
        if stopping and ended:
            assert not run.stopping

    # What becomes of workers

    @precondition(lambda self: self.with_pushes())
    @rule(data=st.data(), count=st.integers(1, 2))
    def leave(self, data: st.DataObject, count: int) -> None:
        """Pushes go to the wire."""
        self._leave(data.draw(st.sampled_from(self.with_pushes())), count)

    def _leave(self, worker: Worker, count: int) -> list[Push]:
        fenced = worker.deadline <= worker.time
        asked = [push for push, _fence in worker.wire.waiting[:count]]
        gone = worker.leave(count)
        assert not (fenced and gone), "it was stopped beyond three quarters of a lease"
        for push in gone:
            self.requests[worker.claim.seq(push.reference)].append(None)
            assert push.body == self.texts[worker.claim.revision]
        if len(gone) < len(asked):
            self._foretell_written(worker)
        return gone

    @precondition(lambda self: self.with_pushes())
    @rule(data=st.data(), verdicts=st.lists(st.sampled_from(ANSWERS), min_size=2))
    def send(self, data: st.DataObject, verdicts: list[Verdict]) -> None:
        """Pushes go to the wire, and are answered at once."""
        worker = data.draw(st.sampled_from(self.with_pushes()))
        for push, verdict in zip(self._leave(worker, 2), verdicts, strict=False):
            self._answer(worker, push, verdict)
            self.all_is_as_foretold()

    @precondition(lambda self: any(w.wire and w.wire.left for w in self.sailing()))
    @rule(data=st.data(), verdict=st.sampled_from(ANSWERS))
    def answer(self, data: st.DataObject, verdict: Verdict) -> None:
        worker = data.draw(
            st.sampled_from([w for w in self.sailing() if w.wire and w.wire.left])
        )
        self._answer(worker, data.draw(st.sampled_from(worker.wire.left)), verdict)

    def _answer(self, worker: Worker, push: Push, verdict: Verdict) -> None:
        asked = self.requests[worker.claim.seq(push.reference)]
        asked[asked.index(None)] = verdict
        worker.hear(push, verdict)
        self._foretell_written(worker)

    @precondition(lambda self: any(w.is_sailing for w in self.sailing()))
    @rule(data=st.data(), seconds=st.sampled_from([0.31, 0.31, TURN]))
    def wait(self, data: st.DataObject, seconds: float) -> None:
        """A worker looks at pause and stop, or its turn is over."""
        worker = data.draw(st.sampled_from([w for w in self.sailing() if w.is_sailing]))
        worker.wait(seconds)
        self._foretell_written(worker)

    @precondition(lambda self: any(b.state == 1 for b in self.open_batches()))
    @rule(data=st.data())
    def a_lease_ends(self, data: st.DataObject) -> None:
        """Its owner is dead, or was stopped for so long."""
        held = [b for b in self.open_batches() if b.state == 1]
        batch = data.draw(st.sampled_from(held))
        past = timezone.now() - timedelta(seconds=1)
        Batch.objects.filter(pk=batch.pk).update(until=past)
        owner = self.owners[batch.pk, batch.token]
        if owner.is_alive:
            owner.freeze(3 * LEASE)

    @precondition(lambda self: self.sailing())
    @rule(data=st.data(), journal=st.sampled_from([True, True, False]))
    def die(self, data: st.DataObject, journal: bool) -> None:
        worker = data.draw(st.sampled_from(self.sailing()))
        worker.die()
        if not journal:
            self.lost_journals.add((worker.batch, worker.token))
            flight.forget(self.flights, batch=worker.batch, token=worker.token)

    @precondition(running)
    @rule()
    def release_the_dead(self) -> None:
        batches.release_dead(self.flights)

    # What is foretold

    def _foretell(self, batch: Batch, written: dict[int, Reason]) -> None:
        self.foretold |= {
            (seq, batch.attempt): int(reason) for seq, reason in written.items()
        }

    def _foretell_written(self, worker: Worker) -> None:
        """What a step of a worker wrote: chunks in order, or late truth."""
        before = self.ledger.batches[worker.batch]
        if not self._holds(worker):
            if not worker.is_alive:
                self._foretell_late(worker, before)
            return
        after = Batch.objects.get(pk=before.pk)
        whole = all(p in worker.told for p in range(before.done + 1, before.next + 1))
        assert not whole or after.done >= before.next or worker.wire is None
        if after.next > before.next:
            assert self.may_intend(worker)
        if worker.wire is None:
            return
        self._foretell(
            before,
            {
                foretold.seq_of(before, p): self._told(worker, before, p)
                for p in range(before.done + 1, after.done + 1)
            },
        )

    def _told(self, worker: Worker, batch: Batch, position: int) -> Reason:
        return foretold.told(worker.told[position], batch, self.policy)

    def _foretell_late(self, worker: Worker, batch: Batch) -> None:
        for position, verdict in worker.told.items():
            seq = foretold.seq_of(batch, position)
            known = self.ledger.outcomes.get((seq, worker.attempt), 0)
            parked = self.ledger.parked.get(seq)
            waits = parked is not None and parked.attempt == worker.attempt + 1
            if verdict in foretold.FINAL and (known // 100 == 4 or waits):
                self._foretell(batch, {seq: foretold.FINAL[verdict]})

    def _holds(self, worker: Worker) -> bool:
        batch = self.ledger.batches[worker.batch]
        return batch.token == worker.token and batch.state == 1

    def may_intend(self, worker: Worker) -> bool:
        batch, run = self.ledger.batches[worker.batch], self.ledger.run
        return worker.claim.epoch == run.epoch and self.ledger.may_send(batch)

    # What always holds

    @invariant()
    def all_is_as_foretold(self) -> None:
        if self.run is None:
            return
        known = self.ledger is not None and self.ledger.run.pk == self.run.pk
        before, written = self.ledger.outcomes if known else {}, self.foretold
        self._let_wait()
        self.look()
        assert self.ledger.outcomes == before | written
        self.count += 1
        self.steps["steps"] += 1

    def _let_wait(self) -> None:
        """What has to wait waits until the test says that time went by."""
        soon, later = (timezone.now() + timedelta(hours=n) for n in (0, 9))
        waiting = Parked.objects.filter(due__gt=soon, due__lt=later)
        waiting.update(due=later + timedelta(hours=1))

    def look(self) -> None:
        self.foretold = {}
        if self.run is None:
            return
        self.ledger = foretold.look(self.run)
        for move in moves.made():
            self.steps[" ".join(move)] += 1
            assert move[1:] in DRAWN[move[0]], move
        if self.ledger.batches:
            self._each_row_is_in_one_place()
            self._nobody_is_asked_twice()

    @invariant()
    def the_sums_are_right(self) -> None:
        if self.ledger is None or not self.ledger.batches:
            return
        assert_conserved(self.ledger.run)
        rows = recount.from_rows(self.run.pk)
        counts = foretold.counts(self.ledger)
        found = (rows.waiting, rows.accepted, rows.failed, rows.skipped, rows.unknown)
        assert found == tuple(counts[each] for each in range(5))

    def _each_row_is_in_one_place(self) -> None:
        """Each delivery has one final outcome, or one place where it waits."""
        ledger = self.ledger
        places: Counter[int] = Counter(ledger.parked.keys())
        for batch in ledger.batches.values():
            rows = range(batch.done + 1, batch.hi + 1)
            places.update(foretold.seq_of(batch, each) for each in rows)
        attempts: dict[int, list[int]] = defaultdict(list)
        for (seq, attempt), reason in sorted(ledger.outcomes.items()):
            assert attempt == len(attempts[seq]) + 1, "attempts have no gap"
            attempts[seq].append(reason)
        for reasons in attempts.values():
            assert not any(map(foretold.is_final, reasons[:-1])), reasons
        final = {s for s, found in attempts.items() if foretold.is_final(found[-1])}
        final |= set(ledger.left_out)
        everybody = set(range(1, ledger.run.audience + 1))
        assert places == Counter(everybody - final)

    def _nobody_is_asked_twice(self) -> None:
        if self.policy != "never_duplicate":
            return
        for seq, answers in self.requests.items():
            perhaps = [each for each in answers if each not in REFUSED]
            assert len(perhaps) <= 1, (seq, answers)

    # The end

    def teardown(self) -> None:
        try:
            if self.ledger is not None and self.ledger.batches:
                self._drain()
                self._everybody_is_told_for()
        finally:
            for worker in self.sailing():
                worker.die()
            Switch.objects.update(is_on=True)
            Run.objects.filter(state="sending").update(state="stopped")
            Batch.objects.exclude(state=2).update(state=2)
            Parked.objects.all().delete()
            moves.made()

    def _drain(self) -> None:
        """Nothing fails any more: it ends by itself."""
        for _round in range(200):
            if self.run_state() in ("finished", "cancelled"):
                return
            if self.run_state() == "stopped" and not self.ledger.run.stopping:
                return
            self._go_on()
            self.all_is_as_foretold()
        raise AssertionError(f"it never ends: {self.ledger}")

    def _go_on(self) -> None:
        self.switch(True)
        if self.run_state() == "preparing":
            self.prepare()
            return
        if self.run_state() == "paused":
            self.move("resume")
        if self.ledger.paused_keys:
            self.put_the_key_right()
        for worker in self.sailing():
            self._finish_turn(worker)
        self.all_is_as_foretold()
        self.time_goes_by()
        batches.release_dead(self.flights)
        Batch.objects.filter(state=1).update(
            until=timezone.now() - timedelta(seconds=1)
        )
        self.gather()
        self.all_is_as_foretold()
        self.claim(at_once=True)
        self.all_is_as_foretold()
        self.finish()

    def _finish_turn(self, worker: Worker) -> None:
        if not worker.is_sailing:
            worker.die()
            return
        while worker.is_alive:
            self._leave(worker, len(worker.wire.waiting))
            self.all_is_as_foretold()
            for push in list(worker.wire.left):
                self._answer(worker, push, Verdict.ACCEPTED)
                self.all_is_as_foretold()
            if worker.is_alive and not worker.wire.in_flight:
                worker.wait(TURN)
                self._foretell_written(worker)
                self.all_is_as_foretold()

    def _everybody_is_told_for(self) -> None:
        if self.policy == "never_duplicate":
            return
        last: dict[int, int] = {}
        for (seq, _attempt), reason in sorted(self.ledger.outcomes.items()):
            last[seq] = reason
        for seq, reason in last.items():
            assert self.requests[seq] or reason // 100 in (2, 3), (seq, reason)

    def run_state(self) -> str:
        return Run.objects.get(pk=self.run.pk).state

    def is_under_way(self) -> bool:
        if self.run is None:
            return False
        run = Run.objects.get(pk=self.run.pk)
        return run.state != "cancelled"

    def sailing(self) -> list[Worker]:
        return [worker for worker in self.workers if worker.is_alive]

    def with_pushes(self) -> list[Worker]:
        return [w for w in self.sailing() if w.wire and w.wire.waiting]

    def open_batches(self) -> list[Batch]:
        if self.ledger is None:
            return []
        found = [b for b in self.ledger.batches.values() if b.state != 2]
        return sorted(found, key=foretold.order)


DRAWN = {
    "run": drawn("Run"),
    "batch": drawn("Batch"),
    "delivery": drawn("Delivery"),
    "pointers": set(),
}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """Small slices and batches, so that few people make many of them."""
    monkeypatch.setattr(snapshot, "PEOPLE", 3)
    monkeypatch.setattr(snapshot, "BATCH", 3)
    moves.watch()
    yield standing_still(monkeypatch)
    moves.forget()


@pytest.mark.parametrize("policy", ["never_duplicate", "never_miss"])
def test_whatever_happens_to_a_run_in_any_order_it_adds_up_and_ends(
    policy: str, clock: Clock, tmp_path: Path
):
    facts = {"policy": policy, "flights": tmp_path, "clock": clock, "steps": Counter()}
    machine = type("Life", (Life,), facts)

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            derandomize=not IS_LONG,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )

    seen = machine.steps
    if IS_LONG:
        print(policy, dict(seen))  # noqa: T201
    assert seen["delivery waiting accepted"], "somebody got it"

"""The ledger's protocol: claim, settle, intend, record, give back, late truth."""

import fcntl
import threading
import time
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from campaigns import tasks
from campaigns.delivery import (
    batches,
    bell,
    flight,
    late,
    ledger,
    send,
    voyage,
)
from campaigns.delivery.flight import Flight
from campaigns.delivery.pace import Pace
from campaigns.delivery.reading import Recorded
from campaigns.delivery.voyage import Voyage
from campaigns.models import (
    Batch,
    ChannelRate,
    Delivery,
    Lane,
    ListedPerson,
    Parked,
    PersonList,
    Run,
    Switch,
)
from campaigns.models.reasons import Reason
from devices.gateways.base import Gateway, Push, Result, Verdict
from devices.gateways.memory import MemoryGateway
from devices.models import Credential, Installation
from tests import builders
from tests.campaigns.delivery.ledgers import (
    assert_conserved,
    reasons,
    sending_run,
    state_counts,
)

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def pace(tmp_path):
    return Pace(flights=tmp_path, lease=30.0, chunk=3)


def work(gateway: Gateway, pace: Pace, seconds: float = 120.0) -> bool:
    return send.work(seconds, pace=pace, channel=lambda *_: gateway)


def expire_leases() -> None:
    Batch.objects.filter(state=1).update(until=timezone.now() - timedelta(seconds=1))


def ripen() -> None:
    """Every parked delivery's time has come; no lane is held and no channel slow."""
    Parked.objects.update(due=timezone.now() - timedelta(seconds=1))
    Lane.objects.update(held_until=None)
    ChannelRate.objects.all().delete()


def test_every_delivery_is_sent_once_and_recorded(pace):
    run = sending_run([f"t-{n}" for n in range(10)])
    gateway = MemoryGateway()

    assert work(gateway, pace)

    assert sorted(p.token for p in gateway.sent) == sorted(f"t-{n}" for n in range(10))
    assert state_counts(run) == {"accepted": 10}
    assert_conserved(run)
    assert list(pace.flights.iterdir()) == []
    assert work(gateway, pace) is False


def test_each_verdict_becomes_the_outcome_of_the_table(pace):
    verdicts = {
        "dead": Verdict.TOKEN_DEAD,
        "foreign": Verdict.TOKEN_MISMATCH,
        "refused": Verdict.PAYLOAD_REJECTED,
        "dropped": Verdict.DROPPED,
        "maybe": Verdict.AMBIGUOUS,
        "slow": Verdict.THROTTLED,
        "away": Verdict.NOT_ACCEPTED,
    }
    run = sending_run([*verdicts, "fine"])

    work(MemoryGateway(verdicts), replace(pace, chunk=10))

    assert [told[0] for _seq, told in sorted(reasons(run).items())] == [
        Reason.TOKEN_DEAD,
        Reason.WRONG_SENDER,
        Reason.MESSAGE_REFUSED,
        Reason.DROPPED,
        Reason.SERVER_ERROR,
        Reason.THROTTLED,
        Reason.UNAVAILABLE,
        Reason.ACCEPTED,
    ]
    assert_conserved(run)


def test_a_dead_token_is_retired_with_its_outcome(pace):
    sending_run(["dead", "alive"])

    work(MemoryGateway({"dead": Verdict.TOKEN_DEAD}), pace)

    dead, alive = Installation.objects.order_by("pk")
    assert (dead.gcm.active, alive.gcm.active) == (False, True)
    assert dead.retired_at is not None


def test_a_parked_delivery_goes_out_again_as_the_next_attempt(pace):
    run = sending_run(["slow", "fine"])
    gateway = MemoryGateway({"slow": Verdict.NOT_ACCEPTED})
    work(gateway, pace)
    assert Parked.objects.get().attempt == 2
    assert_conserved(run)

    ripen()
    gateway.verdicts.clear()
    work(gateway, pace)

    assert reasons(run) == {1: [Reason.UNAVAILABLE, Reason.ACCEPTED], 2: [100]}
    assert_conserved(run)
    assert not Parked.objects.exists()


def test_never_miss_sends_an_ambiguous_push_again(pace):
    policy = {"policy": "never_miss", "purpose": "transactional"}
    run = sending_run(["maybe"], campaign=policy)
    gateway = MemoryGateway({"maybe": Verdict.AMBIGUOUS})
    work(gateway, pace)
    ripen()
    gateway.verdicts.clear()
    work(gateway, pace)
    assert reasons(run) == {1: [Reason.RETRY_UNKNOWN, Reason.ACCEPTED]}
    assert_conserved(run)


def test_those_who_left_since_the_snapshot_are_skipped_with_their_reason(pace):
    run = sending_run(["gone", "dead", "stays"])
    gone, dead, _stays = Installation.objects.select_related("gcm").order_by("pk")
    builders.Preference.objects.create(
        person=gone.person, state="unsubscribed", changed_at=builders.NOW, source="app"
    )
    dead.gcm.active = False
    dead.gcm.save(update_fields=["active"])
    gateway = MemoryGateway()

    work(gateway, pace)

    assert [p.token for p in gateway.sent] == ["stays"]
    assert reasons(run)[1] == [Reason.UNSUBSCRIBED]
    assert reasons(run)[2] == [Reason.TOKEN_INACTIVE]
    assert_conserved(run)


def test_whoever_is_put_on_a_never_send_list_since_gets_nothing(pace):
    run = sending_run(["listed", "stays"])
    listed = Installation.objects.order_by("pk")[0]
    for name in ("kept out", "let in"):
        found = PersonList.objects.create(
            application=listed.application,
            name=name,
            kind="uploaded",
            created_at=builders.NOW,
            is_excluded=name == "kept out",
        )
        ListedPerson.objects.create(people_list=found, person=listed.person)
    gateway = MemoryGateway()

    work(gateway, pace)

    assert [p.token for p in gateway.sent] == ["stays"]
    assert reasons(run)[1] == [Reason.EXCLUDED]
    assert_conserved(run)


def test_a_message_that_came_too_late_is_not_sent(pace):
    run = sending_run(["a", "b"])
    Run.objects.update(ttl=60, started_at=timezone.now() - timedelta(minutes=2))
    gateway = MemoryGateway()
    work(gateway, pace)
    assert gateway.sent == []
    assert set(map(tuple, reasons(run).values())) == {(Reason.EXPIRED,)}


def test_a_value_that_is_missing_skips_that_person_only(pace):
    run = sending_run(
        ["a", "b"],
        campaign={"title": "Hi {{ first_name | default: 'there' }}", "body": "x"},
    )
    person = builders.Person.objects.order_by("pk").first()
    person.attributes = {"first_name": "Zoë"}
    person.save(update_fields=["attributes"])
    gateway = MemoryGateway()
    work(gateway, pace)
    assert [p.title for p in gateway.sent] == ["Hi Zoë", "Hi there"]
    assert_conserved(run)


def test_two_workers_never_hold_one_batch(pace):
    sending_run(["a"])
    first = batches.claim("one", lease=30, flights=pace.flights)
    assert first is not None
    assert batches.claim("two", lease=30, flights=pace.flights) is None


class Peeking(MemoryGateway):
    """Looks, while pushes are on the wire, whether another worker gets the batch."""

    def submit(self, pushes, *, fence=None) -> None:
        self.others = batches.claim("other", lease=30, flights=self.flights)
        super().submit(pushes, fence=fence)


def test_a_batch_that_is_being_sent_cannot_be_claimed(pace):
    sending_run(["a"])
    gateway = Peeking()
    gateway.flights = pace.flights
    work(gateway, pace)
    assert gateway.others is None
    assert len(gateway.sent) == 1


@pytest.mark.parametrize(
    "stop",
    [
        lambda run: Run.objects.update(state="paused", epoch=1),
        lambda run: Switch.objects.update(is_on=False),
        lambda run: Credential.objects.update(paused_at=timezone.now()),
    ],
    ids=["run paused", "global stop", "gateway paused"],
)
def test_nothing_is_claimed_while_sending_is_not_allowed(pace, stop):
    run = sending_run(["a"])
    stop(run)
    gateway = MemoryGateway()
    assert work(gateway, pace) is False
    assert gateway.sent == []
    Switch.objects.update(is_on=True)


class Pausing(MemoryGateway):
    """A person presses Pause when the first push has left."""

    uses_database = True

    def poll(self, timeout: float) -> list[Result]:
        results = super().poll(timeout)
        if results:
            Run.objects.update(state="paused", epoch=1)
        return results


def test_a_pause_between_two_chunks_starts_nothing_more_and_loses_nothing(pace):
    run = sending_run([f"t-{n}" for n in range(12)])
    gateway = Pausing()
    work(gateway, pace)

    assert len(gateway.sent) == 6
    batch = Batch.objects.get()
    assert (batch.state, batch.until, batch.done) == (0, None, 6)
    assert_conserved(run)

    Run.objects.update(state="sending", epoch=2)
    rest = MemoryGateway()
    work(rest, pace)
    assert len(rest.sent) == 6
    assert state_counts(run) == {"accepted": 12}


def test_a_closed_fence_keeps_the_body_back_and_the_row_waits(pace):
    run = sending_run(["a", "b"])
    claim = batches.claim("me", lease=30, flights=pace.flights)
    gateway = MemoryGateway()
    closed = Voyage(claim, gateway, pace=pace, until=float("inf"))
    closed.fence = lambda position: False
    closed.run()
    assert gateway.sent == []
    assert reasons(run) == {1: [Reason.NOT_SENT], 2: [Reason.NOT_SENT]}
    assert Parked.objects.filter(tries=0).count() == 2
    assert_conserved(run)


def came_back(journal: Flight, position: int, verdict: Verdict, *, left: bool = True):
    answer = Result(reference=position, verdict=verdict, left=left)
    journal.came_back(position, answer)


def intend_and_die(
    run: Run, pace: Pace, *, handed: list[int], answered: dict, kept: tuple = ()
) -> int:
    """A worker that committed its intent, touched some rows and was killed.

    What it ``kept`` back was handed over and did not leave.
    """
    claim = batches.claim("dead", lease=30, flights=pace.flights)
    journal = Flight(
        pace.flights, batch=claim.batch, token=claim.token, base=0, end=claim.hi
    )
    Batch.objects.filter(pk=claim.batch).update(next=claim.hi)
    for position in handed:
        journal.handed(position)
    for position, verdict in answered.items():
        came_back(journal, position, verdict)
    for position in kept:
        came_back(journal, position, Verdict.PAYLOAD_REJECTED, left=False)
    journal.abandon()
    return claim.batch


def test_what_a_dead_worker_left_is_settled_by_its_flight_journal(pace):
    run = sending_run(["untouched", "handed", "answered", "died", "kept"])
    intend_and_die(
        run,
        pace,
        handed=[2, 5],
        answered={3: Verdict.ACCEPTED, 4: Verdict.TOKEN_DEAD},
        kept=(5,),
    )
    gateway = MemoryGateway()

    work(gateway, pace)

    assert [p.token for p in gateway.sent] == ["untouched", "kept"]
    assert reasons(run) == {
        1: [Reason.NOT_SENT, Reason.ACCEPTED],
        2: [Reason.WORKER_LOST],
        3: [Reason.ACCEPTED],
        4: [Reason.TOKEN_DEAD],
        5: [Reason.NOT_SENT, Reason.ACCEPTED],
    }
    assert_conserved(run)
    assert Installation.objects.get(gcm__registration_id="died").retired_at


def test_without_a_journal_everything_intended_is_unknown(pace, tmp_path):
    run = sending_run(["a", "b"])
    intend_and_die(run, pace, handed=[], answered={})
    for path in pace.flights.iterdir():
        path.unlink()
    expire_leases()
    gateway = MemoryGateway()
    work(gateway, pace)
    assert gateway.sent == []
    assert state_counts(run) == {"unknown": 2}
    assert_conserved(run)


@pytest.mark.fault("F03")
def test_a_journal_whose_owner_is_only_stopped_is_not_believed(pace):
    run = sending_run(["a"])
    claim = batches.claim("stopped", lease=30, flights=pace.flights)
    Batch.objects.update(next=1)
    journal = Flight(pace.flights, batch=claim.batch, token=claim.token, base=0, end=1)
    assert batches.release_dead(pace.flights) == 0
    expire_leases()
    gateway = MemoryGateway()
    work(gateway, pace)
    assert gateway.sent == []
    assert state_counts(run) == {"unknown": 1}
    journal.abandon()


def test_a_journal_of_another_boot_is_not_believed(pace, monkeypatch):
    run = sending_run(["a"])
    intend_and_die(run, pace, handed=[], answered={})
    monkeypatch.setattr(flight, "boot", lambda: "another boot")
    work(MemoryGateway(), pace)
    assert state_counts(run) == {"unknown": 1}


def test_the_lease_of_a_dead_worker_on_this_machine_ends_at_once(pace):
    sending_run(["a"])
    intend_and_die(None, pace, handed=[], answered={})
    assert Batch.objects.get().until > timezone.now()
    assert batches.release_dead(pace.flights) == 1
    assert Batch.objects.get().until <= timezone.now()


def test_a_send_worker_frees_the_batches_of_the_dead_without_being_told(
    pace, settings, monkeypatch
):
    settings.VAR = pace.flights.parent
    here = replace(pace, flights=pace.flights.parent / "flight")
    sending_run(["a"])
    intend_and_die(None, here, handed=[], answered={})
    rung = []
    monkeypatch.setattr(bell, "ring", lambda task, *ids: rung.append(task))

    tasks.look_as_sender("here", {"processes": 1})

    assert Batch.objects.get().until <= timezone.now()
    assert rung == [bell.SEND]


def test_a_batch_given_back_with_rows_in_doubt_keeps_its_journal(pace):
    """The answer to an intent was lost, so its rows were never read, nor sent."""
    run = sending_run(["a", "b"])
    intend_and_die(run, pace, handed=[1], answered={})
    Batch.objects.update(state=0, until=None)

    assert batches.release_dead(pace.flights) == 0
    gateway = MemoryGateway()
    work(gateway, pace)

    assert [push.token for push in gateway.sent] == ["b"]
    assert state_counts(run) == {"accepted": 1, "unknown": 1}


def test_a_worker_that_looks_for_the_dead_does_not_hide_their_journals(pace):
    run = sending_run(["a"])
    batch = intend_and_die(run, pace, handed=[], answered={})
    journals = flight.dead_claims(pace.flights)
    with flight.path_of(pace.flights, batch, 1).open("rb") as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)
        assert list(journals) == [(batch, 1)]
        expire_leases()
        gateway = MemoryGateway()
        work(gateway, pace)
    assert state_counts(run) == {"accepted": 1}


class Restarting(MemoryGateway):
    """The database goes away once, when a push has left and none is answered."""

    uses_database = True

    def __init__(self) -> None:
        super().__init__()
        self.early: list[Result] | None = None

    def poll(self, timeout: float) -> list[Result]:
        if self.early is not None:
            early, self.early = self.early, []
            return [*early, *super().poll(timeout)]
        self.early = [self._answer(*self._queue.popleft())]
        cut_off()
        time.sleep(voyage.LOOK_EVERY)
        return []


def cut_off() -> None:
    """End this test's connection on the server."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])


def test_a_look_at_a_lost_database_keeps_what_is_on_the_wire(pace):
    run = sending_run(["a", "b"])

    assert work(Restarting(), pace)

    told = {1: [Reason.ACCEPTED], 2: [Reason.NOT_SENT, Reason.ACCEPTED]}
    assert reasons(run) == told
    assert_conserved(run)


class Waking(MemoryGateway):
    """Its process was stopped for long, and wakes without its connection."""

    uses_database = True

    def poll(self, timeout: float) -> list[Result]:
        self.voyage.deadline = 0.0
        cut_off()
        return super().poll(timeout) or self.answers

    def submit(self, pushes, *, fence=None) -> None:
        self.answers = [self._answer(push, fence) for push in pushes]


def test_a_worker_that_wakes_tries_again_to_tell_what_it_knows(pace):
    run = sending_run(["a", "b"])
    claim = batches.claim("slow", lease=30, flights=pace.flights)
    gateway = Waking()
    gateway.voyage = Voyage(claim, gateway, pace=pace, until=float("inf"))

    gateway.voyage.run()

    assert state_counts(run) == {"accepted": 2}
    assert_conserved(run)


def test_a_worker_that_lost_its_batch_starts_nothing(pace):
    sending_run(["a", "b"])
    mine = batches.claim("slow", lease=30, flights=pace.flights)
    expire_leases()
    batches.claim("quick", lease=30, flights=pace.flights)
    gateway = MemoryGateway()
    Voyage(mine, gateway, pace=pace, until=float("inf")).run()
    assert gateway.sent == []


def test_late_truth_puts_an_unknown_right(pace):
    run = sending_run(["a", "b"])
    mine = batches.claim("slow", lease=30, flights=pace.flights)
    Batch.objects.update(next=2)
    expire_leases()
    work(MemoryGateway(), pace)
    assert state_counts(run) == {"unknown": 2}

    truth = ledger.Entry(seq=1, reason=Reason.ACCEPTED, ref="name")
    changed = late.report(mine, Recorded(end=2, at=timezone.now(), entries=[truth]))

    assert changed == 1
    assert state_counts(run) == {"accepted": 1, "unknown": 1}
    assert_conserved(run)
    again = Recorded(end=2, at=timezone.now(), entries=[truth])
    assert late.report(mine, again) == 0


def test_late_truth_takes_a_waiting_retry_out_of_the_queue(pace):
    policy = {"policy": "never_miss", "purpose": "transactional"}
    run = sending_run(["a"], campaign=policy)
    mine = batches.claim("slow", lease=30, flights=pace.flights)
    Batch.objects.update(next=1)
    expire_leases()
    batches.claim("next", lease=30, flights=pace.flights)
    assert Parked.objects.count() == 1

    truth = ledger.Entry(seq=1, reason=Reason.ACCEPTED)
    late.report(mine, Recorded(end=1, at=timezone.now(), entries=[truth]))

    assert not Parked.objects.exists()
    assert state_counts(run) == {"accepted": 1}
    assert_conserved(run)


class Overtaken(MemoryGateway):
    """Its worker was stopped beyond its lease; another has settled the batch."""

    uses_database = True

    def poll(self, timeout: float) -> list[Result]:
        results = super().poll(timeout)
        if results:
            expire_leases()
            batches.claim("quick", lease=30, flights=self.flights)
        return results


@pytest.mark.fault("F03")
def test_answers_that_came_while_another_took_the_batch_are_late_truth(pace):
    run = sending_run([f"t-{n}" for n in range(6)])
    gateway = Overtaken()
    gateway.flights = pace.flights
    claim = batches.claim("slow", lease=30, flights=pace.flights)

    Voyage(claim, gateway, pace=pace, until=float("inf")).run()

    assert len(gateway.sent) == 6
    assert state_counts(run) == {"accepted": 6}
    assert_conserved(run)


def test_a_stopped_run_gives_everybody_left_that_reason(pace):
    run = sending_run([f"t-{n}" for n in range(8)])
    work(Pausing(), pace)
    Parked.objects.update(due=timezone.now())
    Run.objects.update(state="stopped", stopping=True, epoch=5)

    gateway = MemoryGateway()
    work(gateway, pace)

    assert gateway.sent == []
    assert state_counts(run) == {"accepted": 6, "skipped": 2}
    assert_conserved(run)
    assert not Batch.objects.exclude(state=2).exists()


class Refusing(MemoryGateway):
    """The provider refuses our key."""

    def poll(self, timeout: float) -> list[Result]:
        return [
            Result(reference=r.reference, verdict=Verdict.AUTH_CONFIG, code="401")
            for r in super().poll(timeout)
        ]


def test_a_refused_key_pauses_the_gateway_and_loses_nobody(pace):
    run = sending_run([f"t-{n}" for n in range(9)])
    gateway = Refusing()
    work(gateway, pace)
    assert Credential.objects.get().paused_at is not None
    assert len(gateway.sent) <= 6
    assert state_counts(run) == {"waiting": 9}
    assert_conserved(run)

    Credential.objects.update(paused_at=None, pause_reason="")
    work(MemoryGateway(), pace)
    assert state_counts(run) == {"accepted": 9}
    assert not Installation.objects.exclude(retired_at=None).exists()


def test_wrong_senders_in_a_row_pause_the_gateway(tmp_path):
    tokens = [f"t-{n}" for n in range(120)]
    run = sending_run(tokens)
    gateway = MemoryGateway(dict.fromkeys(tokens, Verdict.TOKEN_MISMATCH))
    work(gateway, Pace(flights=tmp_path, chunk=30))
    assert len(gateway.sent) < 120
    assert Credential.objects.get().paused_at is not None
    assert Installation.objects.filter(gcm__active=False).count() == 0
    assert_conserved(run)


@pytest.mark.fault("F31")
def test_an_outage_of_the_provider_does_not_make_a_whole_audience_unknown(tmp_path):
    tokens = [f"t-{n}" for n in range(400)]
    run = sending_run(tokens)
    gateway = MemoryGateway(dict.fromkeys(tokens, Verdict.AMBIGUOUS))
    work(gateway, Pace(flights=tmp_path, chunk=50))
    assert 200 <= len(gateway.sent) <= 300
    assert Credential.objects.get().paused_at is not None
    assert_conserved(run)


class Away(MemoryGateway):
    """The gateway's host cannot be reached: nothing leaves."""

    def poll(self, timeout: float) -> list[Result]:
        return [
            Result(reference=r.reference, verdict=Verdict.NOT_SENT, code="connect")
            for r in super().poll(timeout)
        ]


def test_a_gateway_that_is_away_is_not_tried_with_everybody(pace):
    run = sending_run([f"t-{n}" for n in range(30)])
    work(Away(), pace)
    assert Parked.objects.count() <= 6
    assert Lane.objects.get().held_until > timezone.now()
    assert state_counts(run) == {"waiting": 30}
    assert_conserved(run)


@pytest.mark.fault("F49")
def test_a_token_that_went_from_one_device_of_a_run_to_another_is_used_once(pace):
    """A refreshes its token and is sent to; then B takes over that very token."""
    run = sending_run(["a", "b"])
    first, second = Installation.objects.select_related("gcm").order_by("pk")
    Installation.objects.filter(pk=first.pk).update(retired_at=timezone.now())
    for each in (first, second):
        each.token_hash = builders.token_hash("new")
        each.save(update_fields=["token_hash"])
        each.gcm.registration_id = "new"
        each.gcm.save(update_fields=["registration_id"])
    gateway = MemoryGateway()
    work(gateway, pace)
    assert gateway.sent == []
    assert reasons(run)[2] == [Reason.DUPLICATE_TOKEN]


class Exploding(MemoryGateway):
    """Dies as a process dies, when a certain push is handed to it."""

    def submit(self, pushes, *, fence=None) -> None:
        pushes = list(pushes)
        if any(push.token == "poison" for push in pushes):
            raise SystemExit(9)
        super().submit(pushes, fence=fence)


@pytest.mark.fault("F06", "F59")
def test_a_row_that_kills_its_workers_is_found_and_given_up(pace):
    run = sending_run(["a", "b", "poison", "c"])
    for _ in range(40):
        try:
            if not work(Exploding(), pace):
                break
        except SystemExit:
            ripen()

    assert reasons(run)[3][-1] == Reason.INTERNAL_ERROR
    assert state_counts(run) == {"accepted": 3, "failed": 1}
    assert_conserved(run)


def test_conservation_holds_at_every_moment_of_a_hard_life(pace):
    tokens = [f"t-{n}" for n in range(40)]
    run = sending_run(tokens)
    verdicts = {
        token: list(Verdict)[n % len(Verdict)]
        for n, token in enumerate(tokens)
        if list(Verdict)[n % len(Verdict)] is not Verdict.AUTH_CONFIG
    }
    gateway = MemoryGateway(verdicts)
    for round_ in range(20):
        work(gateway, pace)
        assert_conserved(run)
        ripen()
        Batch.objects.filter(state=0).update(due=timezone.now())
        if round_ == 3:
            gateway.verdicts.clear()
    assert state_counts(run).get("waiting") is None


def test_many_workers_finish_one_run_together(tmp_path):
    run = sending_run([f"t-{n}" for n in range(60)])
    Batch.objects.update(hi=20)
    builders.batch(run, lo=20, hi=40, due=timezone.now())
    builders.batch(run, lo=40, hi=60, due=timezone.now())
    gateways = [MemoryGateway() for _ in range(3)]

    def one(gateway: MemoryGateway) -> None:
        try:
            work(gateway, Pace(flights=tmp_path, chunk=4))
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=[g]) for g in gateways]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    sent: list[Push] = [push for g in gateways for push in g.sent]
    assert len(sent) == len({push.token for push in sent}) == 60
    assert state_counts(run) == {"accepted": 60}
    assert_conserved(run)
    assert Delivery.objects.filter(run_id=run.pk).count() == 60


def test_a_worker_that_dies_while_it_waits_for_late_truth_lets_its_journal_go(pace):
    sending_run(["a"])

    class Losing(MemoryGateway):
        """Its batch is another's when the answer comes; then it is told to end."""

        uses_database = True

        def poll(self, timeout: float) -> list[Result]:
            if self.sent:
                raise SystemExit
            Batch.objects.update(token=F("token") + 1)
            super().poll(timeout)
            self.submit([Push(2, "b", "", "")])
            voyage.looked = -9.0
            return []

    claim = batches.claim("me", lease=30, flights=pace.flights)
    voyage = Voyage(claim, Losing(), pace=pace, until=time.monotonic() + 60)

    with pytest.raises(SystemExit):
        voyage.run()

    assert list(flight.dead_claims(pace.flights)) == [(claim.batch, claim.token)]

"""While the database works on a question, its worker goes on."""

import psycopg
import pytest
from django.db import IntegrityError, connection

from campaigns.delivery import batches, clock, lanes, messages, send
from campaigns.delivery.asking import Question
from campaigns.delivery.outcomes import Entry
from campaigns.delivery.pace import Pace
from campaigns.delivery.reading import Recorded
from campaigns.delivery.voyage import Voyage
from campaigns.models import Batch, Outcome, Run
from campaigns.models.reasons import Reason
from devices.gateways.base import Result, Verdict
from devices.gateways.memory import MemoryGateway
from tests.campaigns.delivery.ledgers import (
    assert_conserved,
    reasons,
    sending_run,
    state_counts,
)

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

PROVING = lanes.NARROW
"""Rows that a lane takes alone before two chunks are open."""


class Aboard(MemoryGateway):
    """Sees what its voyage waits for whenever it is polled, and may act on it once."""

    def __init__(self, verdicts=None) -> None:
        super().__init__(verdicts)
        self.asked = 0
        self.acted = False

    def act(self) -> None:
        """What happens while the database works."""

    def poll(self, timeout: float) -> list[Result]:
        if self.voyage.desk.asked is not None:
            self.asked += 1
            if not self.acted and self.sent:
                self.acted = True
                self.act()
        return super().poll(timeout)


class CutOff(Aboard):
    """The database ends the session while it is asked."""

    def act(self) -> None:
        with psycopg.connect(**connection.get_connection_params()) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [self.backend])


class Stopped(Aboard):
    """The worker stands still while the database is asked; others need its batch."""

    def act(self) -> None:
        with psycopg.connect(**connection.get_connection_params()) as other:
            other.execute("SET lock_timeout = '20s'")
            other.execute("SELECT 1 FROM campaigns_batch FOR UPDATE")


class Ending(Aboard):
    """The worker ends while the database is asked."""

    def act(self) -> None:
        raise SystemExit


@pytest.fixture
def pace(tmp_path) -> Pace:
    return Pace(flights=tmp_path, lease=30.0, chunk=10)


def sail(gateway: Aboard, pace: Pace, tokens: list[str]) -> Run:
    run = sending_run(tokens)
    claim = batches.claim("me", lease=30, flights=pace.flights)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (gateway.backend,) = cursor.fetchone()
    gateway.voyage = Voyage(claim, gateway, pace=pace, until=float("inf"))
    gateway.voyage.run()
    return run


def named(count: int) -> list[str]:
    return [f"t-{n}" for n in range(count)]


def test_answers_are_heard_while_the_database_works(pace):
    gateway = Aboard()
    run = sail(gateway, pace, named(PROVING + 60))

    assert gateway.asked > 0
    assert state_counts(run) == {"accepted": PROVING + 60}
    assert_conserved(run)


def test_refusals_are_written_while_another_chunk_is_asked_for(pace):
    tokens = named(PROVING + 60)
    verdicts = dict.fromkeys(tokens[PROVING + 5 :: 7], Verdict.TOKEN_DEAD)
    gateway = Aboard(verdicts)
    run = sail(gateway, pace, tokens)

    assert gateway.asked > 0
    told = [each[-1] for each in reasons(run).values()]
    assert told.count(Reason.TOKEN_DEAD) == len(verdicts)
    assert told.count(Reason.ACCEPTED) == len(tokens) - len(verdicts)
    assert_conserved(run)


def test_the_database_ends_what_it_was_asked_while_its_worker_stands_still(pace):
    gateway = Stopped(dict.fromkeys(named(PROVING + 60)[::9], Verdict.TOKEN_DEAD))
    run = sail(gateway, pace, named(PROVING + 60))

    assert gateway.acted
    assert_conserved(run)


def test_a_session_that_ends_while_it_is_asked_loses_and_repeats_nothing(pace):
    gateway = CutOff()
    tokens = named(PROVING + 60)
    run = sail(gateway, pace, tokens)
    send.work(60, pace=pace, channel=lambda *_: MemoryGateway())

    assert gateway.acted
    sent = [push.token for push in gateway.sent]
    assert len(set(sent)) == len(sent)
    assert state_counts(run) == {"accepted": len(tokens)}
    assert_conserved(run)


def test_a_worker_that_ends_while_it_asks_leaves_a_session_that_serves(pace):
    gateway = Ending()
    tokens = named(PROVING + 60)
    with pytest.raises(SystemExit):
        sail(gateway, pace, tokens)
    run = Run.objects.get()
    heir = MemoryGateway()
    send.work(60, pace=pace, channel=lambda *_: heir)

    sent = [push.token for push in (*gateway.sent, *heir.sent)]
    assert len(set(sent)) == len(sent)
    # What was handed to the wire and not heard of is unknown, and nobody is left.
    assert sum(state_counts(run).values()) == len(tokens)
    assert state_counts(run)["accepted"] + state_counts(run).get("unknown", 0) == len(
        tokens
    )
    assert_conserved(run)


def test_what_the_database_refuses_leaves_a_session_that_serves(pace):
    """A defect of ours: an outcome that is written already."""
    run = sending_run(["a", "b"])
    claim = batches.claim("me", lease=30, flights=pace.flights)
    Outcome.objects.create(
        run_id=run.pk, seq=1, attempt=1, reason=Reason.ACCEPTED, at=clock.now()
    )
    twice = Recorded(
        end=1, at=clock.now(), entries=[Entry(seq=1, reason=Reason.ACCEPTED)]
    )
    letter = messages.letter(claim.run, claim.revision)

    question = Question(claim, letter, twice, want=0, idle=True, hold=0.0, lease=30.0)

    with pytest.raises(IntegrityError):
        question.answer()
    assert Batch.objects.get(pk=claim.batch).done == 0

"""Plans of what a worker asks for: a bad one is an outage (traps of the ledger)."""

import re

import pytest
from django.db import connection
from django.utils import timezone

from campaigns.delivery import batches, messages, partitions, reading, sessions
from campaigns.delivery.claims import Claim
from campaigns.delivery.reading import Recorded
from tests.campaigns.delivery.ledgers import sending_run

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.mark.parametrize("gateway", ["fcm", "apns", "webpush", "wns"])
def test_the_plan_of_the_intent_reads_its_own_rows_only(tmp_path, gateway):
    """Trap T1: each row is looked up by its key, and no run is read whole."""
    run = sending_run(["a"])
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO campaigns_delivery (run_id, seq, person_id)"
            " SELECT %s, n, n FROM generate_series(2, 20000) n",
            [run.pk],
        )
        # What other tests left in the statistics must not choose the plan.
        cursor.execute("ANALYZE campaigns_delivery")
    run.batches.update(hi=20_000, gateway=gateway)
    claim = batches.claim("me", lease=30, flights=tmp_path)
    sessions.bound(30)

    plan = plan_of_intent(claim)

    assert re.search(r"Index Cond: \(\(run_id = .*\) AND \(seq = m.seq\)\)", plan), plan
    assert "Materialize" not in plan


MANY = """
INSERT INTO campaigns_delivery (run_id, seq, person_id, installation_id, token_hash)
SELECT %s, n, n, 1000000 + n, sha256(n::text::bytea) FROM generate_series(2, 20000) n
"""


def test_a_run_that_the_statistics_did_not_know_is_read_by_its_key(tmp_path):
    """Earlier runs filled its partition, and it seems to the planner to be empty."""
    run = sending_run(["a"])
    with connection.cursor() as cursor:
        for earlier in range(run.pk + 1, run.pk + 5):
            cursor.execute(MANY, [earlier])
        cursor.execute("ANALYZE campaigns_delivery")
        cursor.execute(MANY, [run.pk])
    run.batches.update(hi=20_000)
    claim = batches.claim("me", lease=30, flights=tmp_path)
    sessions.bound(30)

    partitions.analyze(run.pk)

    plan = plan_of_intent(claim)
    assert re.search(r"Index Cond: \(\(run_id = .*\) AND \(seq = m.seq\)\)", plan), plan


def plan_of_intent(claim: Claim) -> str:
    """How the statement that intends the first rows of a claim would be executed."""
    letter = messages.letter(claim.run, claim.revision)
    parameters = reading.parameters(
        claim,
        letter,
        Recorded(end=claim.done, at=timezone.now()),
        want=500,
        idle=True,
        hold=0.0,
        lease=30.0,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "EXPLAIN " + reading.statement(claim.gateway, letter.fields), parameters
        )
        return "\n".join(row[0] for row in cursor.fetchall())


def test_a_session_has_bounded_statements():
    sessions.bound(30)
    with connection.cursor() as cursor:
        cursor.execute("SHOW enable_hashjoin")
        assert cursor.fetchone() == ("off",)
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("21s",)

import pytest
from django.db import connections

from campaigns.delivery import diagnosis, lifecycle, preparing, snapshot
from campaigns.models import Batch, LeftOut, Revision, Run
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


def prepare(run: Run, *, seconds: float = 30) -> bool:
    return preparing.prepare(run.pk, seconds=seconds, at=NOW)


def test_a_prepared_run_sends_to_its_audience():
    builders.credential()
    for _each in range(3):
        builders.installation()
    builders.installation(permission="denied")
    run = builders.run()

    assert not prepare(run)

    run.refresh_from_db()
    assert (run.state, run.audience, run.people) == ("sending", 4, 4)
    assert sum(batch.hi - batch.lo for batch in Batch.objects.all()) == 3


def test_an_error_of_ours_is_said_on_the_run_until_it_is_over():
    builders.credential()
    builders.installation()
    run = builders.run()
    audience = run.revision.audience
    Revision.objects.update(audience={"kind": "everyone", "rule": None, "name": []})
    Revision.objects.update(settings={})

    assert not prepare(run)

    run.refresh_from_db()
    assert run.state == "preparing"
    assert "error on our side" in run.why
    (finding,) = [
        each for each in diagnosis.diagnose(run, at=NOW) if each.sentence == run.why
    ]
    assert "tried again" in finding.remedy

    settings = builders.revision().settings
    Revision.objects.update(audience=audience, settings=settings)
    prepare(run)
    run.refresh_from_db()
    assert (run.state, run.reason) == ("sending", "")


def test_an_audience_is_prepared_a_while_at_a_time(monkeypatch):
    monkeypatch.setattr(snapshot, "PEOPLE", 1)
    builders.credential()
    for _each in range(3):
        builders.installation()
    run = builders.run()

    turns = 0
    while prepare(run, seconds=0.000_001):
        turns += 1

    run.refresh_from_db()
    assert turns >= 2
    assert (run.state, run.people) == ("sending", 3)


def test_preparing_twice_makes_no_second_audience():
    builders.installation()
    run = builders.run()

    prepare(run)
    prepare(run)

    run.refresh_from_db()
    assert run.audience == 1


def test_a_run_that_was_stopped_meanwhile_does_not_begin():
    builders.installation()
    run = builders.run()
    user = builders.user("campaigns.stop_run")

    lifecycle.stop(run, user=user, reason="", at=NOW)

    assert not prepare(run)
    run.refresh_from_db()
    assert (run.state, run.audience) == ("stopped", 0)


def test_a_run_whose_audience_cannot_be_read_is_stopped_with_the_reason():
    run = builders.run()
    frozen = run.revision
    frozen.audience = {"kind": "segment", "rule": {"version": 9}, "segment": 1}
    frozen.save()

    assert not prepare(run)

    run.refresh_from_db()
    assert (run.state, run.stopping) == ("stopped", False)
    assert run.reason


def test_a_run_whose_rows_do_not_add_up_is_stopped_and_sends_nothing(caplog):
    builders.installation()
    run = builders.run()
    LeftOut.objects.create(run=run, reason=300, rows=7)

    assert not prepare(run)

    run.refresh_from_db()
    assert (run.state, run.stopping) == ("stopped", True)
    assert "does not add up" in run.reason
    assert "does not add up" in caplog.text


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_second_worker_leaves_a_run_that_another_one_prepares():
    run = builders.run()
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtext('prepare'), %s::int)", [run.pk]
            )
            assert not prepare(run)
            cursor.execute("ROLLBACK")
    finally:
        other.close()
    run.refresh_from_db()
    assert run.state == "preparing"

    prepare(run)

    run.refresh_from_db()
    assert run.state == "finished"

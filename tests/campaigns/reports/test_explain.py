from datetime import timedelta

import pytest

from campaigns.models import Delivery, Outcome, Receipt, Run
from campaigns.models.reasons import Reason
from campaigns.models.states import DeliveryState
from campaigns.reports import explain
from devices.models import Installation
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db

FINAL = [each for each in Reason if each.state is not DeliveryState.WAITING]
LEFT_OUT = [each for each in explain.GATES if each <= Reason.NO_CREDENTIAL]


def deliver(
    run: Run,
    device: Installation,
    *attempts: Reason,
    left_out: Reason | None = None,
    code: str = "",
) -> int:
    """A ledger row of this device with these outcomes; its seq."""
    seq = Delivery.objects.filter(run_id=run.pk).count() + 1
    Delivery.objects.create(
        run_id=run.pk,
        seq=seq,
        person_id=device.person_id,
        installation_id=device.pk,
        reason=left_out,
    )
    for number, reason in enumerate(attempts, start=1):
        at = NOW + timedelta(seconds=number)
        Outcome.objects.create(
            run_id=run.pk, seq=seq, attempt=number, reason=reason, code=code, at=at
        )
    return seq


def failing(answer: explain.Answer) -> list[str]:
    """The rungs on which it ended."""
    return [step.sentence for step in answer.steps if step.passed is False]


@pytest.mark.parametrize("reason", FINAL, ids=lambda reason: reason.name)
def test_every_final_reason_is_told_as_the_one_reason(reason):
    run, device = builders.run(state="sending"), builders.installation()
    if reason in LEFT_OUT:
        deliver(run, device, left_out=reason)
    else:
        deliver(run, device, reason)

    answer = explain.why(run, device.person)

    assert answer.reason == reason
    assert str(reason.label) in answer.sentence
    assert len(failing(answer)) == (0 if reason == Reason.ACCEPTED else 1)


def test_what_comes_after_the_gate_that_held_was_never_asked():
    run, device = builders.run(), builders.installation()
    deliver(run, device, left_out=Reason.PERMISSION_DENIED)

    steps = explain.why(run, device.person).steps

    ladder = [step.passed for step in steps]
    assert ladder.index(False) == 5
    assert all(ladder[:5])
    assert set(ladder[6:]) == {None}


def test_each_attempt_is_shown_with_the_word_of_the_push_service():
    run, device = builders.run(state="sending"), builders.installation()
    deliver(run, device, Reason.THROTTLED, Reason.ACCEPTED, code="QUOTA_EXCEEDED")

    answer = explain.why(run, device.person)

    attempts = [step for step in answer.steps if "Attempt" in step.sentence]
    assert [step.passed for step in attempts] == [None, True]
    assert "QUOTA_EXCEEDED" in attempts[0].detail
    assert answer.reason == Reason.ACCEPTED


def test_an_opened_push_is_shown_and_a_silent_one_too():
    run, device = builders.run(state="sending"), builders.installation()
    seq = deliver(run, device, Reason.ACCEPTED)

    silent = explain.why(run, device.person).steps[-1]
    Receipt.objects.create(run=run, seq=seq, kind="opened", at=NOW, received_at=NOW)
    told = explain.why(run, device.person).steps[-1]

    assert (silent.passed, told.passed) == (None, True)
    assert silent.sentence == told.sentence == "The person opened it"


def test_of_several_devices_the_best_one_answers_and_the_others_are_named():
    owner = builders.person()
    run = builders.run(state="sending")
    deliver(run, builders.installation(owner), Reason.TOKEN_DEAD)
    deliver(run, builders.installation(owner), Reason.ACCEPTED)
    deliver(run, builders.installation(owner), left_out=Reason.DUPLICATE_TOKEN)

    answer = explain.why(run, owner)

    assert answer.reason == Reason.ACCEPTED
    assert [step.passed for step in answer.devices] == [False, False]


def test_a_row_that_waits_has_no_reason_yet():
    run, device = builders.run(state="sending"), builders.installation()
    deliver(run, device)

    answer = explain.why(run, device.person)

    assert answer.reason is None
    assert answer.sentence.startswith("Not yet")
    assert failing(answer) == []


def test_somebody_who_was_not_in_the_audience_sees_which_condition_does_not_hold():
    ana = builders.person(country="FR")
    rule = {
        "version": 1,
        "match": "all",
        "rules": [{"field": "country", "operator": "is_one_of", "value": ["CA"]}],
    }
    run = builders.run(builders.campaign(segment=builders.segment(rule=rule)))
    Run.objects.filter(pk=run.pk).update(state="finished", prepared_at=NOW)
    run.refresh_from_db()

    answer = explain.why(run, ana)

    assert answer.reason is None
    assert "not in the audience" in answer.sentence
    assert len(failing(answer)) == 2


@pytest.mark.parametrize(
    ("state", "word"), [("preparing", "Not yet"), ("missed", "never started")]
)
def test_a_run_without_rows_says_why(state, word):
    assert word in explain.why(builders.run(state=state), builders.person()).sentence


def test_whoever_was_not_counted_before_a_stop_was_not_left_out_by_the_rule():
    counted, uncounted = builders.person(), builders.person()
    run = builders.run(state="stopped", cursor=counted.pk)

    assert "was not in" in explain.why(run, counted).sentence
    assert "stopped before" in explain.why(run, uncounted).sentence

"""After a real run, what is explained of each person is what the ledger says."""

import io
from collections import Counter

import pytest
from django.core.management import call_command
from django.utils import timezone

from campaigns.delivery import preparing, send
from campaigns.delivery.voyage import Pace
from campaigns.models import Campaign, Delivery, Outcome, Run
from campaigns.models.reasons import Reason
from campaigns.reports import explain, recipients
from devices import consent
from devices.gateways.base import Verdict
from devices.gateways.memory import MemoryGateway
from devices.models import ConsentEvent, Installation, Person, Preference
from tests import builders
from tests.campaigns.delivery import ledgers

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

PEOPLE = 60
RANK = {1: 0, 4: 1, 5: 2, 2: 3, 3: 4}
"""Of a person's devices: accepted, unknown, waiting, failed, skipped."""
ANSWERS = (
    *(Verdict.ACCEPTED, Verdict.TOKEN_DEAD, Verdict.ACCEPTED),
    *(Verdict.AMBIGUOUS, Verdict.ACCEPTED, Verdict.DROPPED),
)


class Various(MemoryGateway):
    """Answers in turn with each of ANSWERS."""

    def submit(self, pushes, *, fence=None):
        told = list(pushes)
        for push in told:
            self.verdicts[push.token] = ANSWERS[len(self.verdicts) % len(ANSWERS)]
        super().submit(told, fence=fence)


@pytest.fixture
def run(settings, tmp_path) -> Run:
    """The sample's campaign, prepared and sent; some leave in between."""
    settings.VAR = tmp_path
    call_command("sample", people=PEOPLE, events=60, stdout=io.StringIO())
    Campaign.objects.update(control=8, body="News for you, {{ first_name | or_skip }}")
    now = timezone.now()
    fired = builders.run(Campaign.objects.get(), due_at=now)
    preparing.prepare(fired.pk, seconds=30, at=now)
    ledgers.prove(fired)
    leave(fired)
    words = said()
    send_all(tmp_path)
    assert said() == words, "no answer of a push service changes what people said"
    fired.refresh_from_db()
    assert fired.state == "finished"
    return fired


def leave(fired: Run) -> None:
    """Three whose turn is still to come are out of reach before it does."""
    reached = Delivery.objects.filter(run_id=fired.pk, reason=None).order_by("seq")
    first, second, third = [each.person_id for each in reached[:3]]
    said = consent.Said(source="settings screen")
    consent.unsubscribe(Person.objects.get(pk=first), said, timezone.now())
    Installation.objects.filter(person=second).update(permission="denied")
    Person.objects.filter(pk=third).update(erased_at=timezone.now())


def said() -> tuple[list, int]:
    """Everybody's own word, and how long the ledger of words is."""
    rows = Preference.objects.order_by("pk").values_list("pk", "state", "changed_at")
    return list(rows), ConsentEvent.objects.count()


def send_all(folder) -> None:
    gateway = Various()
    pace = Pace(flights=folder, lease=30.0)
    send.work(60.0, pace=pace, channel=lambda *_: gateway)


def by_the_ledger(run: Run) -> dict[int, Reason]:
    """Each person's one reason, from the rows alone: of the last attempts the best."""
    found: dict[int, list[int]] = {}
    for row in Delivery.objects.filter(run_id=run.pk):
        attempts = Outcome.objects.filter(run_id=run.pk, seq=row.seq)
        last = attempts.order_by("-attempt").first()
        found.setdefault(row.person_id, []).append(row.reason or last.reason)
    best = {
        person: min(reasons, key=lambda code: (RANK[code // 100], -code))
        for person, reasons in found.items()
    }
    return {person: Reason(code) for person, code in best.items()}


def test_everybody_has_one_reason_and_it_is_the_ledgers(run):
    ledger = by_the_ledger(run)
    people = list(Person.objects.order_by("pk"))
    assert len(people) >= PEOPLE

    answers = {each.pk: explain.why(run, each) for each in people}

    told = {pk: answer.reason for pk, answer in answers.items() if answer.reason}
    assert told == ledger
    assert Counter(told.values()) == recipients.people(run)
    for pk, answer in answers.items():
        if pk not in ledger:
            assert "was not in the audience" in answer.sentence
            continue
        ends = [step for step in answer.steps if step.passed is False]
        assert len(ends) == (told[pk] is not Reason.ACCEPTED)
        if told[pk] is Reason.UNSUBSCRIBED:
            assert "Their last word was “unsubscribed”, on" in ends[0].detail
    assert {Reason.ACCEPTED, Reason.ERASED, Reason.UNSUBSCRIBED} <= set(ledger.values())
    assert len(set(ledger.values())) >= 8

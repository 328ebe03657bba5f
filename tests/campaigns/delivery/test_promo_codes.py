"""One unused code for each delivery, through crashes, tests and lists that run out."""

import pytest
from django.utils import timezone

from campaigns.delivery import batches, messages, send, test_sends
from campaigns.delivery.asking import Question
from campaigns.delivery.flight import Flight
from campaigns.delivery.pace import Pace
from campaigns.delivery.reading import Recorded
from campaigns.models import Outcome, Parked, PromoCode, PromoList, TestSend
from campaigns.models.reasons import Reason
from campaigns.starting import promo_codes
from devices.gateways.base import Verdict
from devices.gateways.memory import MemoryGateway
from devices.models import Person
from tests import builders
from tests.campaigns.delivery.ledgers import assert_conserved, reasons, sending_run

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
TEXT = {"body": "Your code: {{ promo.summer }}"}


@pytest.fixture
def pace(tmp_path):
    return Pace(flights=tmp_path, lease=30.0, chunk=3)


def filled(codes: int, **changes: object) -> PromoList:
    made = PromoList.objects.create(
        **{"application": builders.application(), "key": "summer", "name": "Summer"}
        | {"created_at": timezone.now(), "codes": codes, "longest": 5}
        | changes
    )
    lines = (f"S-{number:03}\n".encode() for number in range(codes))
    user = builders.user("campaigns.change_promolist")
    if codes:
        promo_codes.add(made, lines, user=user)
    return made


def bodies(gateway: MemoryGateway) -> list[str]:
    return [push.body for push in gateway.sent]


def test_each_delivery_gets_a_code_of_its_own_and_a_test_takes_none(pace):
    codes = filled(9)
    run = sending_run([f"t{number}" for number in range(7)], campaign=TEXT)
    tester = builders.tester()
    builders.group_of_testers([tester])
    user = builders.user("campaigns.send_test")
    test_sends.send(
        run.campaign, [tester], user=user, as_person=None, at=timezone.now()
    )
    assert TestSend.objects.get().body == "Your code: CODEX"
    assert promo_codes.left(codes) == 9

    gateway = MemoryGateway()
    send.work(5.0, pace=pace, channel=lambda *_place: gateway)

    assert len(set(bodies(gateway))) == 7
    assert all(each.startswith("Your code: S-00") for each in bodies(gateway))
    assert promo_codes.left(codes) == 2
    taken = PromoCode.objects.filter(run_id=run.pk).values_list("seq", flat=True)
    assert sorted(taken) == list(range(1, 8))
    assert_conserved(run)


def test_people_whom_no_code_is_left_for_are_left_out_with_that_reason(pace):
    filled(2)
    run = sending_run(["a", "b", "c"], campaign=TEXT)
    gateway = MemoryGateway()

    send.work(5.0, pace=pace, channel=lambda *_place: gateway)

    assert len(gateway.sent) == 2
    found = Outcome.objects.filter(run_id=run.pk).values_list("reason", flat=True)
    assert sorted(found) == [Reason.ACCEPTED, Reason.ACCEPTED, Reason.NO_CODE]
    assert_conserved(run)


def test_a_fixed_code_stands_in_when_none_is_left(pace):
    filled(1, fallback="SUMMER10")
    sending_run(["a", "b", "c"], campaign=TEXT)
    gateway = MemoryGateway()

    send.work(5.0, pace=pace, channel=lambda *_place: gateway)

    said = ["Your code: S-000", "Your code: SUMMER10", "Your code: SUMMER10"]
    assert sorted(bodies(gateway)) == said


def test_whoever_is_left_out_takes_no_code(pace):
    codes = filled(5)
    text = {"body": "{{ first_name | or_skip }}: {{ promo.summer }}"}
    run = sending_run(["a", "b", "c"], campaign=text)
    Person.objects.filter(installations__gcm__registration_id="b").update(
        attributes={"first_name": "Bea"}
    )
    gateway = MemoryGateway()

    send.work(5.0, pace=pace, channel=lambda *_place: gateway)

    assert bodies(gateway) == ["Bea: S-000"]
    assert promo_codes.left(codes) == 4
    assert_conserved(run)


def test_a_worker_that_dies_with_codes_in_its_hands_wastes_and_repeats_none(pace):
    codes = filled(5)
    run = sending_run(["a", "b", "c"], campaign=TEXT)
    claim = batches.claim("dies", lease=30, flights=pace.flights)
    letter = messages.letter(claim.run, claim.revision)
    nothing = Recorded(end=claim.done, at=timezone.now())
    told = Question(
        claim, letter, nothing, want=3, idle=True, hold=0.0, lease=30.0
    ).answer()
    first = {row.seq: row.values["promo.summer"] for row in told.rows}
    Flight(pace.flights, batch=claim.batch, token=claim.token, base=0, end=3).abandon()
    run.batches.update(until=timezone.now())
    gateway = MemoryGateway()

    send.work(5.0, pace=pace, channel=lambda *_place: gateway)

    assert promo_codes.left(codes) == 2
    assert sorted(bodies(gateway)) == [f"Your code: {each}" for each in first.values()]
    kept = PromoCode.objects.filter(run_id=run.pk).values_list("seq", "code")
    assert dict(kept) == first
    assert_conserved(run)


def test_a_delivery_that_is_tried_again_has_the_code_that_it_had(pace):
    codes = filled(5)
    run = sending_run(["a"], campaign=TEXT)
    gateway = MemoryGateway({"a": Verdict.NOT_ACCEPTED})
    send.work(5.0, pace=pace, channel=lambda *_place: gateway)
    assert reasons(run)[1] == [Reason.UNAVAILABLE]

    gateway.verdicts.clear()
    Parked.objects.update(due=timezone.now())
    send.work(5.0, pace=pace, channel=lambda *_place: gateway)

    assert bodies(gateway) == ["Your code: S-000"] * 2
    assert promo_codes.left(codes) == 4

"""The same request twice at the same moment, over HTTP on the real database."""

import pytest

from devices.models import Event, Installation
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.mark.parametrize("round_", range(3))
def test_one_key_at_once_is_done_once_and_answered_alike(app, round_):
    answers = at_once(*[lambda: app.register(headers={"Idempotency_Key": "start"})] * 4)

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert ["Idempotent-Replayed" in answer for answer in answers].count(False) == 1
    assert Installation.objects.count() == 1


@pytest.mark.parametrize("round_", range(3))
def test_one_event_at_once_is_recorded_once(phone, round_):
    now = phone.register().json()["server_time"]
    event = {"id": "e-1", "name": "purchase", "at": now}

    answers = at_once(*[lambda: phone.report(event)] * 4)

    statuses = sorted(answer.json()["events"][0]["status"] for answer in answers)
    assert statuses == ["duplicate"] * 3 + ["recorded"]
    assert Event.objects.count() == 1


@pytest.mark.parametrize("round_", range(3))
def test_the_last_of_the_allowance_goes_to_one_caller(app, settings, round_):
    settings.API_REGISTRATIONS_PER_HOUR = 2

    answers = at_once(
        *[lambda n=n: app.register(installation_id=f"p-{n}") for n in range(6)]
    )

    codes = sorted(answer.status_code for answer in answers)
    assert codes == [201, 201, 429, 429, 429, 429]

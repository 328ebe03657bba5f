"""A dry run says of everybody what the send would do, and sends nothing."""

from collections import Counter

import pytest
from django.db import connection

from campaigns.audience.select import NoAudience
from campaigns.content.limits import check
from campaigns.delivery import boarding, snapshot
from campaigns.dry_run import messages, sample, tally, working
from campaigns.dry_run.tally import Tally
from campaigns.models import Campaign, Delivery, DryRun
from campaigns.models.dry_runs import DryRunState
from campaigns.models.reasons import Reason
from devices.gateways.base import Push
from devices.gateways.scales import SCALES
from devices.models import Person
from tests import builders

pytestmark = pytest.mark.django_db
GREETING = "Hello {{ first_name | or_skip }}"


@pytest.fixture
def draft() -> Campaign:
    """Four people: two reached, one without the value, one who left."""
    for gateway in ("fcm", "apns", "webpush"):
        builders.credential(gateway=gateway)
    for name in ("Ana", "Léa"):
        person = builders.person(attributes={"first_name": name}, preference="opted_in")
        builders.installation(person)
        builders.installation(person, platform="ios")
    builders.installation(builders.person(attributes={}))
    left = builders.person(
        attributes={"first_name": "Max"}, preference="unsubscribed", locale="fr"
    )
    builders.installation(left, platform="web")
    builders.person(attributes={"first_name": "Noa"})
    return builders.campaign(
        title=GREETING,
        body="The winter is here. " * 8,
        audience="everyone",
        translations=[{"locale": "fr", "title": "Bonjour", "body": "L’hiver."}],
    )


def run(draft: Campaign) -> Tally:
    asked = working.ask(draft, user=builders.user(), at=builders.NOW)
    while working.work(asked.pk, seconds=0, at=builders.NOW):
        pass
    asked.refresh_from_db()
    assert asked.state == DryRunState.FINISHED
    assert asked.people == asked.total
    return tally.read(asked.tally)


def test_everybody_is_counted_once_with_what_would_happen(draft: Campaign) -> None:
    found = run(draft)
    assert (found.people, found.reached) == (5, 2)
    assert found.unreached == {
        Reason.MISSING_VALUE: 1,
        Reason.UNSUBSCRIBED: 1,
        Reason.NO_DEVICE: 1,
    }
    assert found.rows == {
        ("android", 0, 0): 2,
        ("ios", 0, 0): 2,
        ("android", 0, Reason.MISSING_VALUE): 1,
        ("web", 1, Reason.UNSUBSCRIBED): 1,
        ("", 0, Reason.NO_DEVICE): 1,
    }
    assert found.missing == {"first_name": 1}


def test_nothing_is_sent_and_no_ledger_is_written(draft: Campaign) -> None:
    run(draft)
    assert not Delivery.objects.exists()
    assert not draft.runs.exists()


def test_the_gates_say_what_the_snapshot_says(draft: Campaign) -> None:
    frozen = builders.run(draft, revision=builders.revision(draft), state="preparing")
    while snapshot.freeze_slice(frozen.pk):
        pass
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(reason, 0), count(*) FROM campaigns_delivery"
            " WHERE run_id = %s GROUP BY 1",
            [frozen.pk],
        )
        kept = dict(cursor.fetchall())
    found: Counter[int] = Counter()
    for (_platform, _language, reason), count in run(draft).rows.items():
        found[0 if reason in (0, Reason.MISSING_VALUE) else reason] += count
    assert found == kept


@pytest.mark.parametrize("slice_of", [1, 2, 20_000])
def test_slices_add_up_to_the_same_whatever_their_size(
    draft: Campaign, slice_of: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run(draft)
    monkeypatch.setattr(working, "PEOPLE", slice_of)
    assert run(draft) == whole


def test_a_tally_survives_being_kept(draft: Campaign) -> None:
    found = run(draft)
    assert tally.read(found.kept()) == found
    assert tally.read({}) == Tally()


def test_the_heaviest_push_is_weighed_as_the_gateway_does(draft: Campaign) -> None:
    found = run(draft)
    longest = Person.objects.get(attributes__first_name="Léa")
    push = check(draft.content(), known=None).push(
        0,
        tally.TOKEN,
        {"first_name": "Léa"},
        ttl=0,
        collapse=tally.COLLAPSE,
        data=tally.RUN_DATA,
        platform="android",
    )
    assert isinstance(push, Push)
    assert found.worst["fcm"] == (SCALES["fcm"].size(push), longest.pk)
    assert sum(n for (name, _), n in found.bytes.items() if name == "fcm") == 2


def test_who_is_cut_is_counted_by_screen_with_an_example(draft: Campaign) -> None:
    found = run(draft)
    assert found.cut["android_collapsed"] == found.cut["ios_banner"] == 2
    assert "ios_expanded" not in found.cut
    assert found.cut_of["ios_banner"] in set(
        Person.objects.filter(attributes__has_key="first_name").values_list(
            "pk", flat=True
        )
    )


def test_a_message_that_is_too_heavy_for_somebody_is_left_out(draft: Campaign) -> None:
    Person.objects.filter(attributes__first_name="Ana").update(
        attributes={"first_name": "A" * 4_000}
    )
    found = run(draft)
    assert found.unreached[Reason.TOO_LARGE] == 1
    assert found.reached == 1


def test_a_new_dry_run_takes_the_place_of_the_old_one(draft: Campaign) -> None:
    first = working.ask(draft, user=builders.user(), at=builders.NOW)
    second = working.ask(draft, user=builders.user(), at=builders.NOW)
    assert list(DryRun.objects.all()) == [second]
    assert working.work(first.pk, seconds=9, at=builders.NOW) is False


def test_a_stopped_one_keeps_what_it_counted(
    draft: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "PEOPLE", 2)
    asked = working.ask(draft, user=builders.user(), at=builders.NOW)
    assert working.work(asked.pk, seconds=0, at=builders.NOW)
    assert working.stop(draft, at=builders.NOW)
    assert not working.work(asked.pk, seconds=9, at=builders.NOW)
    asked.refresh_from_db()
    assert (asked.state, asked.people) == (DryRunState.STOPPED, 2)
    assert not working.stop(draft, at=builders.NOW)


def test_without_an_audience_there_is_nothing_to_render(draft: Campaign) -> None:
    draft.audience = ""
    with pytest.raises(NoAudience):
        working.ask(draft, user=builders.user(), at=builders.NOW)


@pytest.mark.parametrize("bucket", [0, 5_000, 9_999])
def test_a_sample_of_an_audience_that_fits_is_everybody(
    draft: Campaign, bucket: int
) -> None:
    said = messages.ready(draft.content())
    found = sample.tell(draft, said, bucket=bucket, at=builders.NOW)
    assert found.rows == run(draft).rows
    assert found.people == 5


def test_each_variant_and_the_control_group_are_counted(draft: Campaign) -> None:
    for number in range(40):
        person = builders.person(attributes={"first_name": f"Person {number}"})
        builders.installation(person, platform="android")
    Campaign.objects.filter(pk=draft.pk).update(
        variants=[{"key": "B", "weight": 30, "changes": {"title": "Hi"}}], control=20
    )
    draft.refresh_from_db()
    frozen = builders.run(draft, state="preparing")
    while snapshot.freeze_slice(frozen.pk):
        pass

    found = run(draft)

    due = {0: 0, 1: 0}
    for batch in frozen.batches.all():
        due[batch.variant] += batch.hi - batch.lo
    for variant, devices in due.items():
        reasons = (0, Reason.MISSING_VALUE)
        assert devices == sum(found.variants[variant, each] for each in reasons) > 0
    assert not found.variants[1, Reason.MISSING_VALUE], "B shows no name"
    assert found.unreached[Reason.CONTROL_GROUP] > 0


def test_its_reasons_are_those_of_the_send() -> None:
    assert tally.REASONS == boarding.SKIPPED

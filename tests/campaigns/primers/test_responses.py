"""Responses are kept once, and the funnel reads counts that always agree with them."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.models import PrimerCount, PrimerResponse
from campaigns.primers import funnel, offers, responses
from campaigns.primers.eligibility import Moment
from campaigns.primers.responses import Given
from tests import builders
from tests.builders import NOW
from tests.threads import at_once

pytestmark = pytest.mark.django_db


def showing(primer, device):
    asker = offers.of_installation(device)
    drawn = offers.drawn(offers.choose(asker, primer.event, Moment(at=NOW)), asker)
    assert drawn is not None
    return asker, drawn["showing"]


def device(**facts):
    return builders.installation(
        **{"platform": "ios", "permission": "unknown", "os_version": "18"} | facts
    )


def test_the_counts_are_those_of_the_responses():
    primer = builders.primer()
    for kind in ("shown", "later", "accepted", "granted", "granted", "denied"):
        asker, name = showing(primer, device())
        responses.record(primer, asker, Given(showing=name, kind=kind, at=NOW), NOW)

    counted = {each.kind: each.total for each in PrimerCount.objects.all()}
    kept = Counter(PrimerResponse.objects.values_list("kind", flat=True))

    assert counted == dict(kept)
    assert counted == {
        "shown": 6,
        "accepted": 4,
        "later": 1,
        "granted": 2,
        "denied": 1,
    }


def test_a_day_is_a_day_of_utc_and_never_in_the_future():
    primer = builders.primer()
    asker, name = showing(primer, device())
    late = datetime(2026, 11, 22, 23, 59, tzinfo=UTC)
    given = Given(showing=name, kind="shown", at=late)
    responses.record(primer, asker, given, NOW)
    other, name = showing(primer, device())
    ahead = Given(showing=name, kind="shown", at=NOW + timedelta(days=3))
    responses.record(primer, other, ahead, NOW)

    days = sorted(PrimerCount.objects.values_list("day", flat=True))

    assert days == [date(2026, 11, 22), date(2026, 11, 23)]


def test_an_old_grant_does_not_undo_what_the_device_said_since():
    primer = builders.primer()
    phone = device(last_registered_at=NOW)
    asker, name = showing(primer, phone)
    phone.permission = "denied"
    phone.save()

    waited = Given(showing=name, kind="granted", at=NOW - timedelta(days=1))
    responses.record(primer, asker, waited, NOW)

    phone.refresh_from_db()
    assert phone.permission == "denied"


def test_the_funnel_has_every_day_and_only_platforms_that_answered():
    primer = builders.primer()
    asker, name = showing(primer, device())
    responses.record(primer, asker, Given(showing=name, kind="granted", at=NOW), NOW)

    found = funnel.of(primer, last=NOW.date(), days=7)

    assert [each.day.day for each in found.days] == [17, 18, 19, 20, 21, 22, 23]
    assert [each.counts["shown"] for each in found.days] == [0] * 6 + [1]
    assert [each.platform for each in found.platforms] == ["ios"]
    assert found.total.share_granted == 100
    assert (
        funnel.of(primer, last=NOW.date() - timedelta(days=8), days=7).platforms == []
    )


def test_the_funnel_of_many_showings_is_one_small_query():
    primer = builders.primer()
    PrimerCount.objects.create(
        primer=primer, day=NOW.date(), platform="ios", kind="shown", total=1_000_000
    )

    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = funnel.of(primer, last=NOW.date(), days=30)

    assert found.total.counts["shown"] == 1_000_000
    assert len(queries) == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_same_answer_from_two_connections_counts_once():
    primer = builders.primer()
    asker, name = showing(primer, device())
    given = Given(showing=name, kind="shown", at=NOW)

    fates = at_once(
        *[lambda: responses.record(primer, asker, given, NOW) for _ in range(4)]
    )

    assert Counter(fates) == {"recorded": 1, "repeated": 3}
    assert PrimerCount.objects.get().total == 1

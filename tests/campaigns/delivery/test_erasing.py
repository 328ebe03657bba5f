"""Erasing in the ledger: numbers stay, traces go when the run is over."""

from datetime import timedelta

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from campaigns import tasks
from campaigns.delivery import erasing
from campaigns.models import Delivery, Outcome, PrimerResponse, Run
from campaigns.models.reasons import Reason
from campaigns.reports import access
from devices import registration
from devices.models import Erasure
from tests import builders
from tests.campaigns.admin import sent
from tests.campaigns.delivery.ledgers import assert_conserved

pytestmark = pytest.mark.django_db


def test_a_run_s_numbers_agree_with_a_recount_when_its_people_are_erased():
    phone = builders.installation()
    run = sent.a_run(
        [(phone.person, phone, Reason.ACCEPTED), *sent.device_each(Reason.TOKEN_DEAD)],
        sent.left_out(Reason.NO_DEVICE),
    )
    Outcome.objects.filter(run_id=run.pk, seq=1).update(ref="projects/x/messages/1")
    story = DjangoJSONEncoder().encode(access.everything(phone.person))
    assert run.campaign.name in story
    assert '"outcome": "accepted"' in story

    at = timezone.now()
    registration.erase(phone.person, source="test", at=at)
    erasing.finish(at=at + timedelta(minutes=2))

    assert_conserved(run)
    mine = Delivery.objects.get(run_id=run.pk, seq=1)
    assert mine.token_hash is None
    assert Outcome.objects.get(run_id=run.pk, seq=1).ref == ""
    done = Erasure.objects.get()
    assert done.finished_at is not None
    assert done.counts["deliveries"] == 1


def test_a_run_that_goes_on_keeps_its_hash_so_that_nobody_is_reached_twice():
    phone = builders.installation()
    run = sent.a_run([(phone.person, phone, None)])
    primer = builders.primer()
    PrimerResponse.objects.create(
        primer=primer,
        version=1,
        showing="s",
        kind="shown",
        key="phone-1",
        installation=phone,
        person=phone.person,
        platform="android",
        at=builders.NOW,
    )
    registration.erase(phone.person, source="test", at=timezone.now())

    erasing.finish(at=timezone.now() + timedelta(minutes=2))
    assert Delivery.objects.get(run_id=run.pk).token_hash is not None
    assert Erasure.objects.get().finished_at is None

    tasks.keep_house()
    answer = PrimerResponse.objects.get()
    assert (answer.person, answer.installation, answer.key) == (None, None, "")

    Run.objects.filter(pk=run.pk).update(state="stopped")
    assert erasing.finish(at=timezone.now() + timedelta(minutes=2)) == 1

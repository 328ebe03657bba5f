"""Sending a test: to whom, in whose words, and what came of it."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from campaigns.delivery import test_sends
from campaigns.models import Delivery, Run, TestSend
from devices.gateways.memory import MemoryGateway
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def me(client):
    user = builders.user("campaigns.send_test", "devices.view_person")
    client.force_login(user)
    return user


def page(campaign):
    return reverse("admin:campaigns_campaign_test", args=[campaign.pk])


def ask(client, campaign, **posted):
    answer = client.post(page(campaign), {"person": "none", **posted})
    return " ".join(map(str, get_messages(answer.wsgi_request)))


def test_a_test_goes_to_ones_own_phone_and_to_a_group(client, me):
    campaign = builders.campaign()
    mine, theirs = builders.tester(tester=me), builders.tester()
    group = builders.group_of_testers([theirs])
    text = client.get(page(campaign)).content.decode()
    assert group.name in text

    said = ask(client, campaign, phone=[mine.pk], group=[group.pk])

    assert "2 phones" in said
    assert {each.installation for each in TestSend.objects.all()} == {mine, theirs}


def test_no_posted_id_reaches_a_device_that_is_not_enrolled(client, me):
    campaign = builders.campaign()
    customer, colleague = builders.installation(), builders.tester()
    other = builders.application(name="Other")
    elsewhere = builders.tester(tester=me, person=builders.person(application=other))
    gone = builders.tester(tester=me, retired_at=NOW)
    hers = builders.group_of_testers([builders.tester()], application=other)
    stale = builders.group_of_testers([customer])
    strangers = [customer, colleague, elsewhere, gone]

    said = ask(
        client,
        campaign,
        phone=[*(each.pk for each in strangers), "1 OR 1", -1, ""],
        group=[hers.pk, stale.pk, 999_999_999, "x"],
    )

    assert "Choose 1 to 50 phones" in said
    assert not TestSend.objects.exists()


def test_a_device_that_left_its_group_meanwhile_gets_nothing(me):
    theirs = builders.tester()
    group = builders.group_of_testers([theirs])
    [test] = test_sends.send(
        builders.campaign(), [theirs], user=me, as_person=None, at=NOW
    )
    group.delete()
    gateway = MemoryGateway()

    test_sends.deliver(test.pk, at=NOW, channel=lambda *_place: gateway)

    assert gateway.sent == []


def test_the_answer_says_who_how_soon_and_in_words(client, me):
    campaign = builders.campaign()
    theirs = builders.tester()
    builders.group_of_testers([theirs])
    [test] = test_sends.send(campaign, [theirs], user=me, as_person=None, at=NOW)
    later = NOW + timedelta(seconds=1.4)
    test_sends.deliver(test.pk, at=later, channel=lambda *_place: MemoryGateway())

    text = client.get(page(campaign), {"part": "answers"}).content.decode()

    assert "After 1.4 s." in text
    assert "should be on the phone within seconds" in text
    assert theirs.tester.username in text
    assert not Run.objects.exists()
    assert not Delivery.objects.exists()


def test_a_test_of_a_variant_says_which_one_it_was(client, me):
    other = {"key": "B", "weight": 50, "changes": {"title": "Half price"}}
    campaign = builders.campaign(title="Sale", variants=[other])
    phone = builders.tester(tester=me)

    ask(client, campaign, phone=[phone.pk], preview_variant="B")
    ask(client, campaign, phone=[phone.pk], preview_variant="Z")

    said = TestSend.objects.values_list("variant", "title").order_by("pk")
    assert list(said) == [("B", "[TEST] Half price"), ("", "[TEST] Sale")]
    text = client.get(page(campaign), {"part": "answers"}).content.decode()
    assert "variant B" in text


def test_whoever_has_no_phone_is_led_to_pairing(client, me):
    text = client.get(page(builders.campaign())).content.decode()

    assert reverse("admin:devices_installation_changelist") in text
    assert "Pair a phone" in text

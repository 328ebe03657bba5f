"""The code on the screen, its picture, and the news that the phone has come."""

import re

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from devices import registration
from devices.admin import pairing
from devices.models import Installation, Pairing
from tests import builders

pytestmark = pytest.mark.django_db

LIST = reverse("admin:devices_installation_changelist")


@pytest.fixture
def me(client):
    user = builders.user("campaigns.send_test")
    client.force_login(user)
    return user


def ask(client, **more):
    builders.application()
    address = reverse("admin:devices_installation_pair")
    return client.post(address, {"application": "shop", **more})


def code_in(answer):
    return re.search(r"data-code>([^<]+)<", answer.content.decode())[1]


def state(client, found):
    address = reverse("admin:devices_installation_paired", args=[found.pk])
    return client.get(address)


def test_the_code_is_shown_with_its_picture_and_kept_nowhere(client, me):
    shop = builders.application()
    shop.link_schemes = ["shop"]
    shop.save()

    answer = ask(client, back="/admin/campaigns/campaign/1/test/")

    code = code_in(answer)
    link = f"shop://pushsite/pair?code={code.replace('-', '')}"
    assert pairing.drawn(link) in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert 'href="/admin/campaigns/campaign/1/test/"' in answer.content.decode()
    assert code not in client.get(LIST).content.decode()


def test_the_picture_holds_the_code_alone_where_no_scheme_opens_the_app(client, me):
    answer = ask(client, back="https://evil.test/")

    code = code_in(answer).replace("-", "")
    assert pairing.drawn(code) in answer.content.decode()
    assert "evil.test" not in answer.content.decode()


def test_the_page_hears_when_the_phone_has_come(client, me):
    code = code_in(ask(client))
    found = Pairing.objects.get()
    assert 'data-waiting="yes"' in state(client, found).content.decode()

    registration.pair(builders.installation(), code, timezone.now())

    text = state(client, found).content.decode()
    assert 'data-waiting="no"' in text
    assert "Android is your test phone now." in text
    assert (
        str(Installation.objects.get(is_test=True)) in client.get(LIST).content.decode()
    )


def test_a_code_that_is_too_old_is_said(client, me):
    ask(client)
    Pairing.objects.update(expires_at=timezone.now())

    text = state(client, Pairing.objects.get()).content.decode()

    assert "too old" in text
    assert 'data-waiting="no"' in text


def test_nobody_looks_at_a_colleagues_pairing(client, me):
    ask(client)
    client.force_login(builders.user("campaigns.send_test"))

    assert state(client, Pairing.objects.get()).status_code == 404


def test_whoever_has_twenty_phones_is_told_before_typing_anything(client, me):
    for _each in range(20):
        builders.tester(tester=me)

    answer = ask(client)

    assert answer.status_code == 302
    said = " ".join(map(str, get_messages(answer.wsgi_request)))
    assert "20 test phones" in said


def test_this_browser_is_enrolled_and_campaigns_leave_it_out(client, me):
    browser = builders.installation(
        builders.person(external_id=None), platform="web", token="https://a.example/1"
    )
    posted = {
        "application": browser.application.public_key,
        "key": browser.key,
        "only": "tests",
    }

    answer = client.post(reverse("admin:devices_installation_browser"), posted)

    assert (answer.status_code, "enrolled" in answer.json()) == (200, True)
    browser.refresh_from_db()
    assert (browser.is_test, browser.tester) == (True, me)
    assert browser.person.preference.state == "unsubscribed"


def test_a_browser_of_somebody_we_know_keeps_what_they_agreed_to(client, me):
    person = builders.person(external_id="lea", preference="opted_in")
    browser = builders.installation(person, platform="web", token="https://a.example/2")
    posted = {"application": browser.application.public_key, "key": browser.key}
    address = reverse("admin:devices_installation_browser")

    client.post(address, posted | {"only": "tests"})
    unknown = client.post(address, posted | {"key": "nothing"})

    browser.person.preference.refresh_from_db()
    assert browser.person.preference.state == "opted_in"
    assert (unknown.status_code, "refused" in unknown.json()) == (422, True)


def test_a_link_scheme_that_is_too_long_for_a_picture_is_left_out():
    shop = builders.application()
    shop.link_schemes = ["s" * 90, "shop"]

    assert pairing.link_of(shop, "K7MQ2XRT") == "shop://pushsite/pair?code=K7MQ2XRT"

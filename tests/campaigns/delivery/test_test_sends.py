from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission

from campaigns.delivery import lifecycle, test_sends
from campaigns.models import Delivery, Outcome, Run, Switch, TestSend
from devices.gateways.base import Button, GatewayMisconfigured, Verdict
from devices.gateways.memory import MemoryGateway
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


def ask(campaign=None, phones=None, **changes):
    """As the tester of the first phone, unless another user is given."""
    chosen = [builders.tester()] if phones is None else phones
    testers = [each.tester for each in chosen if each.tester]
    facts = {"user": allowed(*testers), "as_person": None, "at": NOW}
    return test_sends.send(campaign or builders.campaign(), chosen, **facts | changes)


def allowed(tester=None, *_others):
    """A member of staff who may send tests."""
    if tester is None:
        return builders.user("campaigns.send_test")
    right = Permission.objects.get(codename="send_test")
    tester.user_permissions.add(right)
    return type(tester).objects.get(pk=tester.pk)


def deliver(test: TestSend, gateway: MemoryGateway) -> TestSend:
    test_sends.deliver(test.pk, at=NOW, channel=lambda *_place: gateway)
    test.refresh_from_db()
    return test


def test_a_test_arrives_marked_as_a_test_and_is_counted_nowhere():
    phone = builders.tester(token="my-phone")
    gateway = MemoryGateway()

    [test] = ask(builders.campaign(title="Sale", link="https://shop.test/"), [phone])
    deliver(test, gateway)

    [push] = gateway.sent
    assert (push.token, push.title) == ("my-phone", "[TEST] Sale")
    assert (push.link, push.data) == ("https://shop.test/", {"test": "1"})
    assert (test.verdict, test.answered_at) == ("accepted", NOW)
    assert "on the phone" in test.sentence
    for counted in (Run, Delivery, Outcome):
        assert not counted.objects.exists()


def test_a_test_shows_the_image_and_the_buttons():
    campaign = builders.campaign(
        image="https://cdn.example.com/{{ first_name | default: 'all' }}.png",
        buttons=[{"label": "Buy", "link": "https://shop.test/buy"}],
    )
    gateway = MemoryGateway()

    [test] = ask(campaign)
    deliver(test, gateway)

    [push] = gateway.sent
    assert push.image == "https://cdn.example.com/all.png"
    assert push.buttons == (Button("b1", "Buy", "https://shop.test/buy"),)


def test_a_test_in_a_browser_carries_what_its_encryption_needs():
    phone = builders.tester(platform="web", token="https://a.example/1", vapid_key="K")
    gateway = MemoryGateway()

    [test] = ask(phones=[phone])
    deliver(test, gateway)

    [push] = gateway.sent
    assert push.token == "https://a.example/1"
    assert push.subscription == ("p256dh of https://a.example/1", "auth", "K")


def test_a_test_that_is_told_twice_is_sent_once():
    gateway = MemoryGateway()
    [test] = ask()

    deliver(test, gateway)
    deliver(test, gateway)

    assert len(gateway.sent) == 1


def test_the_phone_of_a_customer_cannot_be_tested_on():
    customer = builders.installation()

    with pytest.raises(lifecycle.Refused, match="your own test phones"):
        ask(phones=[builders.tester(), customer])

    assert not TestSend.objects.exists()


def test_the_database_decides_whether_a_phone_is_enrolled_and_not_the_page():
    customer = builders.installation()
    customer.is_test, customer.tester = True, builders.user()

    with pytest.raises(lifecycle.Refused, match="your own test phones"):
        ask(phones=[customer])


def test_a_phone_of_another_application_is_refused():
    person = builders.person(application=builders.application(name="Other"))

    with pytest.raises(lifecycle.Refused, match="your own test phones"):
        ask(phones=[builders.tester(person=person)])


def test_a_phone_that_left_the_enrolment_meanwhile_gets_nothing():
    phone = builders.tester()
    gateway = MemoryGateway()
    [test] = ask(phones=[phone])
    phone.is_test, phone.tester = False, None
    phone.save()

    deliver(test, gateway)

    assert gateway.sent == []
    assert "not enrolled" in test.sentence


@pytest.mark.parametrize("phones", [0, 51])
def test_a_test_goes_to_one_to_fifty_phones(phones):
    with pytest.raises(lifecycle.Refused, match="50"):
        ask(phones=[builders.tester() for _each in range(phones)])


def test_a_colleagues_phone_is_out_of_reach_unless_a_group_holds_it():
    theirs, me = builders.tester(), builders.user("campaigns.send_test")

    with pytest.raises(lifecycle.Refused, match="your own test phones"):
        ask(phones=[theirs], user=me)
    builders.group_of_testers([theirs])

    assert len(ask(phones=[theirs], user=me)) == 1


def test_without_the_right_there_is_no_test():
    with pytest.raises(lifecycle.NotAllowed):
        ask(user=builders.user("campaigns.launch_campaign"))


def test_the_global_switch_stops_tests_too():
    Switch.objects.update(is_on=False)

    with pytest.raises(lifecycle.SendingStopped):
        ask()


def test_a_test_that_was_asked_before_the_switch_went_off_stays_here():
    gateway = MemoryGateway()
    [test] = ask()
    Switch.objects.update(is_on=False)

    deliver(test, gateway)

    assert gateway.sent == []
    assert (test.verdict, test.answered_at) == (Verdict.NOT_SENT, NOW)


def test_the_words_are_those_of_the_chosen_person():
    ana = builders.person(attributes={"first_name": "Ana"})
    campaign = builders.campaign(title='Hi {{ first_name | default: "there" }}')

    [for_ana] = ask(campaign, as_person=ana)
    [for_the_tester] = ask(campaign)

    assert for_ana.title == "[TEST] Hi Ana"
    assert for_the_tester.title == "[TEST] Hi there"


@pytest.mark.parametrize(
    ("asked", "person", "phone", "title"),
    [
        ("", "", "fr-FR", "[TEST] Soldes"),
        ("", "de", "fr", "[TEST] Sale"),
        ("en", "", "fr", "[TEST] Sale"),
        ("", "", "", "[TEST] Sale"),
    ],
)
def test_a_test_speaks_as_a_run_would_unless_a_language_is_asked_for(
    asked, person, phone, title
):
    french = {"locale": "fr", "title": "Soldes", "body": "Demain"}
    device = builders.tester(person_=builders.person(locale=person), locale=phone)

    [test] = ask(
        builders.campaign(title="Sale", translations=[french]),
        [device],
        locales=[asked],
    )

    assert test.title == title


def test_a_test_may_be_in_several_languages_at_once():
    french = {"locale": "fr", "title": "Soldes", "body": "Demain"}
    campaign = builders.campaign(title="Sale", translations=[french])

    tests = ask(campaign, locales=["en", "fr"])

    titles = {each.locale: each.title for each in tests}
    assert titles == {"en": "[TEST] Sale", "fr": "[TEST] Soldes"}
    phones = [builders.tester(tester=tests[0].asked_by) for _each in range(26)]
    with pytest.raises(lifecycle.Refused, match="fewer phones or languages"):
        ask(campaign, phones, locales=["en", "fr"])


def test_a_text_that_cannot_be_written_is_refused_with_the_field():
    with pytest.raises(lifecycle.Incomplete) as refused:
        ask(builders.campaign(body="{{ first_name"))

    assert refused.value.field == "body"


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_answer_is_told_in_words(verdict):
    [test] = ask(phones=[builders.tester(token="t")])

    deliver(test, MemoryGateway({"t": verdict}))

    assert test.verdict == verdict
    assert test.sentence.endswith(".")


def test_a_missing_key_is_told_in_words():
    [test] = ask()

    def no_key(*_place):
        raise GatewayMisconfigured("The application has no key for this service.")

    test_sends.deliver(test.pk, at=NOW, channel=no_key)

    test.refresh_from_db()
    assert (test.verdict, test.answered_at) == ("not_sent", NOW)
    assert "no key" in test.sentence


def test_whoever_waits_for_an_answer_that_will_not_come_is_told():
    [test] = ask()

    assert test_sends.give_up(at=NOW + timedelta(seconds=59)) == 0
    assert test_sends.give_up(at=NOW + timedelta(seconds=61)) == 1

    test.refresh_from_db()
    assert "No answer" in test.sentence
    gateway = MemoryGateway()
    deliver(test, gateway)
    assert gateway.sent == []

"""Test groups: named sets of test devices, and of colleagues with all of theirs."""

import pytest
from django.urls import reverse

from devices import registration
from devices.models import AuditEvent, TestGroup
from tests import builders

pytestmark = pytest.mark.django_db

LIST = reverse("admin:devices_installation_changelist")
KEEP = [f"devices.{verb}_testgroup" for verb in ("add", "change", "delete")]


def page(name, *args):
    return reverse(f"admin:devices_testgroup_{name}", args=args)


@pytest.fixture
def me(client):
    user = builders.user("campaigns.send_test", *KEEP)
    client.force_login(user)
    return user


def test_a_group_is_named_first_and_then_filled(client, me):
    phone = builders.tester()
    shop = builders.application()

    answer = client.post(page("add"), {"name": "Design", "application": shop.pk})
    group = TestGroup.objects.get()
    assert answer.url == page("change", group.pk)
    client.post(answer.url, {"name": "Designers", "devices": [phone.pk]})

    group.refresh_from_db()
    assert (group.name, list(group.devices.all())) == ("Designers", [phone])
    text = client.get(LIST).content.decode()
    assert "Designers" in text
    assert "1 device" in text
    assert AuditEvent.objects.filter(action="test group changed", user=me).exists()


def test_a_group_holds_no_device_that_is_not_enrolled_whatever_is_posted(client, me):
    group = builders.group_of_testers()
    other = builders.person(application=builders.application(name="Other"))
    strangers = [builders.installation(), builders.tester(person=other)]

    for stranger in strangers:
        posted = {"name": "Design", "devices": [stranger.pk]}
        text = client.post(page("change", group.pk), posted).content.decode()
        assert "ps-error" in text

    assert list(group.devices.all()) == []


def test_colleagues_bring_every_test_device_that_they_have(client, me):
    colleague = builders.user("campaigns.send_test")
    group = builders.group_of_testers(colleagues=[colleague])
    builders.installation()
    mine = [builders.tester(tester=colleague) for _each in range(2)]
    group.devices.add(mine[0])

    assert set(registration.of_group(group)) == set(mine)
    assert registration.with_reach(TestGroup.objects.all()).get().reached == 2

    colleague.is_active = False
    colleague.save()
    assert not registration.of_group(group).exists()


def test_two_groups_of_an_application_have_two_names(client, me):
    builders.group_of_testers(name="Design")
    other = builders.group_of_testers(name="Sales")
    shop = builders.application()

    for address in (page("add"), page("change", other.pk)):
        answer = client.post(address, {"name": "Design", "application": shop.pk})
        assert "group of this name already" in answer.content.decode()

    assert TestGroup.objects.count() == 2


def test_a_group_goes_and_its_devices_stay(client, me):
    phone = builders.tester()
    group = builders.group_of_testers([phone])

    client.post(page("delete", group.pk))

    phone.refresh_from_db()
    assert (TestGroup.objects.count(), phone.is_test) == (0, True)


def test_the_list_asks_the_same_however_many_groups_there_are(
    client, me, django_assert_max_num_queries
):
    for _each in range(5):
        builders.group_of_testers([builders.tester()])
    client.get(LIST)

    with django_assert_max_num_queries(12):
        client.get(LIST)

"""Test phones: whoever knows a device's installation id makes it their own."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from tests import builders

pytestmark = pytest.mark.django_db

LIST = reverse("admin:devices_installation_changelist")
ENROL = reverse("admin:devices_installation_enrol")


def signed_in(client, *rights):
    user = builders.user("campaigns.send_test", *rights)
    client.force_login(user)
    return user


def enrol(client, key):
    return client.post(ENROL, {"application": "shop", "key": key})


def said(answer):
    return " ".join(str(each) for each in get_messages(answer.wsgi_request))


def withdraw(client, phone):
    address = reverse("admin:devices_installation_withdraw", args=[phone.pk])
    return client.post(address)


def test_a_phone_is_enrolled_by_its_installation_id(client):
    me = signed_in(client)
    phone = builders.installation()

    enrol(client, phone.key)

    phone.refresh_from_db()
    assert (phone.is_test, phone.tester) == (True, me)
    assert str(phone) in client.get(LIST).content.decode()


def test_an_unknown_installation_id_is_said(client):
    signed_in(client)
    builders.application()

    assert "No device has this installation id." in said(enrol(client, "nothing"))


def test_a_phone_of_a_colleague_stays_theirs(client):
    signed_in(client)
    phone = builders.tester()
    theirs = phone.tester_id

    assert "another person" in said(enrol(client, phone.key))
    assert withdraw(client, phone).status_code == 404

    phone.refresh_from_db()
    assert (phone.is_test, phone.tester_id) == (True, theirs)


def test_one_withdraws_ones_own_phone(client):
    me = signed_in(client)
    phone = builders.tester(tester=me)

    withdraw(client, phone)

    phone.refresh_from_db()
    assert (phone.is_test, phone.tester) == (False, None)


def test_an_administrator_withdraws_any_phone(client):
    signed_in(client, "devices.change_installation")
    phone = builders.tester()
    assert phone.tester.username in client.get(LIST).content.decode()

    withdraw(client, phone)

    phone.refresh_from_db()
    assert not phone.is_test


def test_nobody_has_more_than_twenty(client):
    me = signed_in(client)
    for _each in range(20):
        builders.tester(tester=me)
    phone = builders.installation()

    assert "20 test phones" in said(enrol(client, phone.key))

    phone.refresh_from_db()
    assert not phone.is_test


def test_the_list_asks_the_same_however_many_there_are(
    client, django_assert_max_num_queries
):
    me = signed_in(client)
    for _each in range(15):
        builders.tester(tester=me)
    client.get(LIST)

    with django_assert_max_num_queries(9):
        client.get(LIST)

"""Servers with a key: they report events and say what they know about people."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from devices import attributes, dictionary, identity
from devices.models import Event, Person, ServerKey, Suppression
from devices.models.erasures import Kind, hashed
from tests.builders import application, person
from tests.devices.api.conftest import App

EVERY = ["events:write", "people:write"]


class Server(App):
    """The customer's backend with a key of its own."""

    def __init__(self, shop, scopes=EVERY):
        super().__init__(shop)
        at = timezone.now()
        made = identity.make(
            shop, "backend", scopes, expires_at=None, actor=None, at=at
        )
        self.key = made.secret

    def ask(self, method, path, body, **headers):
        bearer = {"Authorization": f"Bearer {self.key}"}
        return self.call(method, path, body, **bearer | headers)


@pytest.fixture
def server(db):
    return Server(application())


def purchase(key="e-1", **changes):
    now = timezone.now().isoformat()
    about = {"amount": 59.9, "currency": "EUR", "product": "AJ1"}
    base = {"id": key, "name": "purchase", "at": now, "person": "u-42"}
    return base | {"properties": about} | changes


def test_purchases_arrive_from_servers_once_and_late_ones_too(server):
    late = (timezone.now() - timedelta(days=29)).isoformat()
    body = {"events": [purchase(), purchase("e-2", at=late), purchase()]}

    first = server.ask("POST", "/events", body).json()["events"]
    again = server.ask("POST", "/events", body).json()["events"]

    assert [each["status"] for each in first] == ["recorded", "recorded", "duplicate"]
    assert {each["status"] for each in again} == {"duplicate"}
    kept = Event.objects.filter(person__external_id="u-42")
    assert kept.count() == 2
    assert kept.get(key="e-1").properties["currency"] == "EUR"
    assert "purchase" in dictionary.events(application().pk)


def test_bad_events_of_a_server_are_told_one_by_one(server):
    nobody = purchase()
    del nobody["person"]
    dear = purchase("e-2", properties={"amount": "59,90"})

    body = {"events": [nobody, dear, purchase("e-3")]}
    answer = server.ask("POST", "/events", body)

    pointers = [each["pointer"] for each in answer.json()["events"]]
    assert pointers == ["/events/0/person", "/events/1/properties/amount", ""]


def test_a_key_opens_what_its_scopes_say_until_it_is_revoked(server):
    other = Server(application(), ["events:write"])

    refused = other.ask("PATCH", "/people/u-1", {"attributes": {"vip": True}})

    assert (refused.status_code, refused.json()["code"]) == (403, "missing_scope")
    assert other.key not in refused.content.decode()
    assert ServerKey.objects.exclude(last_used_at=None).count() == 0
    assert other.ask("POST", "/events", {"events": [purchase()]}).status_code == 200
    assert ServerKey.objects.exclude(last_used_at=None).count() == 1
    for key in ServerKey.objects.all():
        identity.revoke(key, actor=None, at=timezone.now())
    assert other.ask("POST", "/events", {"events": [purchase()]}).status_code == 401


def test_a_change_merges_adds_and_deletes_and_keeps_source_and_time(server):
    one = person(external_id="u-1", attributes={"city": "Lyon", "plan": "a"})
    changes = {"city": None, "points": {"$inc": 50}, "vip": True}

    first = server.ask("PATCH", "/people/u-1", {"attributes": changes, "locale": "fr"})
    second = server.ask("PATCH", "/people/u-1", {"attributes": {"points": {"$inc": 1}}})

    assert first.json()["attributes"] == {"plan": "a", "points": 50, "vip": True}
    assert second.json()["attributes"]["points"] == 51
    one.refresh_from_db()
    assert (one.locale, one.attributes["points"]) == ("fr", 51)
    told = attributes.origins_of(one)
    assert told["vip"].source == "server"
    assert timezone.now() - told["vip"].at < timedelta(minutes=1)
    put = server.ask("PUT", "/people/u-1", {"attributes": {"city": "Nice"}})
    assert put.json()["attributes"] == {"city": "Nice"}


def test_what_was_said_later_stays(server):
    ago = (timezone.now() - timedelta(days=2)).isoformat()
    server.ask("PATCH", "/people/u-1", {"attributes": {"city": "Paris"}})

    body = {"attributes": {"city": "Lyon", "plan": "a"}, "at": ago}
    answer = server.ask("PATCH", "/people/u-1", body).json()

    assert answer["older"] == ["city"]
    assert answer["attributes"] == {"city": "Paris", "plan": "a"}


def test_an_addition_sent_again_under_its_key_counts_once(server):
    body = {"attributes": {"points": {"$inc": 50}}}

    for _twice in range(2):
        server.ask("PATCH", "/people/u-1", body, Idempotency_Key="order-7")

    assert Person.objects.get(external_id="u-1").attributes == {"points": 50}


def test_a_batch_of_people_is_told_one_by_one_in_a_few_statements(
    server, connection_queries
):
    shop = application()
    gone = hashed(shop.suppression_salt, "gone")
    Suppression.objects.create(
        application=shop, kind=Kind.EXTERNAL_ID, hash=gone, at=timezone.now()
    )
    person(external_id="u-1", attributes={"plan": "a"})
    people = [
        {"external_id": "u-1", "attributes": {"plan": "a"}},
        {"external_id": "u-2", "attributes": {"plan": "b"}, "timezone": "Europe/Paris"},
        {"external_id": "u-3", "attributes": {"plan": {"$inc": "x"}}},
        {"external_id": "u-2", "attributes": {"plan": {"$inc": 1}}},
        {"external_id": "gone", "attributes": {"plan": "c"}},
        {"external_id": "u-5", "attributes": {}, "timezone": "Pariss"},
        {"attributes": {"plan": "c"}},
        7,
    ]

    answer = server.ask("POST", "/people/batch", {"people": people}).json()["people"]

    assert [(each["status"], each["pointer"]) for each in answer] == [
        ("unchanged", ""),
        ("changed", ""),
        ("refused", "/people/2/attributes/plan"),
        ("refused", "/people/3/attributes/plan"),
        ("refused", "/people/4/external_id"),
        ("refused", "/people/5/timezone"),
        ("refused", "/people/6/external_id"),
        ("refused", "/people/7"),
    ]
    assert all(each["message"] for each in answer if each["status"] == "refused")
    assert Person.objects.get(external_id="u-2").zone == "Europe/Paris"
    assert not Person.objects.filter(external_id="gone").exists()
    many = [{"external_id": f"m-{n}", "attributes": {"plan": "z"}} for n in range(1000)]
    body = json.dumps({"people": many})
    queries = connection_queries(lambda: server.ask("POST", "/people/batch", body))
    assert queries < 18

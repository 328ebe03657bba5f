"""Login, logout, attributes, preferences and events over HTTP."""

from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.utils import timezone

from devices.models import Application, ConsentEvent, Event, Installation, Person
from tests.builders import topic

pytestmark = pytest.mark.django_db

KEY = ec.generate_private_key(ec.SECP256R1())


def identity_token(subject="u-42", key=KEY) -> str:
    ends = timezone.now() + timedelta(hours=1)
    return jwt.encode({"sub": subject, "aud": "shop", "exp": ends}, key, "ES256")


@pytest.fixture
def signed(phone):
    public = KEY.public_key().public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    Application.objects.filter(pk=phone.shop.pk).update(identity_key=public.decode())
    return phone


def owner() -> Person:
    return Installation.objects.get(key="phone-1").person


def test_login_with_a_signed_token_names_the_person(signed):
    before = signed.register().json()["person_id"]

    answer = signed.me("POST", "/identify", {"identity_token": identity_token()})

    assert answer.status_code == 200
    assert answer.json()["person_id"] != before
    assert owner().external_id == "u-42"


def test_login_without_a_token_is_refused_where_it_must_be_signed(signed):
    answer = signed.me("POST", "/identify", {"external_id": "u-42"})

    assert answer.status_code == 422
    assert answer.json()["code"] == "identity_token_needed"
    assert owner().external_id is None


def test_s24_a_strangers_token_does_not_log_in(signed):
    forged = identity_token(key=ec.generate_private_key(ec.SECP256R1()))

    answer = signed.me("POST", "/identify", {"identity_token": forged})

    assert answer.json()["errors"][0]["pointer"] == "/identity_token"
    assert owner().external_id is None


def test_login_by_name_works_where_the_application_allows_it(phone):
    Application.objects.update(identity_required=False)

    answer = phone.me("POST", "/identify", {"external_id": "u-42"})

    assert answer.status_code == 200
    assert owner().external_id == "u-42"


def test_logout_makes_the_device_anonymous(signed):
    signed.me("POST", "/identify", {"identity_token": identity_token()})

    answer = signed.me("POST", "/reset")

    assert answer.status_code == 200
    assert owner().external_id is None


def test_attributes_are_open_and_everything_around_them_is_not(phone):
    answer = phone.me(
        "PATCH",
        "/attributes",
        {"attributes": {"first_name": "Léa", "vip": True}, "country": "ch"},
    )

    assert answer.json() == {"attributes": {"first_name": "Léa", "vip": True}}
    assert owner().attributes == {"first_name": "Léa", "vip": True}
    assert owner().country == "CH"
    answer = phone.me("PATCH", "/attributes", {"first_name": "Léa"})
    assert answer.json()["errors"][0]["pointer"] == "/first_name"


def test_a_place_is_kept_with_consent_alone_and_forgotten_on_demand(phone):
    phone.register()
    paris = {"latitude": 48.86, "longitude": 2.35}

    refused = phone.me("PATCH", "/attributes", {"location": paris})
    assert (refused.status_code, owner().latitude) == (422, None)
    phone.me("PATCH", "/attributes", {"location": {**paris, "consent": True}})
    phone.me("PATCH", "/attributes", {"attributes": {"city": "Paris"}})

    assert (owner().latitude, owner().longitude) == (48.86, 2.35)
    phone.me("PATCH", "/attributes", {"location": None})
    assert (owner().latitude, owner().located_at) == (None, None)


def test_one_bad_attribute_keeps_none(phone):
    answer = phone.me(
        "PATCH", "/attributes", {"attributes": {"a": 1, "b": []}, "country": "CH"}
    )

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/attributes/b"
    assert owner().attributes == {}
    assert owner().country == ""


def test_preferences_are_read_and_kept(phone):
    topic(key="news", name="News", default_on=True)
    topic(key="offers", name="Offers", default_on=False)

    before = phone.me("GET", "/preferences").json()
    after = phone.me(
        "PUT",
        "/preferences",
        {
            "preference": "opted_in",
            "topics": {"news": False},
            "source": "settings screen",
            "text_version": "v3",
        },
    )

    assert before["preference"] == "subscribed"
    assert [(t["key"], t["on"]) for t in before["topics"]] == [
        ("news", True),
        ("offers", False),
    ]
    assert after.json()["preference"] == "opted_in"
    assert [t["on"] for t in after.json()["topics"]] == [False, False]
    lines = ConsentEvent.objects.values_list("source", "text_version", "actor")
    assert set(lines) == {("settings screen", "v3", "device")}


def test_an_unknown_topic_keeps_nothing(phone):
    body = {"preference": "unsubscribed", "topics": {"gone": True}}

    answer = phone.me("PUT", "/preferences", body)

    assert answer.json()["errors"][0]["pointer"] == "/topics/gone"
    assert not ConsentEvent.objects.exists()


@pytest.mark.parametrize("word", ["yes", 1, None, "true"])
def test_a_topic_is_on_or_off_and_nothing_else(phone, word):
    topic(key="news")

    answer = phone.me("PUT", "/preferences", {"topics": {"news": word}})

    assert answer.json()["errors"][0]["pointer"] == "/topics/news"


# Events


def happening(key="e-1", **changes):
    now = timezone.now().isoformat()
    return {"id": key, "name": "purchase", "at": now} | changes


def test_a_batch_answers_each_event(phone):
    late = (timezone.now() - timedelta(days=31)).isoformat()

    answer = phone.report(
        happening("a", properties={"amount": 59.9, "lines": [{"sku": "AJ1"}]}),
        happening("a"),
        happening("b", at=late),
    )

    assert answer.status_code == 200
    statuses = [(e["id"], e["status"], e["code"]) for e in answer.json()["events"]]
    assert statuses == [
        ("a", "recorded", ""),
        ("a", "duplicate", ""),
        ("b", "refused", "too_late"),
    ]
    assert Event.objects.get().properties["lines"] == [{"sku": "AJ1"}]


def test_s30_a_replayed_request_counts_once(phone):
    event = happening("a")
    phone.report(event)

    assert phone.report(event).json()["events"][0]["status"] == "duplicate"
    assert Event.objects.count() == 1


def test_s30_a_clock_in_the_future_is_refused(phone):
    ahead = (timezone.now() + timedelta(minutes=11)).isoformat()

    (event,) = phone.report(happening(at=ahead)).json()["events"]

    assert (event["status"], event["code"]) == ("refused", "in_the_future")
    assert event["message"]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"at": "yesterday"}, "/events/0/at"),
        ({"at": "2026-11-22T10:00:00"}, "/events/0/at"),
        ({"id": ""}, "/events/0/id"),
        ({"properties": []}, "/events/0/properties"),
        ({"person": "u-1"}, "/events/0/person"),
    ],
)
def test_a_misshapen_event_names_its_place_and_holds_no_other(phone, changes, pointer):
    bad, good = phone.report(happening(**changes), happening("good")).json()["events"]

    assert (bad["status"], bad["pointer"]) == ("refused", pointer)
    assert bad["message"]
    assert (good["status"], good["pointer"]) == ("recorded", "")


def test_an_entry_that_is_no_event_is_refused_by_itself(phone):
    answer = phone.report(7, {"id": "a"}, happening("b")).json()["events"]

    assert [each["code"] for each in answer] == ["not_an_object", "missing", ""]
    assert [each["pointer"] for each in answer] == ["/events/0", "/events/1/name", ""]


def test_a_batch_has_a_thousand_events_and_costs_as_many_queries_as_one(
    phone, connection_queries
):
    phone.report(happening("z"))
    one = connection_queries(lambda: phone.report(happening("a")))
    many = connection_queries(
        lambda: phone.report(*[happening(f"e-{n}") for n in range(1000)])
    )

    assert many == one
    assert Event.objects.count() == 1002
    assert phone.report(*[happening(f"f-{n}") for n in range(1001)]).status_code == 422
    assert phone.report().status_code == 422


def test_sending_a_batch_again_under_its_key_gives_the_same_answer(phone):
    key, event = {"Idempotency_Key": "batch-1"}, happening("a")

    first, second = phone.report(event, **key), phone.report(event, **key)

    assert second.content == first.content
    assert second["Idempotent-Replayed"] == "true"

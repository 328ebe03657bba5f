"""Apps and browsers ask for a primer and report what became of it, over HTTP."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.models import PrimerCount, PrimerResponse
from devices.models import ConsentEvent, Installation, TopicPreference
from tests import builders

pytestmark = pytest.mark.django_db


class Phone:
    """A registered device that talks to the API as its app does."""

    def __init__(self, **facts: Any) -> None:
        self.shop = builders.application()
        self.client = Client(enforce_csrf_checks=True)
        body = {
            "installation_id": "phone-1",
            "platform": "android",
            "os_version": "15",
            "locale": "en-GB",
            "token": "token-1",
        }
        answer = self.send("/devices", body | facts, self.as_app)
        given = answer.json()
        self.page = f"/devices/{given['device_id']}"
        secret = given["device_secret"]
        self.as_device = f"Device {given['device_id']}:{secret}"

    @property
    def as_app(self) -> str:
        return f"Bearer {self.shop.public_key}"

    @property
    def row(self) -> Installation:
        return Installation.objects.get(key="phone-1")

    def send(self, path: str, body: Any, authorization: str) -> Any:
        return self.client.post(
            f"/api/v1{path}",
            json.dumps(body),
            content_type="application/json",
            headers={"Authorization": authorization},
        )

    def ask(self, event: str = "price_alert", **more: Any) -> Any:
        asked = {"event": event} | more
        headers = {"Authorization": self.as_device}
        return self.client.get(f"/api/v1{self.page}/primers", asked, headers=headers)

    def browser(self, **more: Any) -> Any:
        asked = {"event": "price_alert", "installation_id": "browser-1"} | more
        headers = {"Authorization": self.as_app}
        return self.client.get("/api/v1/primers", asked, headers=headers)

    def tell(self, drawn: Any, kind: str, **more: Any) -> Any:
        way = more.pop("authorization", self.as_device)
        body = {"showing": drawn["showing"], "kind": kind} | more
        return self.send(f"/primers/{drawn['id']}/responses", body, way)


@pytest.fixture
def phone(db: None) -> Phone:
    return Phone()


def counted() -> dict[str, int]:
    return dict(PrimerCount.objects.values_list("kind", "total"))


def test_a_phone_gets_everything_that_it_needs_to_draw_it(phone):
    topic = builders.topic(key="sales", name="Sales")
    primer = builders.primer(topics=[topic.key, "gone"])

    drawn = phone.ask().json()["primer"]

    assert drawn["id"] == f"prm_{primer.public_id.hex}"
    assert (drawn["layout"], drawn["variant"]) == ("sheet", "prompt")
    assert (drawn["language"], drawn["direction"]) == ("en", "ltr")
    assert drawn["title"] == "Never miss a lower price"
    assert drawn["benefits"] == ["Only what you looked at"]
    assert (drawn["accept"], drawn["later"]) == ("Tell me", "Not now")
    assert drawn["colours"]["button_ground"] == "#0f766e"
    assert drawn["topics"] == [{"key": "sales", "name": "Sales", "description": ""}]
    assert drawn["image"] is None


def test_a_french_phone_reads_french_and_the_rest_in_the_primer_s_own(db):
    builders.primer()

    drawn = Phone(locale="fr-CA").ask().json()["primer"]

    assert drawn["language"] == "fr"
    assert drawn["accept"] == "Prévenez-moi"
    assert drawn["text"] == "About twice a month."


@pytest.mark.parametrize("state", ["draft", "paused", "archived"])
def test_only_a_live_primer_is_given(phone, state):
    builders.primer(state=state)

    assert phone.ask(debug=True).json() == {
        "primer": None,
        "reasons": [
            {
                "primer": "",
                "reason": "other_event",
                "words": "No live primer waits for this event.",
            }
        ],
    }


def test_another_application_s_primer_is_not_given(phone):
    builders.primer(application=builders.application(name="Other", slug="other"))

    assert phone.ask().json() == {"primer": None, "reasons": []}


def test_a_no_says_its_reason_in_words_where_somebody_looks_for_it(db):
    primer = builders.primer()
    allowed = Phone(permission="granted")

    [reason] = allowed.ask(debug=True).json()["reasons"]

    assert reason["primer"] == f"prm_{primer.public_id.hex}"
    assert reason["reason"] == "granted"
    assert reason["words"] == "The device allows messages already."


def test_a_segment_decides_by_the_person_of_the_device(phone):
    rule = {"field": "attribute.text", "name": "city", "operator": "is"}
    paris = {"version": 1, "match": "all", "rules": [rule | {"value": "Paris"}]}
    builders.primer(segment=builders.segment(rule=paris))
    assert phone.ask(debug=True).json()["reasons"][0]["reason"] == "segment"

    person = phone.row.person
    person.attributes = {"city": "Paris"}
    person.save()

    assert phone.ask().json()["primer"] is not None


def test_of_two_primers_the_one_that_went_live_last_comes_first(phone):
    builders.primer(name="old")
    new = builders.primer(live_at=builders.NOW.replace(hour=10), minimum_sessions=3)

    first = phone.ask(sessions=3).json()["primer"]
    other = phone.ask(sessions=1).json()["primer"]

    assert first["id"] == f"prm_{new.public_id.hex}"
    assert other["id"] != first["id"]


def test_each_kind_counts_once_however_often_it_is_told(phone):
    builders.primer()
    drawn = phone.ask().json()["primer"]

    answers = [
        phone.tell(drawn, kind).json()["status"]
        for kind in ("shown", "shown", "later", "later")
    ]

    assert answers == ["recorded", "repeated", "recorded", "repeated"]
    assert counted() == {"shown": 1, "later": 1}
    row = PrimerResponse.objects.get(kind="later")
    assert (row.installation, row.person) == (phone.row, phone.row.person)
    assert (row.platform, row.locale, row.version) == ("android", "en-GB", 1)


def test_an_answer_whose_showing_was_lost_counts_the_showing_too(phone):
    builders.primer()
    drawn = phone.ask().json()["primer"]

    phone.tell(drawn, "granted")
    phone.tell(drawn, "shown")

    assert counted() == {"shown": 1, "accepted": 1, "granted": 1}


def test_after_later_it_waits(phone):
    builders.primer()
    phone.tell(phone.ask().json()["primer"], "later")

    assert phone.ask(debug=True).json()["reasons"][0]["reason"] == "waiting"


def test_a_grant_reaches_the_device_and_the_ledger_with_its_proof(phone):
    topic = builders.topic(key="sales", default_on=False)
    builders.primer(topics=["sales"])
    drawn = phone.ask().json()["primer"]

    phone.tell(drawn, "accepted", topics=["sales"])
    phone.tell(drawn, "granted")

    assert phone.row.permission == "granted"
    lines = ConsentEvent.objects.order_by("pk").values_list(
        "topic", "new", "source", "text_version"
    )
    proof = f"{drawn['id']} v1"
    assert list(lines) == [
        (topic.pk, "on", "primer", proof),
        (None, "opted_in", "system prompt", proof),
    ]
    assert TopicPreference.objects.get().is_on


def test_a_refusal_changes_the_device_and_never_its_person(phone):
    builders.primer()
    phone.tell(phone.ask().json()["primer"], "denied")

    assert phone.row.permission == "denied"
    assert not ConsentEvent.objects.exists()
    assert phone.ask(debug=True).json()["reasons"][0]["reason"] == "denied"


def test_a_topic_that_was_not_offered_is_refused_and_nothing_is_kept(phone):
    builders.topic(key="sales")
    builders.primer()
    drawn = phone.ask().json()["primer"]

    answer = phone.tell(drawn, "accepted", topics=["sales"])

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/topics"
    assert not PrimerResponse.objects.exists()


def test_a_showing_of_another_device_or_of_nobody_is_refused(phone):
    builders.primer()
    theirs = phone.browser().json()["primer"]

    assert phone.tell(theirs, "shown").status_code == 422
    forged = theirs | {"showing": theirs["showing"][:-1] + "x"}
    assert phone.tell(forged, "shown").json()["code"] == "unknown_showing"
    assert not PrimerResponse.objects.exists()


def test_an_answer_that_waited_too_long_is_not_counted(phone):
    builders.primer()
    drawn = phone.ask().json()["primer"]

    answer = phone.tell(drawn, "shown", at="2026-01-01T00:00:00Z")

    assert answer.json() == {"status": "too_old"}
    assert not PrimerResponse.objects.exists()


def test_a_browser_asks_before_it_is_a_device_and_its_answers_follow_it(phone):
    builders.primer(topics=["sales"])
    builders.topic(key="sales")
    drawn = phone.browser(locale="fr").json()["primer"]
    assert (drawn["layout"], drawn["language"]) == ("slide", "fr")
    browser = {"authorization": phone.as_app, "installation_id": "browser-1"}

    assert phone.tell(drawn, "shown", **browser).json() == {"status": "recorded"}
    assert phone.tell(drawn, "accepted", topics=["sales"], **browser).status_code == 422
    phone.tell(drawn, "denied", locale="fr", **browser)

    row = PrimerResponse.objects.get(kind="denied")
    assert (row.platform, row.key, row.installation) == ("web", "browser-1", None)
    again = phone.browser(debug=True).json()
    assert again["reasons"][0]["reason"] == "prompt_used"


def test_a_primer_with_a_segment_is_not_for_browsers_that_nobody_knows(phone):
    builders.primer(segment=builders.segment())

    assert phone.browser(debug=True).json()["reasons"][0]["reason"] == "stranger"


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"event": ""}, "/event"),
        ({"sessions": 0}, "/sessions"),
        ({"sessions": "many"}, "/sessions"),
        ({"evnet": "x"}, "/evnet"),
    ],
)
def test_a_wrong_question_names_the_field(phone, asked, pointer):
    answer = phone.ask(**asked)

    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"kind": "seen"}, "/kind"),
        ({"at": "2026-11-23T09:00:00"}, "/at"),
        ({"device": "1"}, "/device"),
    ],
)
def test_a_wrong_answer_names_the_field(phone, changes, pointer):
    builders.primer()
    drawn = phone.ask().json()["primer"]
    kind = changes.pop("kind", "shown")

    answer = phone.tell(drawn, kind, **changes)

    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]


def test_a_primer_of_nobody_is_not_found(phone):
    builders.primer()
    drawn = phone.ask().json()["primer"]

    assert phone.tell(drawn | {"id": "prm_" + "0" * 32}, "shown").status_code == 404
    assert phone.tell(drawn | {"id": "7"}, "shown").status_code == 404


def test_only_the_device_itself_asks_and_answers(phone):
    builders.primer()
    drawn = phone.ask().json()["primer"]
    wrong = phone.as_device[:-3] + "xxx"

    assert phone.tell(drawn, "shown", authorization=wrong).status_code == 404
    assert phone.tell(drawn, "shown", authorization="").status_code == 401
    assert phone.tell(drawn, "shown", authorization=phone.as_app).status_code == 422


def test_an_event_that_is_given_twice_has_its_answer_repeated(phone):
    builders.primer()
    drawn = phone.ask().json()["primer"]
    headers = {"Authorization": phone.as_device, "Idempotency-Key": "one"}
    body = json.dumps({"showing": drawn["showing"], "kind": "shown"})

    answers = [
        phone.client.post(
            f"/api/v1/primers/{drawn['id']}/responses",
            body,
            content_type="application/json",
            headers=headers,
        )
        for _ in range(2)
    ]

    assert [each.json() for each in answers] == [{"status": "recorded"}] * 2
    assert answers[1]["Idempotent-Replayed"] == "true"
    assert counted() == {"shown": 1}


def test_a_browser_speaks_for_no_phone_whose_key_it_knows(phone):
    builders.primer()
    browser = {"authorization": phone.as_app, "installation_id": "phone-1"}
    drawn = phone.browser(installation_id="phone-1").json()["primer"]
    assert phone.tell(drawn, "denied", **browser).status_code == 200

    assert phone.ask(debug=True).json()["reasons"] == []
    phone.tell(phone.ask().json()["primer"], "later")
    asked = phone.browser(installation_id="phone-2", debug=True).json()
    assert asked["primer"]


def test_a_segment_that_cannot_be_asked_holds_nobody(phone):
    gone = {"field": "segment", "name": "999999", "operator": "is_in"}
    rule = {"version": 1, "match": "all", "rules": [gone]}
    builders.primer(segment=builders.segment(rule=rule))

    answer = phone.ask(debug=True)

    assert answer.status_code == 200
    assert answer.json()["reasons"][0]["reason"] == "segment"


@pytest.mark.parametrize("name", ["event", "locale", "installation_id"])
def test_a_nul_in_the_address_is_refused(phone, name):
    answer = phone.browser(**{name: "a\0b"})

    assert answer.status_code == 422
    assert answer.json()["code"] == "nul"


def test_a_tick_that_waited_does_not_undo_what_was_said_since(phone):
    topic = builders.topic(key="sales")
    offers = builders.topic(key="offers", default_on=False)
    builders.primer(topics=["sales", "offers"])
    drawn = phone.ask().json()["primer"]
    now = timezone.now()
    TopicPreference.objects.create(
        person=phone.row.person, topic=topic, is_on=False, changed_at=now
    )

    before = (now - timedelta(hours=1)).isoformat()
    phone.tell(drawn, "accepted", topics=["sales", "offers"], at=before)

    kept = dict(TopicPreference.objects.values_list("topic", "is_on"))
    assert kept == {topic.pk: False, offers.pk: True}

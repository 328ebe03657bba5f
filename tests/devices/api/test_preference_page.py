"""A person's own page of choices: in their language, by its address alone."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from devices import consent, registration
from devices.consent import links
from devices.models import ConsentEvent, Person, Preference
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader() -> Person:
    return builders.person(locale="fr-CA", zone="America/Toronto")


def address(person: Person) -> str:
    return reverse("preferences", kwargs={"token": links.token(person)})


def keep(client, person: Person, **given):
    return client.post(address(person), given)


def test_it_speaks_the_person_s_language_and_looking_changes_nothing(client, reader):
    builders.topic(name="News", texts={"fr": {"name": "Nouvelles"}})

    answer = client.get(address(reader))

    page = answer.content.decode()
    assert '<html lang="fr"' in page
    assert "Nouvelles" in page
    assert "<script" not in page
    assert "checked" not in page.split("Nouvelles")[0].split("topic")[0]
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert not ConsentEvent.objects.exists()


def test_topics_a_yes_and_a_pause_are_kept_with_the_words_that_were_read(
    client, reader
):
    builders.topic(key="news", name="News", texts={"fr": {"name": "Nouvelles"}})
    builders.topic(key="offers", name="Offers", default_on=False)
    day = timezone.now().date() + timedelta(days=10)

    answer = keep(client, reader, messages="yes", topic="offers", until=f"{day}")

    assert answer.status_code == 302
    assert "choix" in client.get(answer["Location"]).content.decode()
    kept = Preference.objects.get()
    assert kept.state == "opted_in"
    local = kept.paused_until.astimezone(UTC)
    assert (
        timedelta(hours=4)
        <= local - datetime(day.year, day.month, day.day, tzinfo=UTC)
        <= timedelta(hours=5)
    )
    lines = ConsentEvent.objects.order_by("pk").select_related("wording", "topic")
    assert [(line.topic and line.topic.key, line.new) for line in lines] == [
        (None, "opted_in"),
        ("news", "off"),
        ("offers", "on"),
        (None, "paused"),
    ]
    assert {(line.source, line.locale, line.actor) for line in lines} == {
        ("preference page", "fr", "person")
    }
    assert "Nouvelles" in lines[0].wording.text

    keep(client, reader, topic="offers")
    assert Preference.objects.get().paused_until is None
    assert ConsentEvent.objects.count() == 5, "what is as it was has no line"


def test_one_button_ends_everything_whatever_else_is_chosen(client, reader):
    keep(client, reader, off="1", messages="yes")

    assert consent.preference_of(reader) == "unsubscribed"


def test_a_required_topic_stays_on(client, reader):
    builders.topic(key="orders", name="Orders", is_required=True)

    assert "disabled" in client.get(address(reader)).content.decode()
    assert keep(client, reader).status_code == 302
    assert not ConsentEvent.objects.exists()


@pytest.mark.parametrize("until", ["tomorrow", "2020-01-01", "9999-12-31"])
def test_a_day_that_cannot_be_is_told_and_nothing_is_kept(client, reader, until):
    answer = keep(client, reader, messages="yes", until=until)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert not ConsentEvent.objects.exists()


def test_no_pause_keeps_anybody_from_unsubscribing(client, reader):
    keep(client, reader, messages="no", until="2020-01-01")

    assert consent.preference_of(reader) == "unsubscribed"


def test_an_address_that_is_nobody_s_or_an_erased_person_s_is_not_found(client, reader):
    anonymous = builders.person(external_id=None, merged_into=reader)
    assert client.get(address(anonymous)).status_code == 200

    forged = address(reader).replace(f"/{reader.pk}.", f"/{reader.pk + 1}.")
    assert client.get(forged).status_code == 404
    assert client.get("/p/x/").status_code == 404

    registration.erase(reader, source="test", at=timezone.now())
    assert client.get(address(reader)).status_code == 404


def test_the_api_tells_the_address(phone):
    answer = phone.me("GET", "/preferences").json()

    person = Person.objects.get()
    assert answer["page"].endswith(address(person))

"""Topics: what they are for, and how many people switched them on or off."""

import pytest
from django.urls import reverse

from campaigns.audience import limits
from devices.models import Topic
from tests import builders

pytestmark = pytest.mark.django_db

LIST = reverse("admin:devices_topic_changelist")


@pytest.fixture
def administrator(client):
    client.force_login(
        builders.user("devices.view_topic", "devices.add_topic", "devices.change_topic")
    )
    return client


def test_the_list_counts_what_people_said(administrator):
    offers = builders.topic(name="Offers")
    for is_on in (True, False, False):
        builders.topic_answer(builders.person(), offers, is_on=is_on)
    builders.topic(key="news", name="News", default_on=False)

    rows = administrator.get(LIST).context["rows"]

    assert [(topic.name, dict(said)) for topic, said in rows] == [
        ("News", {}),
        ("Offers", {"on": 1, "off": 2}),
    ]


def test_answers_that_take_too_long_to_count_are_not_waited_for(
    administrator, monkeypatch
):
    builders.topic(name="Offers")

    def late(*_args, **_plans):
        raise limits.TooSlow

    monkeypatch.setattr(limits, "seconds", late)

    assert "Offers" in administrator.get(LIST).content.decode()


def test_no_topic_yet_says_what_they_are_good_for(administrator):
    assert "No topics yet" in administrator.get(LIST).content.decode()


def test_a_new_topic_is_named_for_people_and_for_apps(administrator):
    form = administrator.get(reverse("admin:devices_topic_add")).content.decode()
    assert "The name that people read in the app." in form

    administrator.post(
        reverse("admin:devices_topic_add"),
        {
            "application": builders.application().pk,
            "key": "offers",
            "name": "Offers",
            "description": "Sales, before everybody else.",
            "starts": "required",
            "name_fr": "Offres",
            "description_fr": "Les soldes, avant tout le monde.",
        },
    )

    made = Topic.objects.get()
    assert made.description == "Sales, before everybody else."
    assert (made.default_on, made.is_required) == (True, True)
    assert made.words("fr-CA") == ("Offres", "Les soldes, avant tout le monde.")
    address = reverse("admin:devices_topic_change", args=[made.pk])
    opened = administrator.get(address).content.decode()
    assert 'value="Offres"' in opened
    assert 'value="required" selected' in opened
    form = {"name": "Deals", "starts": "off", "name_fr": ""}
    assert administrator.post(address, form).status_code == 302
    made.refresh_from_db()
    assert (made.default_on, made.is_required, made.texts) == (False, False, {})
    assert "people do not get it" in administrator.get(LIST).content.decode()

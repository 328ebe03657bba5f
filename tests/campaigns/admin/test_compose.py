"""Writing a draft: saving, autosaving, two people at once, preview."""

import json
from typing import Any

import pytest
from django.test import Client

from campaigns.models import Campaign, TestSend
from campaigns.models.states import CampaignState
from tests import builders
from tests.campaigns.admin.posting import form
from tests.campaigns.admin.staff import signed_in

pytestmark = pytest.mark.django_db
AS_SCRIPT = {"accept": "application/json"}


def address(campaign: Campaign, page: str = "change") -> str:
    return f"/admin/campaigns/campaign/{campaign.pk}/{page}/"


@pytest.fixture
def marketer() -> Client:
    return signed_in("Marketer")


@pytest.fixture
def draft() -> Campaign:
    return builders.campaign(title="Hello", body="Come in.")


def saved(draft: Campaign) -> Campaign:
    return Campaign.objects.get(pk=draft.pk)


def live(client: Client, draft: Campaign, **changes: Any) -> dict[str, Any]:
    answer = client.post(address(draft, "live"), form(draft, **changes))
    return json.loads(answer.content)


def test_a_draft_is_saved_by_the_button(marketer: Client, draft: Campaign) -> None:
    topic = builders.topic()
    answer = marketer.post(
        address(draft), form(draft, title="New", topic=topic.pk, ttl=3600)
    )
    assert answer.status_code == 302
    now = saved(draft)
    assert (now.title, now.topic, now.ttl, now.version) == ("New", topic, 3600, 2)


def test_saving_the_texts_keeps_the_image_and_the_buttons(
    marketer: Client, draft: Campaign
) -> None:
    buttons = [{"label": "Buy", "link": "https://shop.example/"}]
    image = "https://cdn.example.com/a.png"
    Campaign.objects.filter(pk=draft.pk).update(image=image, buttons=buttons)

    marketer.post(address(draft), form(draft, title="Another"))

    now = saved(draft)
    assert (now.title, now.image, now.buttons) == ("Another", image, buttons)


def test_a_script_saves_and_learns_the_new_version(
    marketer: Client, draft: Campaign
) -> None:
    answer = marketer.post(address(draft), form(draft, body="Now."), headers=AS_SCRIPT)
    assert answer.json()["version"] == 2
    assert saved(draft).body == "Now."


def test_a_recurring_schedule_is_kept_as_it_was_built(
    marketer: Client, draft: Campaign
) -> None:
    weekly = {
        "when_kind": "recurring",
        "when_frequency": "weekly",
        "when_interval": "2",
        "when_weekdays": ["tuesday", "thursday"],
        "when_start": "2027-01-05",
        "when_time": "09:00",
        "when_zone": "Europe/Paris",
        "when_end": "count",
        "when_count": "10",
        "when_excluded": "2027-01-19",
    }
    marketer.post(address(draft), form(draft, **weekly))
    assert saved(draft).schedule == {
        "kind": "recurring",
        "start": "2027-01-05",
        "time": "09:00",
        "zone": "Europe/Paris",
        "every": {
            "frequency": "weekly",
            "interval": 2,
            "weekdays": ["tuesday", "thursday"],
        },
        "end": {"count": 10},
        "excluded": ["2027-01-19"],
    }
    page = marketer.get(address(draft)).content.decode()
    assert 'value="thursday" checked' in page


def test_a_wrong_schedule_is_kept_and_said_beside_its_field(
    marketer: Client, draft: Campaign
) -> None:
    wrong = {
        "when_kind": "once",
        "when_start": "2027-01-05",
        "when_time": "",
        "when_zone": "Europe/Pariss",
    }
    answer = marketer.post(address(draft), form(draft, do="review", **wrong))
    errors = answer.context["errors"]
    assert {"when_time", "when_zone"} <= set(errors)
    assert saved(draft).schedule["zone"] == "Europe/Pariss"
    page = answer.content.decode()
    assert 'href="#when_zone"' in page
    assert 'data-error="when_zone"' in page


def test_a_number_that_no_row_has_chooses_nothing(
    marketer: Client, draft: Campaign
) -> None:
    for digits in ("9" * 19, "9" * 5_000):
        posted = form(draft, application=digits, segment=digits, topic=digits)
        assert marketer.post(address(draft), posted).status_code in (200, 302)
    assert saved(draft).application == draft.application


def test_what_is_missing_is_asked_for_before_the_review(marketer: Client) -> None:
    empty = builders.campaign(title="", body="", audience="", schedule={})
    answer = marketer.post(address(empty), form(empty, do="review"))
    assert set(answer.context["errors"]) == {"title", "audience", "when_kind"}


def test_the_review_follows_when_nothing_is_missing(
    marketer: Client, draft: Campaign
) -> None:
    answer = marketer.post(address(draft), form(draft, do="review"))
    assert answer.headers["location"] == address(draft, "review")


def test_the_second_of_two_writers_is_shown_both_texts_and_loses_none(
    marketer: Client, draft: Campaign
) -> None:
    other = signed_in("Marketer")
    opened = form(draft, title="Mine")
    other.post(address(draft), form(draft, title="Theirs"))

    answer = marketer.post(address(draft), opened)

    page = answer.content.decode()
    assert saved(draft).title == "Theirs"
    assert "Somebody else saved this draft" in page
    assert 'value="Mine"' in page
    assert ">Theirs<" in page


def test_the_second_writer_may_decide_for_their_own(
    marketer: Client, draft: Campaign
) -> None:
    opened = form(draft, title="Mine")
    signed_in("Marketer").post(address(draft), form(draft, title="Theirs"))
    refused = marketer.post(address(draft), opened, headers=AS_SCRIPT)
    assert refused.status_code == 409
    assert "Theirs" in refused.json()["conflict"]

    marketer.post(address(draft), opened | {"overwrite": "2"})

    assert (saved(draft).title, saved(draft).version) == ("Mine", 3)


def test_what_only_the_other_writer_changed_is_left_to_them(
    marketer: Client, draft: Campaign
) -> None:
    was = marketer.get(address(draft)).context["was"]
    opened = form(draft, title="Mine", was=was)
    signed_in("Marketer").post(address(draft), form(draft, body="Theirs", ttl=3600))

    refused = marketer.post(address(draft), opened)

    chosen = {
        each.key: each.chosen for each in refused.context["conflict"]["differences"]
    }
    assert chosen == {"title": "mine", "body": "theirs", "ttl": "theirs"}


def test_each_field_of_a_conflict_is_chosen_by_itself(
    marketer: Client, draft: Campaign
) -> None:
    fr = {"locale": "fr", "translation": "fr", "fr.title": "Titre", "fr.body": "Texte"}
    own = {"locale": "en"} | {name: fr[name] for name in fr if name != "locale"}
    marketer.post(address(draft), form(draft, **own))
    opened = form(saved(draft), **own)
    theirs = {"title": "T", "body": "B", "fr.title": "Leur titre", "fr.body": "Le leur"}
    signed_in("Marketer").post(address(draft), opened | theirs)
    mine = {"title": "M", "body": "N", "fr.title": "Mon titre", "fr.body": "Le mien"}
    choice = {
        "overwrite": "3",
        "keep.title": "mine",
        "keep.body": "theirs",
        "keep.translations.fr.title": "theirs",
        "keep.translations.fr.body": "mine",
    }

    marketer.post(address(draft), opened | mine | choice)

    now = saved(draft)
    (french,) = now.translations
    assert (now.title, now.body) == ("M", "B")
    assert (french["title"], french["body"]) == ("Leur titre", "Le mien")


def test_a_language_that_only_they_added_is_kept_by_choosing_theirs(
    marketer: Client, draft: Campaign
) -> None:
    plain = form(draft, locale="en")
    fr = {"translation": "fr", "fr.title": "Titre", "fr.body": "Texte"}
    signed_in("Marketer").post(address(draft), plain | fr)

    refused = marketer.post(address(draft), plain | {"title": "Mine"})
    keys = [each.key for each in refused.context["conflict"]["differences"]]
    choice = {"overwrite": "2", "keep.translations.fr": "theirs"}
    marketer.post(address(draft), plain | {"title": "Mine"} | choice)

    assert keys == ["title", "translations.fr"]
    assert (saved(draft).title, saved(draft).translations[0]["title"]) == (
        "Mine",
        "Titre",
    )


def test_only_a_transactional_message_may_be_sent_again(
    marketer: Client, draft: Campaign
) -> None:
    marketer.post(address(draft), form(draft, policy="never_miss"))
    assert saved(draft).policy == "never_duplicate"
    draft = saved(draft)
    again = form(draft, purpose="transactional", policy="never_miss")
    marketer.post(address(draft), again)
    assert saved(draft).policy == "never_miss"


def test_a_segment_of_another_application_is_not_taken(
    marketer: Client, draft: Campaign
) -> None:
    foreign = builders.segment(application=builders.application(name="Other"))
    marketer.post(address(draft), form(draft, audience="segment", segment=foreign.pk))
    assert saved(draft).segment is None


def test_what_is_no_draft_any_more_is_shown_and_not_changed(
    marketer: Client, draft: Campaign
) -> None:
    Campaign.objects.filter(pk=draft.pk).update(state=CampaignState.SCHEDULED)
    page = marketer.get(address(draft)).content.decode()
    assert 'name="title"' not in page
    assert "back to draft" in page
    marketer.post(address(draft), form(draft, title="Late"))
    assert saved(draft).title == "Hello"


def test_a_reviewer_reads_a_draft_and_cannot_write_it(draft: Campaign) -> None:
    reviewer = signed_in("Reviewer")
    assert 'name="title"' not in reviewer.get(address(draft)).content.decode()
    reviewer.post(address(draft), form(draft, title="Other"))
    assert reviewer.post(address(draft, "live"), form(draft)).status_code == 403
    assert saved(draft).title == "Hello"


def test_the_preview_shows_a_real_persons_words(
    marketer: Client, draft: Campaign
) -> None:
    lea = builders.person(attributes={"first_name": "Léa"})
    shown = live(
        marketer,
        draft,
        title='Hello {{ first_name | default: "there" }}',
        person=str(lea.pk),
    )
    assert shown["words"]["title"] == "Hello Léa"
    assert shown["size"]["sentence"].endswith("of 4096 bytes")


def test_the_preview_falls_back_for_somebody_unknown(
    marketer: Client, draft: Campaign
) -> None:
    builders.person(attributes={"first_name": "Léa"})
    shown = live(
        marketer,
        draft,
        title='Hello {{ first_name | default: "there" }}',
        person="none",
    )
    assert shown["words"]["title"] == "Hello there"


def test_a_value_that_may_be_missing_is_refused_beside_its_field(
    marketer: Client, draft: Campaign
) -> None:
    builders.person(attributes={"first_name": "Léa"})
    shown = live(marketer, draft, body="Hello {{ frist_name }}")
    assert "first_name" in shown["errors"]["body"]


def test_what_screens_cut_off_is_named(marketer: Client, draft: Campaign) -> None:
    shown = live(marketer, draft, title="x" * 60)
    lost = {each["surface"]: each["lost"] for each in shown["lost"]}
    assert lost["iPhone, banner"].startswith("xx")


def test_a_person_of_another_application_is_never_shown(
    marketer: Client, draft: Campaign
) -> None:
    builders.person(attributes={"first_name": "Own"})
    foreign = builders.person(
        application=builders.application(name="Other"),
        attributes={"first_name": "Foreign"},
    )
    shown = live(
        marketer,
        draft,
        body='{{ first_name | default: "nobody" }}',
        person=str(foreign.pk),
    )
    assert shown["words"] is None or shown["words"]["body"] == "nobody"


def test_the_next_starts_are_told_while_the_schedule_is_built(
    marketer: Client, draft: Campaign
) -> None:
    daily = {
        "when_kind": "recurring",
        "when_frequency": "daily",
        "when_start": "2030-03-29",
        "when_time": "02:30",
        "when_zone": "Europe/Paris",
    }
    told = live(marketer, draft, **daily)["when"]
    assert len(told["coming"]) == 5
    assert told["coming"][2]["note"] == "the clocks change"
    assert saved(draft).schedule == {"kind": "now"}


def test_looking_saves_nothing(marketer: Client, draft: Campaign) -> None:
    live(marketer, draft, title="Typing")
    marketer.post(address(draft, "count"), form(draft, audience="everyone"))
    assert (saved(draft).title, saved(draft).version) == ("Hello", 1)


def test_the_count_tells_people_and_devices_apart(
    marketer: Client, draft: Campaign
) -> None:
    person = builders.person()
    builders.installation(person)
    builders.installation(person)
    answer = marketer.post(address(draft, "count"), form(draft, audience="everyone"))
    assert answer.json()["sentence"] == "People: 1 · devices: 2"


def test_a_count_without_an_audience_asks_for_one(
    marketer: Client, draft: Campaign
) -> None:
    answer = marketer.post(address(draft, "count"), form(draft, audience=""))
    assert "Choose" in answer.json()["sentence"]


def test_text_of_a_person_is_escaped_in_the_page(marketer: Client) -> None:
    builders.person(attributes={"first_name": "<b>x</b>"})
    draft = builders.campaign(body='{{ first_name | default: "you" }}')
    page = marketer.get(address(draft)).content.decode()
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "<b>x</b>" not in page


def test_a_test_goes_to_ones_own_phones_only(draft: Campaign) -> None:
    marketer = signed_in("Marketer")
    foreign = builders.tester()
    marketer.post(address(draft, "test"), {"phone": [foreign.pk], "person": "none"})
    assert not TestSend.objects.exists()


def test_an_analyst_sends_no_test(draft: Campaign) -> None:
    assert signed_in("Analyst").get(address(draft, "test")).status_code == 403

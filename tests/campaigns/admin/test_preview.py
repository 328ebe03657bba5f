"""The preview says what will be sent, to whom it will be sent."""

import json
import re
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from campaigns.admin import looks, person_search, personas, preview
from campaigns.admin.looks import Look
from campaigns.content import appearance
from campaigns.content.render import CompiledContent, compile_content
from campaigns.models import Campaign, MediaAsset, Rendition
from campaigns.models.media import RenditionKind
from campaigns.review.message import values_of
from devices.gateways.base import Push
from devices.models import Person
from tests import builders
from tests.campaigns.admin.posting import form
from tests.campaigns.admin.staff import signed_in

pytestmark = pytest.mark.django_db
EVERYTHING = Look(everything=True)
GREETING = 'Hello {{ first_name | default: "there" }}'


@pytest.fixture
def draft() -> Campaign:
    builders.person(attributes={"first_name": "Ana", "city": "Porto"})
    return builders.campaign(
        title=GREETING,
        body='New in {{ city | default: "your city" }}',
        translations=[
            {"locale": "fr", "title": 'Bonjour {{ first_name | default: "à vous" }}'},
            {"locale": "ar", "title": "مرحبا", "body": "جديد"},
        ],
    )


def picture(**changes: Any) -> MediaAsset:
    facts = {
        "application": builders.application(),
        "name": "Coats",
        "alt_text": "Three winter coats",
        "width": 1200,
        "height": 600,
        "size": 9,
        "digest": "d",
        "created_at": builders.NOW,
    }
    return MediaAsset.objects.create(**facts | changes)


def rendition(asset: MediaAsset, kind: RenditionKind) -> Rendition:
    facts = {"width": 9, "height": 9, "size": 9, "media_type": "image/jpeg"}
    return Rendition.objects.create(
        asset=asset, kind=kind, file=f"ab/{kind}.jpg", **facts
    )


def sent(draft: Campaign, person: Person | None, platform: str) -> Push:
    """The push as a send makes it: from frozen content, in the person's language."""
    frozen = json.loads(json.dumps(draft.content()))
    compiled: CompiledContent = compile_content(frozen, None)
    values = values_of(person) if person else {}
    made = compiled.for_locale(person.locale if person else "").push(
        1, "token", values, ttl=60, collapse="", data={}, platform=platform
    )
    assert isinstance(made, Push)
    return made


@pytest.mark.parametrize("locale", ["", "en", "fr-CA", "ar", "de"])
@pytest.mark.parametrize(
    "attributes",
    [{}, {"first_name": "Léa", "city": "Lyon"}, {"first_name": "\u202eX", "city": " "}],
)
def test_every_screen_says_what_the_push_says(
    draft: Campaign, locale: str, attributes: dict[str, str]
) -> None:
    draft.translations[0]["body"] = "Du nouveau"
    person = builders.person(locale=locale, attributes=attributes)

    shown = preview.show(draft, person, look=EVERYTHING)

    assert len(shown["phones"]) == 16
    for each in shown["phones"]:
        push = sent(draft, person, each.appearance.surface.platform)
        assert each.appearance.title.whole == push.title
        assert each.appearance.body.whole == push.body
    assert shown["words"]["title"] == sent(draft, person, "ios").title


def test_each_screen_shows_the_picture_that_it_will_be_sent(draft: Campaign) -> None:
    draft.asset = picture()
    for kind in ("android_big", "ios_wide", "web_image"):
        rendition(draft.asset, RenditionKind(kind))

    shown = preview.show(draft, None, look=EVERYTHING)

    for each in shown["phones"]:
        surface = each.appearance.surface
        push = sent(draft, None, surface.platform)
        wanted = push.image if surface.picture else ""
        assert each.appearance.image == wanted
        assert each.picture.src == wanted.removeprefix(settings.SITE_URL)
    assert shown["alt"] == "Three winter coats"


def test_a_rendition_that_was_not_made_is_said_to_be_missing(draft: Campaign) -> None:
    draft.asset = picture()
    rendition(draft.asset, RenditionKind.ANDROID_BIG)

    shown = preview.show(draft, None, look=EVERYTHING)

    states = {each.key: each.picture.state for each in shown["phones"]}
    assert states["android_pictured"] == "shown"
    assert states["ios_lock"] == states["chrome_windows"] == "missing"
    assert states["safari_macos"] == ""


def test_a_picture_of_another_site_is_not_asked_for(draft: Campaign) -> None:
    draft.image = "https://cdn.example.com/a.png"
    (first, *_others) = preview.show(draft, None)["phones"]
    assert (first.picture.state, first.picture.src) == ("elsewhere", "")
    assert first.picture.host == "cdn.example.com"


def test_the_language_is_the_persons_unless_one_is_chosen(draft: Campaign) -> None:
    draft.translations[0]["body"] = "Du nouveau"
    person = builders.person(locale="fr-CA", attributes={"first_name": "Léa"})
    assert preview.show(draft, person)["words"]["title"] == "Bonjour Léa"
    assert preview.show(draft, person, "en")["words"]["title"] == "Hello Léa"
    arabic = preview.show(draft, person, "ar")
    assert (arabic["locale"], arabic["direction"]) == ("ar", "rtl")


def test_a_person_without_a_language_reads_their_devices(draft: Campaign) -> None:
    draft.translations[0]["body"] = "Du nouveau"
    person = builders.person()
    builders.installation(person, locale="fr")
    assert preview.show(draft, person)["locale"] == "fr"


def test_a_half_written_message_is_shown_without_errors() -> None:
    draft = builders.campaign(title="Only a title", body="")
    shown = preview.show(draft, None)
    assert shown["errors"] == {}
    assert shown["phones"][0].appearance.title.whole == "Only a title"


def test_one_broken_language_hides_no_other(draft: Campaign) -> None:
    draft.translations[0]["body"] = "{{ frist_name }}"
    shown = preview.show(draft, None)
    assert "fr.body" in shown["errors"]
    assert shown["words"]["title"] == "Hello there"
    assert preview.show(draft, None, "fr")["words"] is None


def test_special_people_are_found_among_the_newest(draft: Campaign) -> None:
    shop = draft.application
    long = builders.person(attributes={"last_name": "Featherstonehaugh"})
    builders.person(attributes={"last_name": "Li", "bio": "x" * 99})
    assert person_search.chosen(shop, "longest") == long
    made_up = person_search.chosen(shop, "rtl")
    assert made_up is not None
    assert made_up.locale == "ar"
    assert not Person.objects.filter(locale="ar").exists()
    real = builders.person(locale="he-IL")
    assert person_search.chosen(shop, "rtl") == real
    assert person_search.chosen(shop, f"={real.external_id}") == real
    assert person_search.chosen(shop, "=nobody") is None


def test_people_are_offered_once_each_the_newest_first_then_at_random() -> None:
    shop = builders.application()
    assert personas.offered(shop) == []
    people = [builders.person() for _each in range(40)]
    found = personas.offered(shop)
    assert found[:4] == people[:-5:-1]
    assert len({each.pk for each in found}) == len(found)
    seen = {each.pk for _each in range(9) for each in personas.offered(shop)}
    assert len(seen) > 8
    builders.person(application=builders.application(name="Another"))
    assert {each.application_id for each in personas.offered(shop)} == {shop.pk}


def test_a_look_is_read_from_what_is_asked_and_nothing_else() -> None:
    odd = {"preview_shade": "pink", "preview_size": "9999", "preview_arrival": "never"}
    assert looks.read(odd, sees_people=True) == Look()
    asked = {"preview_search": " p-1 ", "preview_all": "yes", "preview_shade": "both"}
    look = looks.read(asked, sees_people=True)
    assert (look.person, look.everything, look.shades) == (
        "=p-1",
        True,
        ["light", "dark"],
    )


def test_what_a_screen_reader_hears_is_marked_with_its_language(
    draft: Campaign,
) -> None:
    answer = signed_in("Marketer").post(
        f"/admin/campaigns/campaign/{draft.pk}/live/",
        form(draft, preview_locale="ar", person="none"),
    )
    drawn = answer.json()["phones"]
    assert '<dd lang="ar">مرحبا</dd>' in drawn
    assert 'dir="rtl"' in drawn


def test_a_value_of_a_person_is_escaped_on_every_phone(draft: Campaign) -> None:
    person = builders.person(attributes={"first_name": "<b>x</b>"})
    page = signed_in("Reviewer").get(
        f"/admin/campaigns/campaign/{draft.pk}/preview/", {"person": person.pk}
    )
    assert "&lt;b&gt;x&lt;/b&gt;" in page.json()["phones"]
    assert "<b>x" not in page.json()["phones"]


def test_the_same_phones_are_on_every_page(draft: Campaign) -> None:
    builders.credential()
    builders.installation(builders.person(attributes={"first_name": "Léa"}))
    staff = signed_in("Administrator")
    builders.tester(tester=staff.user)
    drawn = []
    for page in ("change", "review", "test"):
        html = staff.get(f"/admin/campaigns/campaign/{draft.pk}/{page}/").content
        drawn.append(re.findall(r'data-surface="(\w+)"', html.decode()))
    assert drawn == [["ios_lock", "android_expanded", "chrome_windows"]] * 3


def test_the_steps_tell_in_words_how_far_each_section_is() -> None:
    draft = builders.campaign(title="", body="", audience="", schedule={})
    marketer = signed_in("Marketer")
    live = f"/admin/campaigns/campaign/{draft.pk}/live/"
    states = [
        each["state"] for each in marketer.post(live, form(draft)).json()["steps"]
    ]
    assert states == ["empty", "empty", "empty"]
    typed = form(
        draft,
        title="Hello",
        body="{{ frist_name }}",
        audience="segment",
        when_kind="now",
    )
    states = [each["state"] for each in marketer.post(live, typed).json()["steps"]]
    assert states == ["stop", "stop", "fine"]


def test_the_meter_counts_as_the_review_does() -> None:
    draft = builders.campaign(title="t" * 40, body="b" * 100)
    shown = preview.show(draft, None)
    platforms = ("ios", "android", "web")
    cut = appearance.cuts(draft.title, draft.body, platforms=platforms, pictured=False)
    assert shown["fits"] == f"Fits {9 - len(cut)} of 9 screens"
    assert 0 < len(cut) < 9


@pytest.mark.parametrize("page", ["change", "preview", "review"])
@pytest.mark.parametrize("asked", ["person", "preview_search", ""])
def test_whoever_may_not_see_people_reads_the_words_for_nobody(
    draft: Campaign, page: str, asked: str
) -> None:
    ana = Person.objects.get()
    wanted = {"person": str(ana.pk), "preview_search": ana.external_id, "": ""}[asked]
    address = reverse(f"admin:campaigns_campaign_{page}", args=[draft.pk])

    told = signed_in("Analyst").get(address, {asked: wanted} if asked else {})
    seen = signed_in("Marketer").get(address, {asked: wanted} if asked else {})

    assert "Hello Ana" in seen.content.decode()
    words = told.content.decode()
    assert "Hello there" in words
    assert "Ana" not in words.replace("Analyst", "")
    # What was asked for stands in the address, and so in links to this page.
    assert (ana.external_id in words) <= (asked == "preview_search")

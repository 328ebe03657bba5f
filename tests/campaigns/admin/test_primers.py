"""The builder: what is posted is kept, shown and checked; and who may do what."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from campaigns.delivery import clock
from campaigns.models import Primer, PrimerCount
from tests import builders
from tests.builders import NOW
from tests.campaigns.admin.staff import signed_in

pytestmark = pytest.mark.django_db

LIST = "/admin/campaigns/primer/"


def page(primer, name="change"):
    return reverse(f"admin:campaigns_primer_{name}", args=[primer.pk])


def form(primer, **changes):
    """The builder's form as it stands, with the fields that somebody changed."""
    names = (
        *("version", "name", "purpose", "layout", "web_layout", "locale", "title"),
        *("text", "accept", "later", "blocked", "settings", "ground", "ink"),
        *("button_ground", "button_ink", "event", "minimum_sessions", "topics"),
        *("minimum_seconds", "wait_days", "most_times", "most_laters", "platforms"),
    )
    standing = {name: getattr(primer, name) for name in names}
    standing |= numbered("", primer.benefits)
    standing["languages"] = [each["locale"] for each in primer.translations]
    for said in primer.translations:
        texts = {name: text for name, text in said.items() if name != "locale"}
        standing |= {f"{said['locale']}.{name}": text for name, text in texts.items()}
        standing |= numbered(f"{said['locale']}.", said.get("benefits", []))
    return standing | {"do": "save"} | changes


def numbered(prefix, lines):
    return {f"{prefix}benefit_{n}": line for n, line in enumerate(lines, start=1)}


def said(answer):
    return " ".join(str(each) for each in get_messages(answer.wsgi_request))


@pytest.fixture
def marketer():
    return signed_in("Marketer")


@pytest.fixture
def draft():
    return builders.primer(state="draft")


def test_an_empty_room_offers_three_examples(marketer):
    html = marketer.get(LIST).content.decode()

    assert "No primers yet" in html
    for example in ("news", "orders", "prices"):
        assert f"?example={example}" in html


def test_an_example_becomes_a_draft_only_when_it_is_asked_for(marketer):
    builders.application()
    assert marketer.get(f"{LIST}add/?example=orders").status_code == 200
    assert not Primer.objects.exists()

    answer = marketer.post(f"{LIST}add/", {"example": "orders", "name": "Parcels"})

    made = Primer.objects.get()
    assert answer.url == page(made)
    assert (made.name, made.state, made.purpose) == (
        "Parcels",
        "draft",
        "transactional",
    )
    assert made.created_by == marketer.user


def test_without_an_application_the_page_says_what_to_do(marketer):
    answer = marketer.post(f"{LIST}add/", {"example": "news"})

    assert "There is no application yet" in answer.content.decode()


def test_what_is_posted_is_kept_in_every_language(marketer, draft):
    posted = form(
        draft,
        title="New title",
        benefit_2="Second",
        platforms=["ios"],
        topics=["sales"],
        offers_settings="on",
        ink="#123456",
        **{"fr.title": "Nouveau titre", "fr.benefit_1": "Un"},
    )

    answer = marketer.post(page(draft), posted)

    assert said(answer) == "Saved."
    kept = Primer.objects.get()
    assert (kept.title, kept.version, kept.ink) == ("New title", 2, "#123456")
    assert kept.benefits == ["Only what you looked at", "Second"]
    assert (kept.platforms, kept.topics) == (["ios"], ["sales"])
    assert kept.offers_settings
    [french] = kept.translations
    assert (french["title"], french["benefits"]) == ("Nouveau titre", ["Un"])
    assert french["accept"] == "Prévenez-moi"


def test_a_language_comes_and_goes(marketer, draft):
    marketer.post(page(draft), form(draft, language="de"))
    after = Primer.objects.get()
    assert [each["locale"] for each in after.translations] == ["fr", "de"]

    marketer.post(page(draft), form(after, drop=["fr"]))

    assert [each["locale"] for each in Primer.objects.get().translations] == ["de"]


def test_a_translation_is_marked_when_its_source_changes(marketer, draft):
    marketer.post(page(draft), form(draft, **{"fr.text": "Deux fois par mois."}))
    before = marketer.get(page(draft)).content.decode()
    marketer.post(page(draft), form(Primer.objects.get(), text="Weekly."))
    words = {"fr.blocked": "Bloqué.", "fr.settings": "Réglages", "fr.later": "Non"}
    now = Primer.objects.get()
    assert "Texts missing" in before

    marketer.post(page(draft), form(now, **words, **{"fr.benefit_1": "Un"}))
    assert "Whole" in marketer.get(page(draft)).content.decode()
    marketer.post(page(draft), form(Primer.objects.get(), text="Daily."))

    assert "Outdated" in marketer.get(page(draft)).content.decode()


def test_nonsense_leaves_the_fields_as_they_were(marketer, draft):
    nonsense = {
        "layout": "cube",
        "ink": "red; background: url(x)",
        "wait_days": "-5",
        "most_times": "0",
        "segment": "9" * 40,
        "asset": "x",
        "platforms": ["windows", "toaster"],
        "languages": ["../x", "fr"],
    }

    marketer.post(page(draft), form(draft, **nonsense))

    kept = Primer.objects.get()
    assert (kept.layout, kept.ink) == ("sheet", "#1f2933")
    assert (kept.wait_days, kept.most_times) == (14, 1)
    assert (kept.segment, kept.asset, kept.platforms) == (None, None, [])
    assert [each["locale"] for each in kept.translations] == ["fr"]


def test_text_that_looks_like_markup_is_shown_as_text(marketer, draft):
    marketer.post(page(draft), form(draft, title="<script>alert(1)</script>"))

    html = marketer.get(page(draft)).content.decode()

    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_who_saves_second_keeps_what_was_typed_and_is_told(marketer, draft):
    marketer.post(page(draft), form(draft, title="First"))

    answer = marketer.post(page(draft), form(draft, title="Second"))

    assert answer.status_code == 409
    html = answer.content.decode()
    assert "Somebody else changed this primer" in html
    assert 'value="Second"' in html
    assert Primer.objects.get().title == "First"


def test_it_goes_live_by_its_button_and_stops_by_another(marketer, draft):
    answer = marketer.post(page(draft), form(draft, do="live"))
    assert said(answer).startswith("Live:")
    assert "disabled" in marketer.get(page(draft)).content.decode()

    answer = marketer.post(page(draft, "pause"))

    assert said(answer).startswith("Paused:")
    assert Primer.objects.get().state == "paused"


def test_what_must_be_fixed_keeps_it_from_going_live_but_is_saved(marketer, draft):
    posted = form(draft, do="live", ink="#fefefe", title="Unreadable")

    answer = marketer.post(page(draft), posted)

    assert "Fix what must be fixed" in said(answer)
    kept = Primer.objects.get()
    assert (kept.state, kept.title) == ("draft", "Unreadable")


def test_the_preview_is_of_what_is_typed_and_saves_nothing(marketer, draft):
    posted = form(draft, title="Typed", shown="en")
    told = marketer.post(page(draft, "preview"), posted).json()
    french = marketer.post(page(draft, "preview"), posted | {"shown": "fr"}).json()

    assert "Typed" in told["preview"]
    assert "Prévenez-moi" in french["preview"]
    assert "Would Like to Send You Notifications" in told["preview"]
    assert "Nothing keeps it from going live." in told["checks"]
    assert Primer.objects.get().title == "Never miss a lower price"


def test_a_device_is_tested_in_words(marketer, draft):
    allowed = builders.installation(key="allowed")
    asked = builders.installation(
        key="asked", platform="ios", permission="unknown", os_version="18"
    )

    def told(device):
        answer = marketer.get(page(draft, "device"), {"device": device})
        return answer.content.decode()

    assert "The device allows messages already." in told("allowed")
    assert "This device gets the primer." in told(f"dev_{asked.public_id.hex}")
    assert "no device “nobody”" in told("nobody")
    whole = marketer.get(page(draft), {"device": allowed.key}).content.decode()
    assert "The device allows messages already." in whole


def test_the_list_shows_what_came_of_each(marketer, draft):
    for kind, total in (("shown", 1200), ("accepted", 700), ("granted", 650)):
        PrimerCount.objects.create(
            primer=draft, day=NOW.date(), platform="ios", kind=kind, total=total
        )

    html = marketer.get(LIST).content.decode()

    for number in ("1,200", "700", "650"):
        assert number in html


def test_the_list_asks_no_more_for_many_than_for_one(
    marketer, draft, django_assert_max_num_queries
):
    marketer.get(LIST)
    for _ in range(5):
        builders.primer()

    with django_assert_max_num_queries(12):
        marketer.get(LIST)


def test_the_funnel_says_what_feeds_it_until_somebody_answers(marketer, draft):
    empty = marketer.get(page(draft, "answers")).content.decode()
    assert "POST /primers/{id}/responses" in empty
    PrimerCount.objects.create(
        primer=draft, day=clock.now().date(), platform="ios", kind="shown", total=7
    )

    full = marketer.get(page(draft, "answers"), {"days": "7"}).content.decode()

    assert "In the last 7 days it was shown 7 times" in full


def test_archived_primers_stand_apart(marketer, draft):
    marketer.post(page(draft, "archive"))

    assert draft.name not in marketer.get(LIST).content.decode()
    assert draft.name in marketer.get(f"{LIST}?archived=1").content.decode()


M, R, L, A = "Marketer", "Reviewer", "Analyst", "Administrator"
READ = {
    "change": {M, R, L, A},
    "colours": {M, R, L, A},
    "answers": {M, R, L, A},
    "device": {M, R, A},
}
CHANGE = {"preview": {M, R, L, A}, "pause": {M, A}, "archive": {M, A}}


@pytest.mark.parametrize("role", [M, R, L, A])
def test_each_role_reaches_what_it_may(role):
    client = signed_in(role)
    primer = builders.primer(state="draft")

    for name, roles in (READ | CHANGE).items():
        ask = client.get if name in READ else client.post
        assert (ask(page(primer, name)).status_code != 403) == (role in roles), name
    assert client.get(LIST).status_code == 200
    assert (client.get(f"{LIST}add/").status_code == 200) == (role in {M, A})


@pytest.mark.parametrize("role", [R, L])
def test_who_may_only_look_saves_nothing(role, draft):
    answer = signed_in(role).post(page(draft), form(draft, title="Mine"))

    assert said(answer) == "You are not allowed to change primers."
    assert Primer.objects.get().title == "Never miss a lower price"


def test_without_a_role_there_is_no_primer():
    client = signed_in()
    primer = builders.primer()

    assert client.get(LIST).status_code == 403
    assert client.get(page(primer)).status_code == 403

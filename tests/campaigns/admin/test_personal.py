"""What differs from person to person, on the compose page and beside it."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from campaigns.models import Campaign, PromoList
from campaigns.starting import promo_codes
from tests import builders
from tests.campaigns.admin.posting import form
from tests.campaigns.admin.staff import signed_in

pytestmark = pytest.mark.django_db
RULE = '{% if plan == "free" and credits > 3 %}{% leave_out %}{% endif %}'
PROMO = "/admin/campaigns/promolist/"


def address(draft: Campaign, page: str) -> str:
    return f"/admin/campaigns/campaign/{draft.pk}/{page}/"


def press(client: Any, draft: Campaign, do: str, **held: Any) -> dict[str, Any]:
    answer = client.post(
        address(draft, "conditions"),
        json.dumps({"do": do, **held}),
        content_type="application/json",
    )
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


def test_the_menus_open_what_they_wrote_grow_shrink_and_say_what_is_missing() -> None:
    builders.person(attributes={"plan": "free", "credits": 5, "renews": "2026-12-01"})
    client, draft = signed_in("Marketer"), builders.campaign()
    text = '{% if plan == "free" %}Hi{% else %}Hello{% endif %}'

    opened = press(client, draft, "open", text=text)["html"]
    assert 'value="text.is" selected' in opened
    assert ">Hi</textarea>" in opened
    assert "plan (free)" in opened, "an example of each value"
    assert 'value="date.in_next_days"' not in opened, "the plan is no date"
    held = {
        "branches": [
            {
                "match": "all",
                "text": "Hi",
                "conditions": [
                    {"field": "plan", "compare": "text.is", "values": ["free"]}
                ],
            }
        ],
        "otherwise": "Hello",
    }
    assert press(client, draft, "write", **held)["text"] == text
    assert (
        "Condition 1.2: value of the person"
        in press(client, draft, "add:1", **held)["html"]
    )
    assert "What text 2 says" in press(client, draft, "branch", **held)["html"]
    assert "Choose a value" in press(client, draft, "write", branches=[{}])["error"]
    assert (
        "menus"
        in press(client, draft, "open", text="{% if x %}a{% endif %}")["unreadable"]
    )
    client = signed_in("Analyst")
    refused = client.post(address(draft, "conditions"), "{}", content_type="text/json")
    assert refused.status_code == 403


def test_a_rule_that_leaves_people_out_is_saved_said_in_words_and_checked() -> None:
    ann = builders.person(attributes={"plan": "free", "credits": 5})
    client, draft = signed_in("Marketer"), builders.campaign(title="T", body="B")
    posted = form(
        draft, leave_out=RULE, image="https://cdn.example/{{ plan | or_skip }}"
    )
    client.post(f"/admin/campaigns/campaign/{draft.pk}/change/", posted)
    draft.refresh_from_db()
    assert draft.leave_out == RULE
    assert draft.content()["leave_out"] == RULE

    asked = form(draft, leave_out=RULE, person=ann.pk, preview_person=ann.pk)
    told = client.post(address(draft, "live"), asked).json()
    assert "whose plan is “free”" in told["left_out"]
    assert "rule leaves this person out" in told["skip"]
    wrong = form(draft, leave_out="{% if paln == 1 %}{% leave_out %}{% endif %}")
    errors = client.post(address(draft, "live"), wrong).json()["errors"]
    assert "Did you mean “plan”?" in errors["leave_out"]


def test_texts_go_out_as_a_file_and_come_back_after_a_look() -> None:
    client = signed_in("Marketer")
    french = {"locale": "fr", "title": "Soldes", "body": "Venez", "source": ""}
    draft = builders.campaign(title="Sale", body="Come", translations=[french])
    file = client.get(address(draft, "texts_file")).content
    assert file.decode("utf-8-sig").splitlines()[0] == "id,en,fr"
    changed = file.replace(b"Venez", b"Venez {{ nom | or_skip }}").replace(
        b"Soldes", b"Bradez"
    )
    upload = SimpleUploadedFile("texts.csv", changed, "text/csv")

    looked = client.post(address(draft, "texts"), {"file": upload})

    page = looked.content.decode()
    assert "Soldes" in page
    assert "Bradez" in page
    assert "Line 3: French: “nom” does not exist" in page
    draft.refresh_from_db()
    assert draft.translations == [french], "a look saves nothing"
    saved = {"text": looked.context["text"], "version": draft.version, "save": "yes"}
    client.post(address(draft, "texts"), saved)
    draft.refresh_from_db()
    assert [each["title"] for each in draft.translations] == ["Bradez"]
    assert draft.translations[0]["body"] == "Venez"


def test_a_list_of_codes_is_uploaded_named_in_a_text_and_previewed() -> None:
    client = signed_in("Marketer")
    builders.application()
    posted = {
        "application": builders.application().pk,
        "key": "summer",
        "name": "Summer",
        "file": SimpleUploadedFile("codes.csv", b"code\nAB-1\nAB-1\nA B\nAB-2\n"),
    }
    page = client.post(f"{PROMO}add/", posted).content.decode()
    assert "Line 4: A code has no spaces" in page
    codes = PromoList.objects.get()
    assert promo_codes.left(codes) == 2
    assert "2 of 2" in client.get(PROMO).content.decode()

    draft = builders.campaign(title="T", body="Code {{ promo.summer }}")
    told = client.post(address(draft, "live"), form(draft)).json()
    assert told["words"]["body"] == "Code CODE"
    wrong = form(draft, body="Code {{ promo.sumer }}")
    errors = client.post(address(draft, "live"), wrong).json()["errors"]
    assert "Did you mean “summer”?" in errors["body"]
    assert promo_codes.left(codes) == 2
    assert draft.name in client.get(f"{PROMO}{codes.pk}/change/").content.decode()
    client.post(f"{PROMO}{codes.pk}/remove/")
    assert PromoList.objects.exists()
    assert signed_in("Analyst").get(f"{PROMO}add/").status_code == 403

"""Writing several variants of a message, each as what it says otherwise than A."""

from typing import Any

import pytest
from django.test import Client

from campaigns.models import Campaign, variants
from tests import builders
from tests.campaigns.admin import drawn
from tests.campaigns.admin.staff import signed_in

pytestmark = pytest.mark.django_db

FRENCH = {"locale": "fr", "title": "Soldes", "body": "Venez", "link": "", "source": ""}


def address(draft: Campaign, page: str = "change", variant: str = "") -> str:
    asked = f"?variant={variant}" if variant else ""
    return f"/admin/campaigns/campaign/{draft.pk}/{page}/{asked}"


@pytest.fixture
def marketer() -> Client:
    return signed_in("Marketer")


@pytest.fixture
def draft() -> Campaign:
    return builders.campaign(title="Sale", body="Come in.", translations=[FRENCH])


def written(client: Client, draft: Campaign, variant: str, **fields: Any) -> Campaign:
    """The draft after somebody opened a variant, typed these fields and saved."""
    page = client.get(address(draft, variant=variant)).content.decode()
    posted: dict[str, Any] = drawn.form(page, "compose")
    posted |= {name.replace("__", ":"): value for name, value in fields.items()}
    answer = client.post(address(draft, variant=variant), posted)
    assert answer.status_code == 302, answer.context["errors"]
    return Campaign.objects.get(pk=draft.pk)


def says(draft: Campaign, variant: str) -> Campaign:
    return variants.view(draft, variant)


def test_a_variant_keeps_only_what_it_says_otherwise(
    marketer: Client, draft: Campaign
) -> None:
    now = written(marketer, draft, "", do="variants:add")
    assert [(each["key"], each["weight"]) for each in now.variants] == [("B", 50)]
    assert now.variants[0]["changes"] == {}

    now = written(
        marketer,
        now,
        "B",
        title="Only for you",
        ios__subtitle="Today",
        **{"fr.title": "Pour vous", "data.name": ["screen"], "data.value": ["sale"]},
    )

    assert now.title == "Sale"
    changes = now.variants[0]["changes"]
    assert changes["title"] == "Only for you"
    assert changes["platforms"] == {"ios": {"subtitle": "Today"}}
    assert changes["translations"]["fr"]["title"] == "Pour vous"
    assert "body" not in changes["translations"]["fr"]
    assert changes["data"] == {"screen": "sale"}
    page = marketer.get(address(now, variant="B")).content.decode()
    assert 'value="Only for you"' in page
    assert "iPhone and iPad, Subtitle" in page
    assert "French, Title" in page

    now = written(marketer, now, "", body="Come tomorrow.", ios__level="passive")
    b = says(now, "B")
    assert (b.title, b.body) == ("Only for you", "Come tomorrow.")
    assert b.platforms["ios"] == {"subtitle": "Today", "level": "passive"}

    now = written(marketer, now, "B", do="variants:as_a:platforms/ios/subtitle")
    assert "platforms" not in now.variants[0]["changes"]
    assert says(now, "B").platforms == now.platforms


def test_audience_languages_and_platforms_are_those_of_all_variants(
    marketer: Client, draft: Campaign
) -> None:
    now = written(marketer, draft, "", do="variants:add")
    segment = builders.segment()

    now = written(
        marketer,
        now,
        "B",
        segment=segment.pk,
        sent_to=["android", "ios"],
        new_language_tag="de",
        do="language",
    )
    now = written(marketer, now, "B", **{"de.title": "Nur für dich", "de.body": "Ja"})

    assert now.segment == segment
    assert now.platforms["web"] == {"off": True}
    assert [each["locale"] for each in now.translations] == ["fr", "de"]
    german = says(now, "B").translations[1]
    assert (german["title"], german["body"]) == ("Nur für dich", "Ja")
    content = now.content()
    assert [each["locale"] for each in content["translations"]] == ["fr"]
    assert variants.tags_in(content) == ["en", "fr", "de"]
    assert set(now.variants[0]["changes"]) == {"translations"}

    now = written(marketer, now, "", do="remove:de")
    assert now.variants[0]["changes"] == {}


def test_shares_are_whole_and_leave_somebody_for_a(
    marketer: Client, draft: Campaign
) -> None:
    for _each in "BCDEFGH":
        draft = written(marketer, draft, "", do="variants:add")
    assert variants.shares(draft) == [16, 12, 12, 12, 12, 12, 12, 12]
    page = marketer.get(address(draft)).content.decode()
    assert "A message has at most 8 variants." in page
    assert 'value="variants:add"' not in page

    for key in "DEFGH":
        draft = written(marketer, draft, key, do=f"variants:remove:{key}")
    fields = {"share.B": "60", "share.C": "30", "control": "10"}
    page = marketer.get(address(draft)).content.decode()
    posted = drawn.form(page, "compose") | fields | {"do": "review"}
    answer = marketer.post(address(draft), posted)

    assert "Nobody is left for A" in answer.context["errors"]["variants"]
    now = written(marketer, draft, "", do="variants:even")
    assert (variants.shares(now), now.control) == ([30, 30, 30], 10)


def test_a_variant_that_cannot_be_sent_is_opened_before_the_review(
    marketer: Client, draft: Campaign
) -> None:
    draft = written(marketer, draft, "", do="variants:add")
    page = marketer.get(address(draft, variant="B")).content.decode()
    posted = drawn.form(page, "compose") | {"title": "{{ ", "do": "review"}

    answer = marketer.post(address(draft, variant="B"), posted)

    html = answer.content.decode()
    assert "Variant B: " in str(answer.context["missing"]["title"])
    assert 'name="variant" value="B"' in html
    looked = marketer.get(address(draft, "review"))
    assert any(each.variant == "B" for each in looked.context["stops"])
    assert f"{draft.pk}/change/?variant=B#title" in looked.content.decode()


def test_what_is_typed_is_seen_and_told_before_it_is_saved(
    marketer: Client, draft: Campaign
) -> None:
    draft = written(marketer, draft, "", do="variants:add")
    page = marketer.get(address(draft, variant="B")).content.decode()
    posted = drawn.form(page, "compose") | {"title": "Only for you"}

    told = marketer.post(address(draft, "live"), posted).json()

    assert told["words"]["title"] == "Only for you"
    assert "Only for you" in told["differing"]
    assert Campaign.objects.get(pk=draft.pk).variants[0]["changes"] == {}


def test_a_variant_that_somebody_removed_is_not_written_over_a(
    marketer: Client, draft: Campaign
) -> None:
    draft = written(marketer, draft, "", do="variants:add")
    page = marketer.get(address(draft, variant="B")).content.decode()
    posted = drawn.form(page, "compose") | {"title": "Only for you"}
    draft = written(marketer, draft, "B", do="variants:remove:B")

    answer = marketer.post(
        address(draft), posted | {"version": draft.version}, follow=True
    )

    assert "somebody removed this variant meanwhile" in answer.content.decode()
    now = Campaign.objects.get(pk=draft.pk)
    assert (now.title, now.variants) == ("Sale", [])

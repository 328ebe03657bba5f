"""Campaigns are found by their tags, and by the folders that slashes make of them."""

import pytest

from campaigns.admin import listing, tags
from campaigns.models import Campaign
from tests import builders
from tests.campaigns.admin.posting import form
from tests.campaigns.admin.staff import signed_in

pytestmark = pytest.mark.django_db


def found(tag: str = "", words: str = "") -> set[str]:
    page = listing.page(listing.TABS[0], words=words, before="", tag=tag)
    return {each.campaign.name for each in page.lines}


def test_tags_are_kept_with_the_draft_and_lead_to_it() -> None:
    draft = builders.campaign(name="Coats")
    marketer = signed_in("Marketer")
    page = f"/admin/campaigns/campaign/{draft.pk}/change/"

    marketer.post(page, form(draft, tags="Winter, /Shop// coats ,winter,,<b>"))

    draft = Campaign.objects.get()
    assert draft.tags == ["<b>", "shop/coats", "winter"]
    assert (
        'value="&lt;b&gt;, shop/coats, winter"' in marketer.get(page).content.decode()
    )
    marketer.post(page, form(draft, title="Other words"))
    assert Campaign.objects.get().tags == draft.tags
    listed = marketer.get("/admin/campaigns/campaign/?tag=shop").content.decode()
    assert "shop/coats" in listed
    assert "Coats" in listed


def test_a_folder_holds_what_lies_in_it_and_nothing_of_a_like_name() -> None:
    for name, mine in {
        "one": ["shop/winter"],
        "two": ["shop"],
        "three": ["shopping", 'a"b'],
        "four": [],
    }.items():
        builders.campaign(name=name, tags=mine)

    assert found("shop") == {"one", "two"}
    assert found("shop/winter") == {"one"}
    assert found("shop/win") == set()
    assert found('a"b') == {"three"}
    assert found("%") == set()
    assert found(words="shopping") == {"three"}
    assert len(found()) == 4
    assert tags.in_use() == ['a"b', "shop", "shop/winter", "shopping"]

"""The pages of templates and content blocks."""

import pytest
from django.test import Client

from campaigns.models import Campaign, ContentBlock, MessageTemplate
from tests import builders
from tests.campaigns.admin.posting import form
from tests.campaigns.admin.staff import signed_in

pytestmark = pytest.mark.django_db
TEMPLATES, BLOCKS = (
    "/admin/campaigns/messagetemplate/",
    "/admin/campaigns/contentblock/",
)


def keep(client: Client, campaign: Campaign, **posted: object) -> object:
    return client.post(f"/admin/campaigns/campaign/{campaign.pk}/template/", posted)


def new_block(client: Client, **changes: object) -> object:
    posted = {
        "application": builders.application().pk,
        "key": "hours",
        "language": ["en", "fr"],
        "text.0": "Open until 8 pm.",
        "text.1": "Ouvert jusqu’à 20 h.",
    }
    return client.post(f"{BLOCKS}add/", posted | changes)


def test_a_message_is_kept_found_and_begun_again() -> None:
    marketer = signed_in("Marketer")
    source = builders.campaign(title="Spring sale", body="Come in.")
    assert (
        keep(marketer, source, name="Sale", description="Each spring").status_code
        == 302
    )
    template = MessageTemplate.objects.get()

    for page in (TEMPLATES, "/admin/campaigns/campaign/add/"):
        shown = marketer.get(page).content.decode()
        assert "Each spring" in shown
        assert "Spring sale" in shown
    marketer.post(f"{TEMPLATES}{template.pk}/begin/")

    draft = Campaign.objects.latest("pk")
    assert (draft.name, draft.title, draft.audience) == ("Sale", "Spring sale", "")


def test_a_template_names_blocks_and_may_be_half_written() -> None:
    marketer = signed_in("Marketer")
    new_block(marketer)
    keep(marketer, builders.campaign(body="Now: {{ block.hours }}"), name="Whole")
    keep(marketer, builders.campaign(body="Now: {{ block.gone }}"), name="Broken")
    page = marketer.get(TEMPLATES)
    phones = {each.template.name: each.phone for each in page.context["cards"]}
    assert phones["Broken"] is None
    shown = page.content.decode()
    assert "Now: Open until 8 pm." in shown
    assert "Broken" in shown


def test_a_template_is_replaced_from_another_campaign() -> None:
    marketer = signed_in("Marketer")
    keep(marketer, builders.campaign(title="Old"), name="Sale")
    template = MessageTemplate.objects.get()
    keep(marketer, builders.campaign(title="New"), name="x", replaces=template.pk)
    assert MessageTemplate.objects.get().fields["title"] == "New"


def test_a_name_that_is_taken_is_said_beside_the_field() -> None:
    marketer = signed_in("Marketer")
    keep(marketer, builders.campaign(), name="Sale")
    answer = keep(marketer, builders.campaign(), name="Sale")
    assert answer.context["errors"].keys() == {"name"}
    assert 'aria-describedby="name-error"' in answer.content.decode()


def test_a_template_that_is_put_away_is_not_offered() -> None:
    marketer = signed_in("Marketer")
    keep(marketer, builders.campaign(), name="Sale")
    marketer.post(f"{TEMPLATES}{MessageTemplate.objects.get().pk}/archive/")
    assert "No template yet" in marketer.get(TEMPLATES).content.decode()


def test_a_block_is_written_and_seen_in_the_preview() -> None:
    marketer = signed_in("Marketer")
    draft = builders.campaign(title="Hello", body="Come in.")
    assert new_block(marketer).status_code == 302

    page = marketer.get(f"/admin/campaigns/campaign/{draft.pk}/change/")
    assert 'value="hours"' in page.content.decode()
    live = marketer.post(
        f"/admin/campaigns/campaign/{draft.pk}/live/",
        form(draft, body="Come in. {{ block.hours }}"),
    ).json()

    assert live["words"]["body"] == "Come in. Open until 8 pm."
    assert live["errors"] == {}


def test_a_block_gets_one_more_language_and_names_its_drafts() -> None:
    marketer = signed_in("Marketer")
    new_block(marketer)
    block = ContentBlock.objects.get()
    builders.campaign(name="Spring", body="{{ block.hours }}")
    posted = {
        "version": 1,
        "language": ["en", "fr", "de"],
        "text.0": "Open.",
        "text.1": "Ouvert.",
        "text.2": "Offen.",
    }
    marketer.post(f"{BLOCKS}{block.pk}/change/", posted)
    block.refresh_from_db()
    assert [block.text_in(tag) for tag in ("en", "fr", "de-AT")] == [
        "Open.",
        "Ouvert.",
        "Offen.",
    ]
    page = marketer.get(f"{BLOCKS}{block.pk}/change/").content.decode()
    assert "Spring" in page
    assert "{{ block.hours }}" in page
    refused = marketer.post(f"{BLOCKS}{block.pk}/remove/", follow=True)
    assert "is in use" in refused.content.decode()


def test_what_is_wrong_with_a_block_is_said_and_the_text_kept() -> None:
    answer = new_block(signed_in("Marketer"), key="No good", **{"text.0": "My words"})
    page = answer.content.decode()
    assert "small letters, digits" in page
    assert "My words" in page
    assert not ContentBlock.objects.exists()


def test_a_locked_block_is_shown_to_marketers_and_changed_by_administrators() -> None:
    administrator, marketer = signed_in("Administrator"), signed_in("Marketer")
    new_block(administrator, is_locked="on")
    block = ContentBlock.objects.get()
    there = f"{BLOCKS}{block.pk}/change/"
    assert "an administrator may change it" in marketer.get(there).content.decode()
    posted = {"version": 1, "language": ["en"], "text.0": "Mine."}
    marketer.post(there, posted)
    block.refresh_from_db()
    assert block.text == "Open until 8 pm."
    administrator.post(there, posted)
    block.refresh_from_db()
    assert (block.text, block.is_locked) == ("Mine.", False)


@pytest.mark.parametrize("role", ["Reviewer", "Analyst"])
def test_who_does_not_write_only_looks(role: str) -> None:
    new_block(signed_in("Marketer"))
    keep(signed_in("Marketer"), builders.campaign(), name="Sale")
    looker = signed_in(role)
    block, template = ContentBlock.objects.get(), MessageTemplate.objects.get()
    assert looker.get(TEMPLATES).status_code == 200
    assert looker.get(f"{BLOCKS}{block.pk}/change/").status_code == 200
    refused = [
        looker.get(f"{BLOCKS}add/"),
        looker.post(f"{BLOCKS}{block.pk}/remove/"),
        looker.post(f"{TEMPLATES}{template.pk}/begin/"),
        looker.post(f"{TEMPLATES}{template.pk}/archive/"),
        keep(looker, builders.campaign(), name="Mine"),
    ]
    assert {each.status_code for each in refused} == {403}

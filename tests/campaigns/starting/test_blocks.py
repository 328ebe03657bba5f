"""Passages that many messages share: said in place, in the reader's language."""

import pytest

from campaigns.content import limits
from campaigns.content.texts import ContentError
from campaigns.delivery import lifecycle, revisions
from campaigns.models import Campaign, ContentBlock
from campaigns.starting import blocks
from campaigns.starting.refusals import Refused
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db
RIGHTS = ("campaigns.add_contentblock", "campaigns.change_contentblock")
HOURS = {"en": "Open until 8 pm.", "fr": "Ouvert jusqu’à 20 h."}


@pytest.fixture
def writer():
    return builders.user(*RIGHTS, "campaigns.change_campaign")


def block(user, key="hours", texts=HOURS, **more):
    wording = blocks.Wording(key=key, texts=texts, **more)
    application_id = builders.application().pk
    return blocks.create(wording, application_id=application_id, user=user, at=NOW)


def change(found, user, texts, version=1, **more):
    wording = blocks.Wording(key=found.key, texts=texts, **more)
    blocks.change(found, wording, version=version, user=user, at=NOW)


def test_each_language_reads_the_block_in_its_own(writer):
    block(writer)
    draft = builders.campaign(
        body="Come in. {{ block.hours }}",
        translations=[
            {"locale": "fr-CA", "title": "Salut", "body": "{{block.hours}} Venez."},
            {"locale": "de", "title": "Hallo", "body": "{{ block.hours }}"},
        ],
    )
    content = draft.content()
    assert content["body"] == "Come in. Open until 8 pm."
    french, german = content["translations"]
    assert french["body"] == "Ouvert jusqu’à 20 h. Venez."
    assert german["body"] == "Open until 8 pm."


def test_a_block_of_another_application_is_none(writer):
    block(writer)
    other = builders.application(name="Other")
    draft = builders.campaign(application=other, body="{{ block.hours }}")
    with pytest.raises(ContentError, match="no content block “hours”"):
        limits.check(draft.content(), known=None, schemes=[])


def test_what_is_scheduled_keeps_what_the_block_said(writer):
    hours = block(writer)
    draft = builders.campaign(body="{{ block.hours }}")
    frozen = revisions.freeze(draft, user=None)
    change(hours, writer, {"en": "Closed."})
    frozen.refresh_from_db()
    assert frozen.content["body"] == "Open until 8 pm."
    assert draft.content()["body"] == "Closed."


def test_a_draft_that_was_reviewed_before_the_block_changed_is_not_launched(writer):
    hours = block(writer)
    draft = builders.campaign(
        translations=[{"locale": "fr", "title": "T", "body": "{{ block.hours }}"}]
    )
    unconcerned = builders.campaign(body="the block hours")
    change(hours, writer, {"en": "Closed."})
    versions = Campaign.objects.in_bulk([draft.pk, unconcerned.pk])
    assert versions[draft.pk].version == 2
    assert versions[unconcerned.pk].version == 1
    with pytest.raises(lifecycle.Changed):
        lifecycle.save_draft(draft, {"title": "X"}, user=writer, version=1, at=NOW)


def test_a_locked_block_is_changed_by_administrators_only(writer):
    administrator = builders.user(*RIGHTS, "campaigns.lock_contentblock")
    legal = block(administrator, is_locked=True)
    with pytest.raises(Refused):
        change(legal, writer, {"en": "Mine."})
    with pytest.raises(Refused):
        blocks.delete(legal, user=writer)
    change(legal, administrator, {"en": "Ours."}, is_locked=True)
    legal.refresh_from_db()
    assert (legal.text, legal.is_locked, legal.version) == ("Ours.", True, 2)


def test_two_who_change_a_block_at_once_do_not_overwrite_each_other(writer):
    hours = block(writer)
    change(hours, writer, {"en": "First."})
    with pytest.raises(Refused, match="Somebody else changed"):
        change(hours, writer, {"en": "Second."}, version=1)


def test_a_block_in_use_stays(writer):
    hours = block(writer)
    draft = builders.campaign(name="Spring", title="{{ block.hours }}")
    with pytest.raises(Refused, match="“Spring”"):
        blocks.delete(hours, user=writer)
    Campaign.objects.filter(pk=draft.pk).update(title="Hello")
    blocks.delete(hours, user=writer)
    assert not ContentBlock.objects.exists()


@pytest.mark.parametrize(
    ("key", "texts", "field"),
    [
        ("Opening hours", HOURS, "key"),
        ("hours", {"en": " "}, "text"),
        ("hours", {"not a tag!": "Text"}, "text"),
        ("hours", {"en": "x" * 2_001}, "text.en"),
        ("hours", {"en": "{{ block.other }}"}, "text.en"),
        ("hours", {"en": "{{ first_name }}"}, "text.en"),
    ],
)
def test_what_no_message_could_hold_is_refused_beside_its_field(
    writer, key, texts, field
):
    with pytest.raises(Refused) as refused:
        block(writer, key=key, texts=texts)
    assert refused.value.field == field
    assert not ContentBlock.objects.exists()


def test_a_name_is_taken_once(writer):
    block(writer)
    with pytest.raises(Refused, match="Another block has this name"):
        block(writer)

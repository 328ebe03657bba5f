"""What is kept of each sitting of a draft, and for how long."""

from datetime import timedelta

import pytest

from campaigns.delivery import lifecycle
from campaigns.delivery.lifecycle import history
from campaigns.models import Campaign
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


def save(draft, user, title, *, after=timedelta()):
    version = Campaign.objects.get(pk=draft.pk).version
    return lifecycle.save_draft(
        draft, {"title": title}, user=user, version=version, at=NOW + after
    )


def titles(draft):
    return [each.fields["title"] for each in draft.saved_drafts.all()]


@pytest.fixture
def writer():
    return builders.user("campaigns.change_campaign")


def test_saves_of_one_sitting_are_one_version(writer):
    draft = builders.campaign(title="As it was")
    for second in range(5):
        save(draft, writer, f"Typed {second}", after=timedelta(seconds=second))
    assert titles(draft) == ["Typed 4", "As it was"]
    assert draft.saved_drafts.first().version == 6


def test_another_person_and_another_sitting_are_versions_of_their_own(writer):
    draft = builders.campaign(title="As it was")
    save(draft, writer, "Morning")
    save(draft, builders.user("campaigns.change_campaign"), "Hers")
    save(draft, writer, "Noon", after=history.SITTING / 2)
    save(draft, writer, "Evening", after=2 * history.SITTING)
    assert titles(draft) == ["Evening", "Noon", "Hers", "Morning", "As it was"]


def test_going_back_at_once_keeps_what_was_left_behind(writer):
    draft = builders.campaign(title="As it was")
    save(draft, writer, "Regretted")
    first = draft.saved_drafts.last()
    lifecycle.restore(draft, first, user=writer, version=2, at=NOW)
    save(draft, writer, "Written on")
    assert titles(draft) == ["Written on", "As it was", "Regretted", "As it was"]


def test_the_newest_versions_are_kept(writer):
    draft = builders.campaign()
    for day in range(history.KEPT + 3):
        save(draft, writer, f"Day {day}", after=timedelta(days=day))
    assert len(titles(draft)) == history.KEPT
    assert titles(draft)[0] == f"Day {history.KEPT + 2}"


def test_a_save_that_is_refused_leaves_no_version(writer):
    draft = builders.campaign()
    with pytest.raises(lifecycle.Changed):
        lifecycle.save_draft(draft, {"title": "X"}, user=writer, version=9, at=NOW)
    assert not draft.saved_drafts.exists()

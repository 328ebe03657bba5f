"""Primers are written under an optimistic lock, and moved by guarded updates."""

import pytest

from campaigns.models import Primer
from campaigns.models.states import PrimerState
from campaigns.primers import checks, drafts, wording
from campaigns.primers.examples import EXAMPLES
from campaigns.primers.refusals import Changed, NotAllowed, NotReady, WrongState
from devices.models import AuditEvent
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def marketer():
    return builders.user("campaigns.add_primer", "campaigns.change_primer")


def state_of(primer: Primer) -> str:
    return Primer.objects.values_list("state", flat=True).get(pk=primer.pk)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("key", EXAMPLES)
def test_every_example_is_ready_to_go_live_in_its_writers_language(
    marketer, key, language
):
    shop = builders.application()
    primer = drafts.create(
        shop,
        name="Mine",
        user=marketer,
        at=NOW,
        example=EXAMPLES[key],
        language=language,
    )
    found = checks.findings(primer, at=NOW)

    drafts.go_live(primer, user=marketer, version=1, at=NOW)

    assert state_of(primer) == PrimerState.LIVE
    assert [each.field for each in found if each.severity == "look"] == ["event"]
    spoken = [primer.locale, *(each["locale"] for each in primer.translations)]
    assert (spoken[0], sorted(spoken)) == (language, ["en", "fr"])
    assert wording.in_language(primer, "fr").accept != "Allow messages"


def test_a_blank_draft_is_nobody_s_to_see_and_cannot_go_live(marketer):
    primer = drafts.create(builders.application(), name="", user=marketer, at=NOW)

    with pytest.raises(NotReady):
        drafts.go_live(primer, user=marketer, version=1, at=NOW)

    assert state_of(primer) == PrimerState.DRAFT


def test_of_two_people_who_save_the_second_is_told(marketer):
    primer = builders.primer(state="draft")

    version = drafts.save(primer, {"title": "A"}, user=marketer, version=1, at=NOW)
    with pytest.raises(Changed):
        drafts.save(primer, {"title": "B"}, user=marketer, version=1, at=NOW)

    assert version == 2
    assert Primer.objects.get().title == "A"


def test_saving_what_is_there_already_is_no_change(marketer):
    primer = builders.primer(state="draft", title="A")

    assert drafts.save(primer, {"title": "A"}, user=marketer, version=1, at=NOW) == 1


def test_a_live_primer_is_paused_before_it_is_changed(marketer):
    primer = builders.primer(state="live")

    with pytest.raises(WrongState):
        drafts.save(primer, {"title": "B"}, user=marketer, version=1, at=NOW)
    drafts.pause(primer, user=marketer, at=NOW)
    drafts.save(primer, {"title": "B"}, user=marketer, version=1, at=NOW)
    drafts.go_live(primer, user=marketer, version=2, at=NOW)

    assert state_of(primer) == PrimerState.LIVE


def test_only_what_somebody_looked_at_goes_live(marketer):
    primer = builders.primer(state="draft", version=4)

    with pytest.raises(Changed):
        drafts.go_live(primer, user=marketer, version=3, at=NOW)


def test_what_is_live_is_not_put_away_and_what_is_away_stays(marketer):
    primer = builders.primer(state="live")

    with pytest.raises(WrongState):
        drafts.archive(primer, user=marketer, at=NOW)
    drafts.pause(primer, user=marketer, at=NOW)
    drafts.archive(primer, user=marketer, at=NOW)
    with pytest.raises(WrongState):
        drafts.go_live(primer, user=marketer, version=1, at=NOW)

    assert list(AuditEvent.objects.values_list("action", flat=True)) == [
        "primer.archived",
        "primer.paused",
    ]


def test_a_field_that_is_not_for_editing_is_refused(marketer):
    primer = builders.primer(state="draft")

    with pytest.raises(KeyError, match="state"):
        drafts.save(primer, {"state": "live"}, user=marketer, version=1, at=NOW)


@pytest.mark.parametrize(
    "move",
    [
        lambda primer, user: drafts.save(primer, {}, user=user, version=1, at=NOW),
        lambda primer, user: drafts.go_live(primer, user=user, version=1, at=NOW),
        lambda primer, user: drafts.pause(primer, user=user, at=NOW),
        lambda primer, user: drafts.archive(primer, user=user, at=NOW),
        lambda primer, user: drafts.create(
            primer.application, name="x", user=user, at=NOW
        ),
    ],
)
def test_whoever_may_only_look_changes_nothing(move):
    onlooker = builders.user("campaigns.view_primer")

    with pytest.raises(NotAllowed):
        move(builders.primer(state="draft"), onlooker)

    assert Primer.objects.get().state == PrimerState.DRAFT

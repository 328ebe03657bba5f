"""What a run tells of its languages, in the results, the lists and the explanation."""

import pytest

from campaigns.delivery import snapshot
from campaigns.models import Outcome, Receipt, Run, Spoken
from campaigns.models.reasons import Reason
from campaigns.reports import explain, languages, person, recipients
from devices.models import Person
from tests import builders
from tests.builders import NOW
from tests.campaigns.delivery.test_translations import FRENCH

pytestmark = pytest.mark.django_db


def frozen(translations: list[dict[str, str]]) -> tuple[Run, Person, Person]:
    """A run to one reader of English and one of French, accepted by both."""
    builders.credential()
    people = []
    for locale in ("en", "fr-FR"):
        made = builders.person(locale=locale)
        builders.installation(made)
        people.append(made)
    draft = builders.campaign(title="Sale", body="Hi", translations=translations)
    run = builders.run(draft)
    while snapshot.freeze_slice(run.pk):
        pass
    return run, people[0], people[1]


def test_each_language_has_what_came_of_it() -> None:
    run, _english, _french = frozen([FRENCH])
    accepted = {"attempt": 1, "reason": Reason.ACCEPTED, "at": NOW}
    for seq in (1, 2):
        Outcome.objects.create(run_id=run.pk, seq=seq, **accepted)
    Receipt.objects.create(run=run, seq=2, kind="opened", at=NOW, received_at=NOW)

    own, french = languages.of_run(run)

    assert (own.name, own.due, own.accepted, own.opened) == ("English", 1, 1, 0)
    assert (french.name, french.due, french.accepted, french.opened) == (
        "French",
        1,
        1,
        1,
    )
    assert (own.share, french.share) == (0, 100)


def test_one_language_is_not_told() -> None:
    run, _english, reader = frozen([])
    assert Spoken.objects.get(run=run).rows == 2
    assert languages.of_run(run) == []
    found, _more = recipients.page(run, chosen="waiting")
    assert {each.language for each in found} == {""}
    assert "Reads" not in str(explain.why(run, reader).steps)


def test_lists_explanations_and_timelines_name_the_language() -> None:
    run, english, french = frozen([FRENCH])

    found, _more = recipients.page(run, chosen="waiting")
    assert {each.person: each.language for each in found} == {
        english: "English",
        french: "French",
    }
    steps = [each.sentence for each in explain.why(run, french).steps]
    assert "Reads the message in French" in steps
    assert "(in French)" in person.timeline(french, limit=1)[0].sentence
    assert "(in" not in person.timeline(english, limit=1)[0].sentence

"""Which languages people read, by themselves or by the device they used last."""

from collections import Counter
from datetime import timedelta

import pytest

from campaigns.audience import spoken
from devices.models import Person
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


def test_a_persons_own_language_goes_before_the_devices() -> None:
    builders.installation(builders.person(locale="fr-FR"), locale="en-US")
    silent = builders.person(locale="")
    builders.installation(silent, locale="es", last_seen_at=NOW - timedelta(days=9))
    builders.installation(silent, locale="he-IL", last_seen_at=NOW)
    builders.person(locale="")

    wanted = Counter({"fr-FR": 1, "he-IL": 1, "": 1})
    assert spoken.newest(silent.application_id) == wanted
    assert spoken.sample(Person.objects.all()) == wanted


def test_another_applications_people_are_not_heard() -> None:
    other = builders.application(name="Other")
    builders.person(locale="fr", application=other)

    assert spoken.newest(builders.application().pk) == Counter()


def test_no_more_than_the_sample_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spoken, "SAMPLE", 2)
    for tag in ("fr", "es", "pt"):
        builders.person(locale=tag)

    assert spoken.newest(builders.application().pk) == Counter({"es": 1, "pt": 1})
    assert spoken.sample(Person.objects.all()).total() == 2

"""Several answers at once, as a settings screen or a preference page sends them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from devices.models import Person, Preference
from devices.models.consents import PreferenceState

from . import pausing, topics
from .answers import answer
from .ledger import Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is left out stays as it was. ``resumes`` ends a pause, ``until`` begins one.

    ``topics`` are on or off by key.
    """

    state: str | None = None
    topics: Mapping[str, bool] = field(default_factory=dict)
    until: datetime | None = None
    resumes: bool = False


@transaction.atomic
def keep(person: Person, choice: Choice, said: Said, at: datetime) -> None:
    """All of it or, when something cannot be kept, nothing: Refused."""
    if choice.state is not None:
        answer(person, PreferenceState(choice.state), said, at)
    topics.set_topics(person, choice.topics, said, at)
    if choice.until is not None:
        pausing.pause(person, choice.until, said, at)
    elif choice.resumes:
        pausing.resume(person, said, at)


def merge(anonymous: Person, person: Person, at: datetime) -> None:
    """Carry an anonymous person's later answers over to who they turned out to be."""
    said = Said(source="identified")
    theirs = Preference.objects.filter(person=anonymous).first()
    if theirs and theirs.state != PreferenceState.SUBSCRIBED:
        mine = Preference.objects.filter(person=person).first()
        if mine is None or mine.changed_at < theirs.changed_at:
            answer(person, PreferenceState(theirs.state), said, at)
    if theirs and theirs.paused_until and theirs.paused_until > at:
        pausing.pause(person, theirs.paused_until, said, at)
    kept = dict(person.topic_preferences.values_list("topic_id", "changed_at"))
    newer = {
        row.topic: row.is_on
        for row in anonymous.topic_preferences.select_related("topic").filter(
            topic__archived_at=None
        )
        if row.topic_id not in kept or kept[row.topic_id] < row.changed_at
    }
    answers = {topic.key: is_on for topic, is_on in newer.items()}
    topics.write(person, list(newer), answers, said, at)

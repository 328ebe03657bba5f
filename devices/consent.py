"""What people agree to: the only writer of preferences and the consent ledger.

A preference is the person's, for all devices; the last explicit word wins. No
answer of a provider ever changes it (reference: subscription states A and B).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from .models import ConsentEvent, Installation, Person, Preference, TopicPreference
from .models.consents import PreferenceState, Topic
from .models.installations import Permission, Platform
from .refusals import Refused

LAST_ANDROID_WITHOUT_PROMPT = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Where a choice was made, the text that was shown, and who recorded it."""

    source: str
    text_version: str = ""
    actor: str = ""


class BulkPreference(NamedTuple):
    person_id: int
    state: str
    at: datetime


class BulkTopicAnswer(NamedTuple):
    person_id: int
    topic_id: int
    is_on: bool
    at: datetime


def subscribe(person: Person, said: Said, at: datetime) -> bool:
    """Back to the state at creation; False when it was so already."""
    return answer(person, PreferenceState.SUBSCRIBED, said, at)


def opt_in(person: Person, said: Said, at: datetime) -> bool:
    """An explicit yes; False when it was said already."""
    return answer(person, PreferenceState.OPTED_IN, said, at)


def unsubscribe(person: Person, said: Said, at: datetime) -> bool:
    """No more messages on any device; False when it was said already."""
    return answer(person, PreferenceState.UNSUBSCRIBED, said, at)


@transaction.atomic
def answer(person: Person, state: PreferenceState, said: Said, at: datetime) -> bool:
    """Keep one of the three answers, with its line in the ledger.

    False when nothing changed: the same answer, or one older than the last.
    """
    Preference.objects.get_or_create(
        person=person, defaults={"changed_at": person.created_at, "source": "created"}
    )
    kept = Preference.objects.select_for_update().get(person=person)
    if kept.state == state or kept.changed_at > at:
        return False
    Preference.objects.filter(person=person).update(
        state=state, changed_at=at, source=said.source
    )
    ConsentEvent.objects.create(**ledger_line(person, kept.state, state, said, at))
    return True


@transaction.atomic
def set_topics(
    person: Person, answers: Mapping[str, bool], said: Said, at: datetime
) -> int:
    """Keep on or off for each topic key; returns how many answers changed.

    Raises Refused when the application has no such topic.
    """
    topics = topics_named(person.application_id, answers)
    Person.objects.select_for_update().get(pk=person.pk)
    kept = dict(
        person.topic_preferences.filter(topic__in=topics).values_list(
            "topic_id", "is_on"
        )
    )
    changed = [t for t in topics if kept.get(t.pk) is not answers[t.key]]
    TopicPreference.objects.bulk_create(
        [
            TopicPreference(
                person=person, topic=topic, is_on=answers[topic.key], changed_at=at
            )
            for topic in changed
        ],
        update_conflicts=True,
        unique_fields=["person", "topic"],
        update_fields=["is_on", "changed_at"],
    )
    ConsentEvent.objects.bulk_create(
        ConsentEvent(
            topic=topic,
            **ledger_line(
                person, word(kept.get(topic.pk)), word(answers[topic.key]), said, at
            ),
        )
        for topic in changed
    )
    return len(changed)


@transaction.atomic
def keep(
    person: Person,
    state: str | None,
    topics: Mapping[str, bool],
    said: Said,
    at: datetime,
) -> None:
    """All of it or, when a topic is not there, nothing: Refused."""
    if state is not None:
        answer(person, PreferenceState(state), said, at)
    set_topics(person, topics, said, at)


def preference_of(person: Person) -> str:
    """What the person said last, subscribed when nothing."""
    row = Preference.objects.filter(person=person).first()
    return row.state if row else PreferenceState.SUBSCRIBED


def topics_of(person: Person) -> list[tuple[Topic, bool]]:
    """Every live topic, with whether it is on for this person."""
    answers = dict(person.topic_preferences.values_list("topic_id", "is_on"))
    topics = Topic.objects.filter(
        application=person.application_id, archived_at=None
    ).order_by("name", "pk")
    return [(topic, answers.get(topic.pk, topic.default_on)) for topic in topics]


def permission_changed(
    installation: Installation, *, before: str, said: Said, at: datetime
) -> bool:
    """A device reports a new permission; True when that is an explicit yes.

    Accepting the system's prompt, or switching notifications on again in the
    settings, is one where the application says so (``auto_opt_in``). Android
    up to 12 grants without asking, so there it means nothing; a refusal
    changes the device and never the person.
    """
    granted = installation.permission == Permission.GRANTED != before
    if not granted or not asks_first(installation):
        return False
    if not installation.application.auto_opt_in:
        return False
    return opt_in(installation.person, said, at)


def merge(anonymous: Person, person: Person, at: datetime) -> None:
    """Carry an anonymous person's later answers over to who they turned out to be."""
    said = Said(source="identified")
    theirs = Preference.objects.filter(person=anonymous).first()
    if theirs and theirs.state != PreferenceState.SUBSCRIBED:
        mine = Preference.objects.filter(person=person).first()
        if mine is None or mine.changed_at < theirs.changed_at:
            answer(person, PreferenceState(theirs.state), said, at)
    kept = dict(person.topic_preferences.values_list("topic_id", "changed_at"))
    newer = {
        row.topic.key: row.is_on
        for row in anonymous.topic_preferences.select_related("topic").filter(
            topic__archived_at=None
        )
        if row.topic_id not in kept or kept[row.topic_id] < row.changed_at
    }
    if newer:
        set_topics(person, newer, said, at)


def import_many(rows: Iterable[BulkPreference], *, source: str) -> int:
    """Load answers of people who have none yet, with one ledger line each.

    By COPY: a million rows in seconds. Returns how many were loaded.
    """
    kept = list(rows)
    with transaction.atomic(), connection.cursor() as cursor:
        with cursor.copy(
            "COPY devices_preference (person_id, state, changed_at, source) FROM STDIN"
        ) as copy:
            for row in kept:
                copy.write_row((row.person_id, row.state, row.at, source))
        with cursor.copy(
            "COPY devices_consentevent (person_id, old, new, source, text_version,"
            " actor, at) FROM STDIN"
        ) as copy:
            for row in kept:
                if row.state != PreferenceState.SUBSCRIBED:
                    copy.write_row(
                        (row.person_id, "subscribed", row.state, source, "", "", row.at)
                    )
    return len(kept)


def import_topic_answers(rows: Iterable[BulkTopicAnswer], *, source: str) -> int:
    """Load topic answers of people who have none yet, with one ledger line each.

    By COPY; returns how many were loaded.
    """
    kept = list(rows)
    with transaction.atomic(), connection.cursor() as cursor:
        with cursor.copy(
            "COPY devices_topicpreference (person_id, topic_id, is_on, changed_at)"
            " FROM STDIN"
        ) as copy:
            for row in kept:
                copy.write_row(row)
        with cursor.copy(
            "COPY devices_consentevent (person_id, topic_id, old, new, source,"
            " text_version, actor, at) FROM STDIN"
        ) as copy:
            for row in kept:
                new = word(row.is_on)
                copy.write_row(
                    (
                        row.person_id,
                        row.topic_id,
                        word(None),
                        new,
                        source,
                        "",
                        "",
                        row.at,
                    )
                )
    return len(kept)


def topics_named(application_id: int, keys: Iterable[str]) -> list[Topic]:
    """The live topics with these keys; Refused names the first unknown one."""
    found = {
        topic.key: topic
        for topic in Topic.objects.filter(
            application=application_id, key__in=list(keys), archived_at=None
        )
    }
    for key in keys:
        if key not in found:
            raise Refused(
                f"/topics/{key}",
                "unknown_topic",
                _("This application has no such topic: read the list of topics first."),
            )
    return [found[key] for key in keys]


def asks_first(installation: Installation) -> bool:
    """Whether this system asks its user before it grants notifications."""
    if installation.platform != Platform.ANDROID:
        return True
    major = installation.os_version.partition(".")[0]
    return major.isdecimal() and int(major) > LAST_ANDROID_WITHOUT_PROMPT


def word(is_on: bool | None) -> str:
    return "default" if is_on is None else "on" if is_on else "off"


def ledger_line(
    person: Person, old: str, new: str, said: Said, at: datetime
) -> dict[str, object]:
    return {
        "person": person,
        "old": old,
        "new": new,
        "source": said.source,
        "text_version": said.text_version,
        "actor": said.actor,
        "at": at,
    }

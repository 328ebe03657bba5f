"""What a person switches on or off, subject by subject."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from devices.models import Person, Topic, TopicPreference
from devices.refusals import Refused

from .ledger import Said, append, line


@transaction.atomic
def set_topics(
    person: Person, answers: Mapping[str, bool], said: Said, at: datetime
) -> int:
    """Keep on or off for each topic key; returns how many answers changed.

    Raises Refused when the application has no such topic, and for switching off one
    that is required.
    """
    topics = topics_named(person.application_id, answers)
    kept = held(person, topics)
    for topic in topics:
        if topic.is_required and not answers[topic.key] and kept.get(topic.pk, True):
            raise Refused(
                f"/topics/{topic.key}",
                "required_topic",
                _(
                    "This topic cannot be switched off by itself: unsubscribe from "
                    "everything instead."
                ),
            )
    return write(person, topics, answers, said, at)


def write(
    person: Person,
    topics: Iterable[Topic],
    answers: Mapping[str, bool],
    said: Said,
    at: datetime,
) -> int:
    """Keep the answers, with a line of the ledger for each that differs."""
    kept = held(person, topics)
    person.topic_preferences.filter(topic__in=list(topics), changed_at__lt=at).update(
        changed_at=at
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
    lines = []
    for topic in changed:
        old, new = word(kept.get(topic.pk)), word(answers[topic.key])
        lines.append(line(person, old, new, said, at))
        lines[-1].topic = topic
    append(lines, said)
    return len(changed)


def held(person: Person, topics: Iterable[Topic]) -> dict[int, bool]:
    """What the person said of these topics, by id; the person is locked."""
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    rows = person.topic_preferences.filter(topic__in=[each.pk for each in topics])
    return dict(rows.values_list("topic_id", "is_on"))


def topics_of(person: Person) -> list[tuple[Topic, bool]]:
    """Every live topic, with whether it is on for this person."""
    answers = dict(person.topic_preferences.values_list("topic_id", "is_on"))
    topics = Topic.objects.filter(
        application=person.application_id, archived_at=None
    ).order_by("name", "pk")
    return [(topic, answers.get(topic.pk, topic.default_on)) for topic in topics]


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


def word(is_on: bool | None) -> str:
    return "default" if is_on is None else "on" if is_on else "off"

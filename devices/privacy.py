"""What is held of a person, and what keeps an erased one forgotten.

The only writer of Erasure and Suppression. Erasing itself is `registration.erase`:
each table is emptied by the room that writes it.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from .models import (
    Application,
    AttributeOrigin,
    ConsentEvent,
    Erasure,
    Event,
    IdempotencyKey,
    Installation,
    InstallationChange,
    Person,
    Preference,
    Suppression,
)
from .models.erasures import Kind, hashed

Rows = list[dict[str, Any]]


def family(person: Person) -> list[int]:
    """The person's id and those of all who turned out to be them."""
    found, newest = [person.pk], [person.pk]
    while newest:
        rows = Person.objects.filter(merged_into__in=newest).exclude(pk__in=found)
        newest = list(rows.values_list("pk", flat=True))
        found += newest
    return found


def is_suppressed(application: Application, external_id: str) -> bool:
    """Whether somebody of this external id was erased and has not signed in since."""
    return Suppression.objects.holds(application, Kind.EXTERNAL_ID, external_id)


def suppress(
    application: Application, kind: Kind, texts: Iterable[str], at: datetime
) -> None:
    """Remember hashes of what was erased, so that no import brings it back."""
    salt = application.suppression_salt
    Suppression.objects.bulk_create(
        (
            Suppression(
                application=application, kind=kind, hash=hashed(salt, each), at=at
            )
            for each in texts
            if each
        ),
        ignore_conflicts=True,
    )


def lift(application: Application, kind: Kind, text: str) -> int:
    """They came back by themselves: 1 when this was suppressed."""
    mark = hashed(application.suppression_salt, text)
    rows = Suppression.objects.filter(application=application, kind=kind, hash=mark)
    return rows.delete()[0]


def forget_answers(installations: Collection[int]) -> int:
    """Drop the answers that are kept for devices which ask twice."""
    scopes = [f"device {pk}" for pk in installations]
    return IdempotencyKey.objects.filter(scope__in=scopes).delete()[0]


def record(
    person: Person,
    *,
    by: User | None,
    source: str,
    counts: dict[str, int],
    at: datetime,
) -> Erasure:
    """That a person was erased; what runs in progress still need goes later."""
    return Erasure.objects.create(
        person=person, asked_by=by, source=source, counts=counts, at=at
    )


def unfinished(*, most: int = 100) -> list[Erasure]:
    """Those of which a trace is left, the oldest first."""
    rows = Erasure.objects.filter(finished_at=None).select_related("person")
    return list(rows.order_by("pk")[:most])


def finish(erasure: Erasure, counts: dict[str, int], at: datetime) -> int:
    """Nothing is left: 1, or 0 when somebody else said so already."""
    return Erasure.objects.filter(pk=erasure.pk, finished_at=None).update(
        finished_at=at, counts=erasure.counts | counts
    )


def held(person: Person) -> dict[str, Any]:
    """All that these tables hold of a person, for JSON; of tokens the hashes."""
    ids = family(person)
    return {
        "person": _person(person),
        "attribute_sources": _origins(person),
        "preference": _preference(person),
        "topics": [
            {
                "topic": row.topic.key,
                "on": row.is_on,
                "changed_at": row.changed_at,
            }
            for row in person.topic_preferences.select_related("topic")
        ],
        "consent": _consents(ids),
        "devices": _devices(ids),
        "device_log": _changes(ids),
        "events": _events(ids),
    }


def _person(person: Person) -> dict[str, Any]:
    """Every column of the person's row, by its name."""
    row = {field.attname: getattr(person, field.attname) for field in _columns()}
    return row | {"application": person.application.slug}


def _columns() -> list[Any]:
    hidden = {"application", "merged_into"}
    return [each for each in Person._meta.concrete_fields if each.name not in hidden]


def _origins(person: Person) -> dict[str, Any]:
    """Who told each attribute, and when."""
    found = AttributeOrigin.objects.filter(person=person).first()
    return dict(found.told) if found else {}


def _preference(person: Person) -> dict[str, Any] | None:
    rows = Preference.objects.filter(person=person)
    names = ("state", "changed_at", "source", "paused_until")
    return next((dict(row) for row in rows.values(*names)), None)


def _consents(ids: list[int]) -> Rows:
    rows = ConsentEvent.objects.filter(person__in=ids).order_by("at", "pk")
    return [
        {
            "at": row.at,
            "topic": row.topic.key if row.topic else None,
            "before": row.old,
            "after": row.new,
            "until": row.until,
            "source": row.source,
            "actor": row.actor,
            "proof": row.proof,
            "text_version": row.text_version,
            "locale": row.locale,
            "text": row.wording.text if row.wording else None,
        }
        for row in rows.select_related("topic", "wording")
    ]


DEVICE = (
    *("public_id", "key", "gateway", "environment", "platform", "permission"),
    *("model", "os_version", "app_version", "locale", "zone", "created_at"),
    *("last_registered_at", "last_seen_at", "suspended_at", "retired_at"),
    "retired_reason",
)


def _devices(ids: list[int]) -> Rows:
    rows = Installation.objects.filter(person__in=ids).order_by("pk")
    return [
        {name: getattr(row, name) for name in DEVICE}
        | {"token_sha256": bytes(row.token_hash).hex()}
        for row in rows
    ]


def _changes(ids: list[int]) -> Rows:
    rows = InstallationChange.objects.filter(person__in=ids).order_by("at", "pk")
    names = ("at", "kind", "old", "new", "cause", "actor")
    return list(rows.values("installation__public_id", *names))


def _events(ids: list[int]) -> Rows:
    rows = Event.objects.filter(person__in=ids).order_by("at", "pk")
    names = ("key", "name", "properties", "at", "received_at")
    return [dict(row) for row in rows.values(*names)]

"""Lists to take away, row by row in little memory: people, devices, recipients.

A token never leaves: devices have the hash of theirs (SHA-256), which says whether
two lists name the same device and opens nothing.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import orjson
from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from campaigns.audience import memberships, select
from campaigns.models import Run, Segment
from campaigns.models.campaigns import AudienceKind
from campaigns.models.reasons import Reason
from devices.models import Application, Installation, Person

AT_ONCE = 2_000
Row = tuple[str, ...]

RECIPIENTS = """
SELECT d.seq, p.external_id, d.person_id, encode(i.token_hash, 'hex'), i.platform,
  coalesce(d.reason, o.reason), coalesce(o.code, ''), o.at
FROM campaigns_delivery AS d
LEFT JOIN LATERAL (
  SELECT reason, code, at FROM campaigns_outcome
  WHERE run_id = d.run_id AND seq = d.seq ORDER BY attempt DESC LIMIT 1
) AS o ON d.reason IS NULL
LEFT JOIN devices_person AS p ON p.id = d.person_id
LEFT JOIN devices_installation AS i ON i.id = d.installation_id
WHERE d.run_id = %(run)s AND d.seq > %(after)s
ORDER BY d.seq LIMIT %(most)s"""


def people_heading() -> Row:
    return (
        *(_("External id"), _("Language"), _("Country"), _("Time zone")),
        *(_("Preference"), _("Known since"), _("Last seen"), _("Attributes")),
    )


def people(application: Application) -> Iterator[Row]:
    """Everybody of an application who was neither erased nor merged."""
    return _people(Person.objects.present().filter(application=application))


def members(segment: Segment, *, at: datetime) -> Iterator[Row]:
    """Who matches a segment now. Raises RuleError where its rule cannot be used."""
    audience = {"kind": AudienceKind.SEGMENT, "rule": memberships.kept(segment)}
    return _people(select.people(segment.application_id, audience, at=at))


def _people(rows: QuerySet[Person]) -> Iterator[Row]:
    names = ("external_id", "locale", "country", "zone", "preference__state")
    found = rows.values_list(*names, "created_at", "last_seen_at", "attributes")
    for *texts, made, seen, attributes in found.iterator(chunk_size=AT_ONCE):
        yield (
            *(text or "" for text in texts),
            stamp(made),
            stamp(seen),
            orjson.dumps(attributes, option=orjson.OPT_SORT_KEYS).decode(),
        )


def devices_heading() -> Row:
    return (
        *(_("Hash of the token"), _("External id"), _("Platform"), _("Gateway")),
        *(_("Environment"), _("Permission"), _("Model"), _("System version")),
        *(_("App version"), _("Language"), _("Last seen"), _("Why retired")),
    )


def devices(application: Application) -> Iterator[Row]:
    """Every device of an application, retired ones too."""
    names = ("person__external_id", "platform", "gateway", "environment", "permission")
    more = ("model", "os_version", "app_version", "locale")
    rows = Installation.objects.filter(application=application).values_list(
        "token_hash", *names, *more, "last_seen_at", "retired_reason"
    )
    for token_hash, *texts, seen, why in rows.iterator(chunk_size=AT_ONCE):
        kept = (text or "" for text in texts)
        yield (bytes(token_hash).hex(), *kept, stamp(seen), why)


def recipients_heading() -> Row:
    return (
        *(_("Person"), _("Platform"), _("Hash of the token")),
        *(_("Reason"), _("The push service's word"), _("When")),
    )


def recipients(run: Run) -> Iterator[Row]:
    """Every row of a run's ledger with the one reason that it has."""
    after = 0
    while found := _page(run, after):
        for seq, external_id, person, token_hash, platform, reason, code, at in found:
            after = seq
            yield (
                external_id or str(person),
                platform or "",
                token_hash or "",
                str(Reason(reason).label) if reason in Reason else _("Waiting"),
                code,
                stamp(at),
            )


def _page(run: Run, after: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        facts = {"run": run.pk, "after": after, "most": AT_ONCE}
        cursor.execute(RECIPIENTS, facts)
        return cursor.fetchall()


def stamp(at: datetime | None) -> str:
    return at.isoformat() if at else ""

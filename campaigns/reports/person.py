"""Everything that happened to one person, newest first, a page at a time.

No token and no text of a message: a line names the campaign and what became of it.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from campaigns.content import languages
from campaigns.models.reasons import Reason
from campaigns.models.states import DeliveryState
from devices.models import ConsentEvent, Event, InstallationChange, Person
from devices.models.consents import PreferenceState
from devices.models.installations import Permission

# A row's time is that of its last outcome, else of the snapshot that wrote it.
DELIVERIES = """
SELECT d.run_id, c.name, coalesce(d.reason, o.reason),
       coalesce(o.at, r.prepared_at, r.changed_at, r.due_at) AS at,
       CASE WHEN d.translation > 0 THEN
         v.content -> 'translations' -> (d.translation - 1) ->> 'locale' END
  FROM campaigns_delivery d
  JOIN campaigns_run r ON r.id = d.run_id
  JOIN campaigns_campaign c ON c.id = r.campaign_id
  JOIN campaigns_revision v ON v.id = r.revision_id
  LEFT JOIN LATERAL (
       SELECT reason, at FROM campaigns_outcome
        WHERE run_id = d.run_id AND seq = d.seq ORDER BY attempt DESC LIMIT 1
  ) o ON d.reason IS NULL
 WHERE d.person_id = %(person)s
   AND (%(before)s::timestamptz IS NULL
        OR coalesce(o.at, r.prepared_at, r.changed_at, r.due_at) < %(before)s)
 ORDER BY at DESC, d.run_id DESC, d.seq LIMIT %(limit)s
"""

RECEIPTS = """
SELECT d.run_id, c.name, t.kind, t.at
  FROM campaigns_delivery d
  JOIN campaigns_receipt t ON t.run_id = d.run_id AND t.seq = d.seq
  JOIN campaigns_run r ON r.id = d.run_id
  JOIN campaigns_campaign c ON c.id = r.campaign_id
 WHERE d.person_id = %(person)s
   AND (%(before)s::timestamptz IS NULL OR t.at < %(before)s)
 ORDER BY t.at DESC LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """``kind`` is device, consent, event, delivery or receipt; ``run`` its run's id."""

    at: datetime
    kind: str
    sentence: str
    run: int | None = None


def timeline(
    person: Person, *, limit: int, before: datetime | None = None
) -> list[Line]:
    """The newest ``limit`` lines older than ``before``; five bounded statements."""
    sources = (_devices, _consents, _events, _deliveries, _receipts)
    lines = [line for source in sources for line in source(person, limit, before)]
    return heapq.nlargest(limit, lines, key=lambda line: line.at)


def _devices(person: Person, limit: int, before: datetime | None) -> Iterator[Line]:
    rows = InstallationChange.objects.filter(person=person)
    rows = rows.filter(at__lt=before) if before else rows
    for row in rows.select_related("installation").order_by("-at", "-id")[:limit]:
        yield Line(at=row.at, kind="device", sentence=_of_change(row))


def _of_change(row: InstallationChange) -> str:
    words = {
        "registered": _("Registered a device: %(device)s"),
        "token": _("The address of the device changed: %(device)s"),
        "retired": _("The device can no longer be reached: %(device)s"),
        "revived": _("The device can be reached again: %(device)s"),
        "suspended": _("The device was set aside after an error: %(device)s"),
        "tester": _("The enrolment as a test phone changed: %(device)s"),
        "person": _("The device changed hands: %(device)s"),
        "permission": _("Notifications on %(device)s: %(permission)s"),
    }
    sentence = words.get(row.kind, _("The device changed: %(device)s"))
    permission = dict(Permission.choices).get(row.new, row.new)
    return sentence % {"device": row.installation, "permission": permission}


def _consents(person: Person, limit: int, before: datetime | None) -> Iterator[Line]:
    rows = ConsentEvent.objects.filter(person=person)
    rows = rows.filter(at__lt=before) if before else rows
    for row in rows.select_related("topic").order_by("-at", "-id")[:limit]:
        yield Line(at=row.at, kind="consent", sentence=_of_consent(row))


def _of_consent(row: ConsentEvent) -> str:
    facts = {
        "topic": row.topic,
        "state": dict(PreferenceState.choices).get(row.new, row.new),
        "source": row.source,
    }
    if row.topic is not None:
        return _("Topic %(topic)s: %(state)s (%(source)s)") % facts
    return _("Messages: %(state)s (%(source)s)") % facts


def _events(person: Person, limit: int, before: datetime | None) -> Iterator[Line]:
    rows = Event.objects.filter(person=person)
    rows = rows.filter(at__lt=before) if before else rows
    for row in rows.order_by("-at")[:limit]:
        sentence = _("Did “%(event)s” in the app") % {"event": row.name}
        yield Line(at=row.at, kind="event", sentence=sentence)


def _deliveries(person: Person, limit: int, before: datetime | None) -> Iterator[Line]:
    words = {
        DeliveryState.ACCEPTED: _("%(campaign)s: accepted. %(why)s"),
        DeliveryState.FAILED: _("%(campaign)s: failed. %(why)s"),
        DeliveryState.SKIPPED: _("%(campaign)s: skipped. %(why)s"),
        DeliveryState.UNKNOWN: _("%(campaign)s: unknown. %(why)s"),
        DeliveryState.WAITING: _("%(campaign)s: waiting. %(why)s"),
    }
    for run, campaign, code, at, tag in _rows(DELIVERIES, person, limit, before):
        reason = Reason(code) if code else Reason.NOT_SENT
        facts = {"campaign": campaign, "why": reason.label}
        sentence = words[reason.state] % facts
        if tag and reason.state is not DeliveryState.SKIPPED:
            spoken = {"sentence": sentence, "language": languages.name(tag)}
            sentence = _("%(sentence)s (in %(language)s)") % spoken
        yield Line(at=at, kind="delivery", sentence=sentence, run=run)


def _receipts(person: Person, limit: int, before: datetime | None) -> Iterator[Line]:
    words = {
        "received": _("%(campaign)s: received on the device"),
        "opened": _("%(campaign)s: opened"),
        "dismissed": _("%(campaign)s: swiped away"),
    }
    for run, campaign, kind, at in _rows(RECEIPTS, person, limit, before):
        sentence = words[kind] % {"campaign": campaign}
        yield Line(at=at, kind="receipt", sentence=sentence, run=run)


def _rows(
    sql: str, person: Person, limit: int, before: datetime | None
) -> list[tuple[Any, ...]]:
    facts = {"person": person.pk, "limit": limit, "before": before}
    with connection.cursor() as cursor:
        cursor.execute(sql, facts)
        return list(cursor.fetchall())

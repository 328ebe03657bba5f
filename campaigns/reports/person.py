"""Everything that happened to one person, newest first, a page at a time.

No token and no text of a message: a line names the campaign and what became of it.
What happened to who they were before they were known, as an anonymous person whose row
was merged into theirs, is theirs too.
"""

import heapq
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from campaigns.content import languages
from campaigns.models import PrimerResponse
from campaigns.models.primers import ResponseKind
from campaigns.models.reasons import Reason
from campaigns.models.states import DeliveryState
from campaigns.reports import retirement
from devices.models import (
    AuditEvent,
    ConsentEvent,
    Event,
    Installation,
    InstallationChange,
    Person,
)
from devices.models.consents import PreferenceState
from devices.models.installations import Permission

Row = TypeVar("Row", bound=Model)
EARLIER, DEVICES = 20, 50
"""Rows merged into theirs, and devices whose answers to primers are looked for."""
LOOKED_AT, EXPORTED = "looked at", "exported"
"""Actions in the audit log of whoever opens a person's page or takes its data."""

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
 WHERE d.person_id = ANY(%(people)s)
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
 WHERE d.person_id = ANY(%(people)s)
   AND (%(before)s::timestamptz IS NULL OR t.at < %(before)s)
 ORDER BY t.at DESC LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """``kind`` is a key of SOURCES; ``run`` its run's id, ``by`` who or what did it."""

    at: datetime
    kind: str
    sentence: str
    run: int | None = None
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whose lines (their own id first), how many at most, and older than when."""

    people: list[int]
    limit: int
    before: datetime | None


def timeline(
    person: Person,
    *,
    limit: int,
    before: datetime | None = None,
    kinds: Collection[str] = (),
) -> list[Line]:
    """The newest ``limit`` lines older than ``before``, of these kinds or of all.

    One bounded statement for each kind, and one for who they were before.
    """
    merged = Person.objects.filter(merged_into=person).order_by("-pk")
    earlier = merged.values_list("pk", flat=True)[:EARLIER]
    asked = Asked(people=[person.pk, *earlier], limit=limit, before=before)
    chosen = [read for kind, read in SOURCES.items() if not kinds or kind in kinds]
    lines = [line for read in chosen for line in read(asked)]
    return heapq.nlargest(limit, lines, key=lambda line: line.at)


def _newest(rows: QuerySet[Row], asked: Asked) -> QuerySet[Row]:
    rows = rows.filter(at__lt=asked.before) if asked.before else rows
    return rows.order_by("-at", "-pk")[: asked.limit]


def _devices(asked: Asked) -> Iterator[Line]:
    rows = InstallationChange.objects.filter(person__in=asked.people)
    for row in _newest(rows.select_related("installation"), asked):
        sentence = _of_change(row)
        yield Line(at=row.at, kind="device", sentence=sentence, by=row.actor)


def _of_change(row: InstallationChange) -> str:
    words = {
        "registered": _("Registered a device: %(device)s"),
        "token": _("The address of the device changed: %(device)s"),
        "retired": _("The device can no longer be reached: %(device)s (%(why)s)"),
        "revived": _("The device can be reached again: %(device)s"),
        "suspended": _("The device was set aside after an error: %(device)s"),
        "tester": _("The enrolment as a test phone changed: %(device)s"),
        "person": _("The device changed hands: %(device)s"),
        "permission": _("Notifications on %(device)s: %(before)s → %(after)s"),
        "took over": _("%(device)s has the address that another device had"),
        "replaced": _("Its app was installed anew by somebody unknown: %(device)s"),
        "stale": _("The device has not been heard of for long: %(device)s"),
    }
    sentence = words.get(row.kind, _("The device changed: %(device)s"))
    permission = dict(Permission.choices)
    return sentence % {
        "device": row.installation,
        "before": permission.get(row.old, row.old),
        "after": permission.get(row.new, row.new),
        "why": retirement.spoken(row.new),
    }


def _consents(asked: Asked) -> Iterator[Line]:
    rows = ConsentEvent.objects.filter(person__in=asked.people)
    for row in _newest(rows.select_related("topic"), asked):
        sentence = _of_consent(row)
        yield Line(at=row.at, kind="consent", sentence=sentence, by=row.actor)


def answered(state: str) -> str:
    """What a line of the consent ledger says somebody chose, in words."""
    words = {
        "on": _("on"),
        "off": _("off"),
        "default": _("by default"),
        "paused": _("paused"),
        "not paused": _("not paused"),
    }
    return words.get(state) or str(dict(PreferenceState.choices).get(state, state))


def _of_consent(row: ConsentEvent) -> str:
    facts = {
        "topic": row.topic,
        "state": answered(row.new),
        "source": row.source,
    }
    if row.topic is not None:
        return _("Topic %(topic)s: %(state)s (%(source)s)") % facts
    return _("Messages: %(state)s (%(source)s)") % facts


def _events(asked: Asked) -> Iterator[Line]:
    for row in _newest(Event.objects.filter(person__in=asked.people), asked):
        sentence = _("Did “%(event)s” in the app") % {"event": row.name}
        yield Line(at=row.at, kind="event", sentence=sentence)


def _primers(asked: Asked) -> Iterator[Line]:
    """Found by the ids of their devices, which is what responses are indexed by."""
    words = {
        ResponseKind.SHOWN: _("Saw the primer “%(primer)s”"),
        ResponseKind.ACCEPTED: _("Said yes to the primer “%(primer)s”"),
        ResponseKind.LATER: _("Said later to the primer “%(primer)s”"),
        ResponseKind.GRANTED: _("Allowed notifications after “%(primer)s”"),
        ResponseKind.DENIED: _("Refused notifications after “%(primer)s”"),
    }
    mine = Installation.objects.filter(person__in=asked.people)
    rows = PrimerResponse.objects.filter(
        key__in=list(mine.values_list("key", flat=True)[:DEVICES]),
        person__in=asked.people,
    )
    for row in _newest(rows.select_related("primer"), asked):
        word = words.get(ResponseKind(row.kind), _("Answered “%(primer)s”"))
        sentence = word % {"primer": row.primer}
        yield Line(at=row.at, kind="primer", sentence=sentence)


def _staff(asked: Asked) -> Iterator[Line]:
    """What members of staff did on this person's page, and that they looked."""
    rows = AuditEvent.objects.filter(
        subject=Person._meta.label_lower, subject_id__in=asked.people
    )
    words = {
        LOOKED_AT: _("Their page was looked at"),
        EXPORTED: _("All that is held of them was exported"),
    }
    for row in _newest(rows.select_related("user"), asked):
        sentence = words.get(row.action, row.action)
        by = str(row.user) if row.user else _("the system")
        yield Line(at=row.at, kind="staff", sentence=sentence, by=by)


def _deliveries(asked: Asked) -> Iterator[Line]:
    words = {
        DeliveryState.ACCEPTED: _("%(campaign)s: accepted. %(why)s"),
        DeliveryState.FAILED: _("%(campaign)s: failed. %(why)s"),
        DeliveryState.SKIPPED: _("%(campaign)s: skipped. %(why)s"),
        DeliveryState.UNKNOWN: _("%(campaign)s: unknown. %(why)s"),
        DeliveryState.WAITING: _("%(campaign)s: waiting. %(why)s"),
    }
    for run, campaign, code, at, tag in _rows(DELIVERIES, asked):
        reason = Reason(code) if code else Reason.NOT_SENT
        facts = {"campaign": campaign, "why": reason.label}
        sentence = words[reason.state] % facts
        if tag and reason.state is not DeliveryState.SKIPPED:
            spoken = {"sentence": sentence, "language": languages.name(tag)}
            sentence = _("%(sentence)s (in %(language)s)") % spoken
        yield Line(at=at, kind="delivery", sentence=sentence, run=run)


def _receipts(asked: Asked) -> Iterator[Line]:
    words = {
        "received": _("%(campaign)s: received on the device"),
        "opened": _("%(campaign)s: opened"),
        "dismissed": _("%(campaign)s: swiped away"),
    }
    for run, campaign, kind, at in _rows(RECEIPTS, asked):
        sentence = words[kind] % {"campaign": campaign}
        yield Line(at=at, kind="receipt", sentence=sentence, run=run)


def _rows(sql: str, asked: Asked) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, asdict(asked))
        return list(cursor.fetchall())


SOURCES: dict[str, Callable[[Asked], Iterator[Line]]] = {
    "delivery": _deliveries,
    "receipt": _receipts,
    "consent": _consents,
    "device": _devices,
    "event": _events,
    "primer": _primers,
    "staff": _staff,
}
"""Where the lines of each kind come from."""

"""All that is held of one person, as one document that they may be given."""

from typing import Any

from django.db import connection

from campaigns.models import PrimerResponse, TestSend
from campaigns.models.reasons import Reason
from devices import privacy
from devices.models import Person

MESSAGES = """
SELECT r.public_id, c.name, d.seq, coalesce(o.reason, d.reason), o.attempt, o.at,
       (SELECT json_object_agg(t.kind, t.at) FROM campaigns_receipt t
         WHERE t.run_id = d.run_id AND t.seq = d.seq),
       device.public_id
  FROM campaigns_delivery d
  JOIN campaigns_run r ON r.id = d.run_id
  JOIN campaigns_campaign c ON c.id = r.campaign_id
  LEFT JOIN devices_installation device ON device.id = d.installation_id
  LEFT JOIN campaigns_outcome o ON o.run_id = d.run_id AND o.seq = d.seq
 WHERE d.person_id = ANY(%(people)s)
 ORDER BY d.run_id, d.seq, o.attempt"""


def everything(person: Person) -> dict[str, Any]:
    """What `privacy.held` says, with messages, what became of them, and primers.

    Values are those of JSON, times and UUIDs: DjangoJSONEncoder writes them.
    """
    people = privacy.family(person)
    return privacy.held(person) | {
        "messages": _messages(people),
        "primers": _primers(people),
        "test_messages": _tests(people),
    }


def _messages(people: list[int]) -> list[dict[str, Any]]:
    """Each attempt at each message; one that was left out has no attempt."""
    with connection.cursor() as cursor:
        cursor.execute(MESSAGES, {"people": people})
        found = cursor.fetchall()
    return [
        {
            "run": run,
            "campaign": campaign,
            "number": seq,
            "outcome": Reason(reason).name.lower() if reason else "waiting",
            "attempt": attempt,
            "at": at,
            "reported": reported,
            "device": device,
        }
        for run, campaign, seq, reason, attempt, at, reported, device in found
    ]


def _primers(people: list[int]) -> list[dict[str, Any]]:
    rows = PrimerResponse.objects.filter(person__in=people).order_by("at", "pk")
    names = ("primer__name", "version", "kind", "locale", "at")
    return [dict(row) for row in rows.values(*names)]


def _tests(people: list[int]) -> list[dict[str, Any]]:
    rows = TestSend.objects.filter(installation__person__in=people).order_by("pk")
    names = ("asked_at", "title", "body", "link", "verdict")
    return [dict(row) for row in rows.values(*names)]

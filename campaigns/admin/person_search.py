"""Somebody by whatever is known of them: an id, a name, an email, any other value.

Whole values are found among all people by the index of their attributes, parts of a
value among the newest, so that no search reads every row.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from campaigns.admin import personas
from campaigns.audience import limits
from campaigns.content.values import said
from campaigns.models import Campaign
from devices.models import Application, Person

FOUND = 8
NEWEST = 500
"""People among whom names of attributes and parts of values are looked for."""
NAMED = 40
"""Attributes in which a value is looked for."""
SECONDS = 0.2
LONGEST = 128
TELLING = ("name", "email", "mail", "city")
"""Parts of the names of attributes that tell people apart, the best first."""
TOLD = 2

NAMES = """
SELECT key FROM (SELECT attributes FROM devices_person WHERE application_id = %s
  ORDER BY id DESC LIMIT %s) AS newest, jsonb_object_keys(attributes) AS key
GROUP BY key ORDER BY count(*) DESC, key LIMIT %s"""
# No condition but the index's own: a plan that reads every row is never cheaper then.
HOLDING = """
WITH hit AS MATERIALIZED (
  SELECT id, application_id, erased_at, merged_into_id FROM devices_person
  WHERE {values} LIMIT 200)
SELECT id FROM hit
WHERE application_id = %s AND erased_at IS NULL AND merged_into_id IS NULL
ORDER BY id DESC LIMIT %s"""
PARTLY = """
SELECT id FROM (SELECT id, external_id, attributes FROM devices_person
  WHERE application_id = %s AND erased_at IS NULL AND merged_into_id IS NULL
  ORDER BY id DESC LIMIT %s) AS newest
WHERE strpos(lower(external_id), lower(%s)) > 0 OR EXISTS (
  SELECT FROM jsonb_each_text(attributes) AS each
  WHERE strpos(lower(each.value), lower(%s)) > 0)
ORDER BY id DESC LIMIT %s"""


@require_GET
def page(request: HttpRequest, campaign_id: int) -> JsonResponse:
    """Whom the words "q" may mean; somebody at random without any."""
    campaign = get_object_or_404(
        Campaign.objects.select_related("application"), pk=campaign_id
    )
    words = request.GET.get("q", "").strip()
    application = campaign.application
    people = found(application, words) if words else personas.at_random(application)
    return JsonResponse(
        {"people": [{"key": key_of(each), "label": label(each)} for each in people]}
    )


def key_of(person: Person) -> str:
    """What finds this person, and nobody else."""
    return person.external_id or f"#{person.pk}"


def label(person: Person) -> str:
    """Their id with a value or two that a colleague would know them by."""
    telling = sorted(
        (rank, name)
        for name in person.attributes
        for rank, part in enumerate(TELLING)
        if part in name.lower()
    )
    known = (said(person.attributes[name]) for _rank, name in telling)
    words = list(dict.fromkeys(each for each in known if each))[:TOLD]
    return " · ".join([str(person), *words])


def chosen(application: Application, key: str) -> Person | None:
    """The person of a key: a number, "=" and words to search by, or one of SPECIAL.

    Without a key the newest one. None is nobody, and so is who cannot be found.
    """
    present = Person.objects.present().filter(application=application)
    if key in personas.KEYS:
        return personas.special(application, key)
    if key.startswith("="):
        return next(iter(found(application, key[1:])), None)
    if key.isdecimal() and len(key) < 19:
        return present.filter(pk=int(key)).first()
    return present.order_by("-id").first()


def found(application: Application, words: str) -> list[Person]:
    """Up to FOUND people, the surest first: by id, whole values, parts of values."""
    words = words.strip()[:LONGEST].replace("\x00", "")
    present = Person.objects.present().filter(application=application)
    if not words:
        return []
    if words.startswith("#") and words[1:].isdecimal() and len(words) < 19:
        return list(present.filter(pk=int(words[1:])))
    keys = [
        *present.filter(external_id=words).values_list("pk", flat=True),
        *_holding(application, words),
        *_partly(application, words),
    ]
    first = list(dict.fromkeys(keys))[:FOUND]
    people = present.in_bulk(first)
    return [people[key] for key in first if key in people]


def _holding(application: Application, words: str) -> list[int]:
    """The newest of those one of whose attributes is just that."""
    names = [row[0] for row in _rows(NAMES, [application.pk, NEWEST, NAMED])]
    asked = [json.dumps({name: each}) for name in names for each in _meant(words)]
    if not asked:
        return []
    values = " OR ".join(["attributes @> %s::jsonb"] * len(asked))
    sql = HOLDING.format(values=values)
    plans = dict.fromkeys(("enable_seqscan", "enable_indexscan"), "off")
    try:
        with limits.seconds(SECONDS, **plans):
            return [row[0] for row in _rows(sql, [*asked, application.pk, FOUND])]
    except limits.TooSlow:
        return []


def _meant(words: str) -> Iterator[str | int]:
    """The values that somebody who types this may mean."""
    yield from dict.fromkeys([words, words.lower(), words.title()])
    if words.isdecimal() and len(words) < 19:
        yield int(words)


def _partly(application: Application, words: str) -> list[int]:
    asked = [application.pk, NEWEST, words, words, FOUND]
    return [row[0] for row in _rows(PARTLY, asked)]


def _rows(sql: str, asked: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        return cursor.fetchall()

"""Some of the people behind a number of the review: of the funnel, of a check."""

from collections.abc import Callable
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from campaigns.audience import eligibility, estimate, select, spoken
from campaigns.content import languages, locales
from campaigns.content.personalisation import BUILT_IN_FIELDS
from campaigns.content.render import Skip
from campaigns.models import Campaign
from campaigns.models.reasons import Reason
from devices.models import Person

from . import message

TRIED = 500
"""People looked at, newest first, to find some whom a check hits."""
MOST = 25
LEFT_OUT = """
WITH judged AS MATERIALIZED ({judged})
SELECT person_id FROM judged GROUP BY person_id
HAVING bool_or(reason = %s) ORDER BY person_id DESC LIMIT %s"""
REACHED = """
WITH judged AS MATERIALIZED ({judged})
SELECT person_id FROM judged GROUP BY person_id
HAVING count(*) > count(reason) ORDER BY person_id DESC LIMIT %s"""


def matching(campaign: Campaign, *, at: datetime) -> list[Person]:
    """The newest who match the audience, reached or not; raises as `people` does."""
    return _newest(campaign, lambda _each: True, at=at)


def without(campaign: Campaign, field: str, *, at: datetime) -> list[Person]:
    """People who get nothing since a value that the message needs is missing."""
    compiled, _problems = message.texts(campaign)
    if compiled is None:
        return []

    def misses(person: Person) -> bool:
        tag = getattr(person, "tag", "")
        said = compiled.for_locale(tag).words(message.values_of(person))
        return isinstance(said, Skip) and said.detail == field

    return _newest(campaign, misses, at=at, without=field)


def others(campaign: Campaign, *, at: datetime) -> list[Person]:
    """People who read the message in another language than theirs."""
    tags = [each["locale"] for each in campaign.content().get("translations", [])]
    said = [campaign.locale, *tags]

    def reads_another(person: Person) -> bool:
        tag = getattr(person, "tag", "")
        number = locales.match(tag, source=campaign.locale, tags=tags)
        spoken_tag = languages.written(tag)
        return bool(spoken_tag) and spoken_tag != languages.written(said[number])

    return _newest(campaign, reads_another, at=at)


def _newest(
    campaign: Campaign,
    is_one: Callable[[Person], bool],
    *,
    at: datetime,
    without: str = "",
) -> list[Person]:
    """The newest people of the audience for whom this holds, with their tag."""
    audience = select.of_campaign(campaign)
    chosen = select.people(campaign.application_id, audience, at=at)
    if without and without not in BUILT_IN_FIELDS:
        chosen = chosen.exclude(attributes__has_key=without)
    tagged = spoken.with_tag(chosen).select_related("application").order_by("-pk")
    found, _scale = estimate.sampled(tagged, lambda some: list(some[:TRIED]))
    return [each for each in found if is_one(each)][:MOST]


def people(campaign: Campaign, reason: Reason | None, *, at: datetime) -> list[Person]:
    """At most 25 people who are left out for a reason, or have a device that is.

    Those who are reached for None. Raises as `funnel.counted` does; 9 s at most.
    """
    audience = select.of_campaign(campaign)
    chosen = select.people(campaign.application_id, audience, at=at)
    gates = eligibility.of_campaign(campaign, at=at)
    found, _scale = estimate.sampled(chosen, lambda some: _ids(some, gates, reason))
    rows = Person.objects.filter(pk__in=found).select_related("application")
    return list(rows.order_by("-pk"))


def _ids(
    people: QuerySet[Person], gates: eligibility.Gates, reason: Reason | None
) -> list[int]:
    judged, params = eligibility.judged(people, gates)
    asked = [MOST] if reason is None else [reason.value, MOST]
    sql = (REACHED if reason is None else LEFT_OUT).format(judged=judged)
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, *asked])
        return [row[0] for row in cursor.fetchall()]

"""Some of the people behind a number of the funnel."""

from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from campaigns.audience import eligibility, estimate, select
from campaigns.models import Campaign
from campaigns.models.reasons import Reason
from devices.models import Person

MOST = 25
LEFT_OUT = """
WITH judged AS MATERIALIZED ({judged})
SELECT person_id FROM judged GROUP BY person_id
HAVING bool_or(reason = %s) ORDER BY person_id DESC LIMIT %s"""
REACHED = """
WITH judged AS MATERIALIZED ({judged})
SELECT person_id FROM judged GROUP BY person_id
HAVING count(*) > count(reason) ORDER BY person_id DESC LIMIT %s"""


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

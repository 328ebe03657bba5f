"""From everybody who matches to those who are reached, people and devices apart.

The gates are those of the snapshot: what is counted here is what would be frozen now.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from campaigns.audience import eligibility, estimate, select
from campaigns.audience.limits import TooSlow
from campaigns.audience.rules import RuleError
from campaigns.audience.select import NoAudience
from campaigns.models import Campaign, Run
from campaigns.models.reasons import Reason
from devices.models import Person

COUNT = """
WITH judged AS MATERIALIZED ({judged}),
people AS (
  SELECT CASE WHEN count(*) > count(reason) THEN NULL ELSE max(reason) END AS reason,
    min(locale) FILTER (WHERE reason IS NULL) AS locale
  FROM judged GROUP BY person_id)
SELECT reason, NULL, NULL, locale, count(*) FROM people GROUP BY reason, locale
UNION ALL
SELECT reason, gateway, platform, NULL, count(*) FROM judged
WHERE device_id IS NOT NULL GROUP BY reason, gateway, platform"""

Row = tuple[int | None, str | None, str | None, str | None, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Those left out for one reason: a person for the gate their best device meets."""

    reason: Reason
    people: int
    devices: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """people = reached_people + the people of all steps; devices likewise.

    Reached devices are told by gateway and by platform too, reached people by the tag
    of the language that they read. Not ``exact``: from a sample of people; say "about".
    """

    people: int
    devices: int
    steps: list[Step]
    reached_people: int
    reached_devices: int
    by_gateway: Mapping[str, int]
    by_platform: Mapping[str, int]
    exact: bool
    at: datetime
    by_locale: Mapping[str, int] = field(default_factory=dict)
    without_key: Mapping[str, int] = field(default_factory=dict)
    """Devices by gateway that have no key of ours in their environment."""


def count(campaign: Campaign, *, at: datetime) -> Funnel | None:
    """The funnel of a campaign as it is now; None where nobody is chosen yet.

    None as well for a rule that cannot be used, and when even a small sample takes
    the database too long: `checks.problems` says which. Takes 9 s at most.
    """
    try:
        return counted(campaign, at=at)
    except (NoAudience, RuleError, TooSlow):
        return None


def count_again(run: Run, *, at: datetime) -> Funnel | None:
    """The funnel that a run would have now: of what was frozen for it, as `count`."""
    application, revision = run.application_id, run.revision
    gates = eligibility.of_revision(revision, application_id=application, at=at)
    try:
        people = select.people(application, revision.audience, at=at)
        return _counted(people, gates, at=at)
    except (NoAudience, RuleError, TooSlow):
        return None


def counted(campaign: Campaign, *, at: datetime) -> Funnel:
    """As `count`, but raises NoAudience, RuleError or TooSlow."""
    audience = select.of_campaign(campaign)
    people = select.people(campaign.application_id, audience, at=at)
    return _counted(people, eligibility.of_campaign(campaign, at=at), at=at)


def _counted(
    people: QuerySet[Person], gates: eligibility.Gates, *, at: datetime
) -> Funnel:
    rows, scale = estimate.sampled(people, lambda some: _rows(some, gates))
    return _funnel(rows, scale, at)


def _rows(people: QuerySet[Person], gates: eligibility.Gates) -> list[Row]:
    judged, params = eligibility.judged(people, gates)
    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(judged=judged), params)
        return list(cursor.fetchall())


def _funnel(rows: list[Row], scale: float, at: datetime) -> Funnel:
    people: Counter[int | None] = Counter()
    devices: Counter[int | None] = Counter()
    gateways: Counter[str] = Counter()
    platforms: Counter[str] = Counter()
    locales: Counter[str] = Counter()
    keyless: Counter[str] = Counter()
    for reason, gateway, platform, locale, rows_of in rows:
        number = round(rows_of * scale)
        if gateway is None or platform is None:
            people[reason] += number
            if reason is None:
                locales[locale or ""] += number
            continue
        devices[reason] += number
        if reason == Reason.NO_CREDENTIAL:
            keyless[gateway] += number
        if reason is None:
            gateways[gateway] += number
            platforms[platform] += number
    left_out = sorted({each for each in (*people, *devices) if each is not None})
    return Funnel(
        people=people.total(),
        devices=devices.total(),
        steps=[
            Step(reason=Reason(each), people=people[each], devices=devices[each])
            for each in left_out
        ],
        reached_people=people[None],
        reached_devices=devices[None],
        by_gateway=dict(gateways),
        by_platform=dict(platforms),
        by_locale=dict(locales),
        without_key=dict(keyless),
        exact=scale == 1,
        at=at,
    )

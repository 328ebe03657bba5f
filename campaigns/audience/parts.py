"""How many people each part of a rule holds by itself, and who of them is reached.

One statement counts every condition at once, over everybody or over a sample of
people; another splits those who match the whole rule by the platforms of their
devices. Both give up in time: nothing of a page waits longer.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from campaigns.models import PersonList
from campaigns.models.campaigns import Purpose
from devices.models import Person

from . import eligibility, estimate, select
from .tree import Condition, Group, Rule

REACHED = """
WITH judged AS MATERIALIZED ({judged}) SELECT platform, count(*) FROM judged
WHERE reason IS NULL GROUP BY platform
UNION ALL SELECT '', count(DISTINCT person_id) FROM judged WHERE reason IS NULL"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """People of each part, by its place ("rules/1/rules/0"); of everybody in all.

    Of a group that leaves people out: how many it would. Not ``exact``: multiplied
    from a sample; say "about".
    """

    people: Mapping[str, int]
    everybody: int
    exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """People whom a promotional message would reach now, and the devices of it."""

    people: int
    devices: Mapping[str, int]
    exact: bool


def count(rule: Rule, application_id: int, *, at: datetime) -> Parts:
    """Each part by itself; ``rule`` is one that `memberships.known` gave.

    Takes 1.9 s at most; raises TooSlow.
    """
    places = list(walk(rule))
    asked = {
        f"part_{number}": Count("pk", filter=_alone(node, at))
        for number, (_place, node) in enumerate(places)
    }
    found, scale = estimate.drawn(
        Person.objects.present().filter(application=application_id),
        application_id,
        lambda some: some.aggregate(everybody=Count("pk"), **asked),
    )
    return Parts(
        people={
            place: round(found[f"part_{number}"] * scale)
            for number, (place, _node) in enumerate(places)
        },
        everybody=round(found["everybody"] * scale),
        exact=scale == 1,
    )


def reached(people: QuerySet[Person], application_id: int, *, at: datetime) -> Reached:
    """Those of them who can be reached now; 1.9 s at most, raises TooSlow."""
    gates = eligibility.Gates(
        application_id=application_id,
        purpose=Purpose.PROMOTIONAL,
        topic_id=None,
        at=at,
        excluded=PersonList.objects.excluded(application_id),
    )
    rows, scale = estimate.drawn(
        people, application_id, lambda some: _by_platform(some, gates)
    )
    told = {platform: round(number * scale) for platform, number in rows}
    return Reached(people=told.pop("", 0), devices=told, exact=scale == 1)


def walk(group: Group, place: str = "") -> Iterator[tuple[str, Condition | Group]]:
    """Every condition and group inside, with the path that names its place."""
    for number, node in enumerate(group.rules):
        here = f"{place}/rules/{number}" if place else f"rules/{number}"
        yield here, node
        if isinstance(node, Group):
            yield from walk(node, here)


def _alone(node: Condition | Group, at: datetime) -> Q:
    if isinstance(node, Group) and node.match == "none":
        return select.to_q(Group(match="any", rules=node.rules), at=at)
    return select.to_q(node, at=at)


def _by_platform(
    people: QuerySet[Person], gates: eligibility.Gates
) -> list[tuple[str, int]]:
    judged, params = eligibility.judged(people, gates)
    with connection.cursor() as cursor:
        cursor.execute(REACHED.format(judged=judged), params)
        rows: list[Any] = cursor.fetchall()
    return rows

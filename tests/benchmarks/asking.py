"""Counts, lists and explanations of a million people, one call after another."""

import random
import statistics
import time
from collections.abc import Callable
from typing import Any

from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.audience import estimate, explain, limits, memberships, rules
from campaigns.management.sampling import making, shop
from devices.models import Application, Person

SEED = 1
CHANCE = 20261123
PATIENCE = (30.0, 1.0, 1.0)
"""Of an exact count: however long it takes is what is measured."""


def main(what: str, people: str, events: str, calls: str) -> dict[str, Any]:
    """Make the sample unless it is there, then one of the measurements."""
    ensure(int(people), int(events))
    application = Application.objects.get(slug=shop.SLUG)
    chance = random.Random(CHANCE)
    asked = ASKED[what](application, chance)
    asked()
    seconds = [timed(asked) for _ in range(int(calls))]
    return {
        "p95": 1000 * percentile(seconds),
        "median": 1000 * statistics.median(seconds),
        "most": 1000 * max(seconds),
        "people": Person.objects.filter(application=application).count(),
    }


def ensure(people: int, events: int) -> None:
    making.make(
        people=people,
        events=events,
        seed=SEED,
        at=timezone.now(),
        say=lambda line: None,
    )


def timed(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return time.perf_counter() - began


def percentile(seconds: list[float]) -> float:
    """What 95 of 100 took at most."""
    return sorted(seconds)[round(0.95 * (len(seconds) - 1))]


def condition(chance: random.Random) -> dict[str, Any]:
    """What marketers ask: where people are, what they are like, what they did."""
    event = chance.choice(
        ["app_open", "view_item", "search", "add_to_cart", "purchase"]
    )
    often = {"times": chance.randint(1, 5), "days": chance.choice([7, 30, 90, None])}
    return chance.choice(
        [
            shop.condition("country", "is_one_of", chance.sample(COUNTRIES, 3)),
            shop.condition("language", "is_none_of", ["ja", "ko"]),
            shop.condition("last_seen", "in_last_days", chance.choice([7, 30, 60])),
            shop.condition("platform", "is_one_of", ["ios", "android"]),
            shop.condition("topic", "is_on", name="offers"),
            shop.condition("preference", "is_one_of", ["subscribed", "opted_in"]),
            shop.condition("attribute.text", "is", "free", name="plan"),
            shop.condition("attribute.number", "at_least", 100, name="loyalty_points"),
            shop.condition("event", "did", often, name=event),
            shop.condition("event", "did", often, name=event),
            shop.condition("event", "did_not", often, name=event),
        ]
    )


COUNTRIES = ["US", "FR", "BE", "ES", "BR", "GR", "RU", "EG", "JP", "KR"]


def audience(chance: random.Random) -> dict[str, Any]:
    """A rule of one to six conditions, most of them of three and more."""
    nodes = [condition(chance) for _ in range(chance.choice([1, 2, 3, 4, 5, 6, 6]))]
    rule = {"version": 1, "match": chance.choice(["all", "all", "any"]), "rules": nodes}
    return {"kind": "segment", "rule": rule}


def about(application: Application, chance: random.Random) -> Callable[[], object]:
    return lambda: (
        estimate.about(application.pk, audience(chance), at=timezone.now()).people
    )


def exact(application: Application, chance: random.Random) -> Callable[[], object]:
    """People, and their devices by platform."""
    return lambda: (
        estimate.count(
            application.pk, audience(chance), at=timezone.now(), patience=PATIENCE
        ).people
    )


def changelist(application: Application, chance: random.Random) -> Callable[[], object]:
    """The list of people by the page's own view: its first page, and searches."""
    user, _is_new = get_user_model().objects.get_or_create(
        username="bench", is_superuser=True, is_staff=True, is_active=True
    )
    client = Client(HTTP_HOST="localhost")
    client.force_login(user)
    address = reverse("admin:devices_person_changelist")
    most = Person.objects.filter(application=application).count()

    def ask() -> None:
        word = f"sample-{SEED}-{chance.randint(1, most)}"
        wanted = chance.choice([{}, {"q": word}])
        answer = client.get(address, {"app": application.slug, **wanted})
        assert answer.status_code == 200

    return ask


def explained(application: Application, chance: random.Random) -> Callable[[], object]:
    """Each condition for one person, with the value that decides it."""
    ids = list(Person.objects.filter(application=application).order_by("-pk")[:1000])

    def ask() -> object:
        rule = rules.parse(audience(chance)["rule"])
        known = memberships.known(rule, application.pk)
        with limits.seconds(5):
            return explain.person(known, chance.choice(ids), at=timezone.now())

    return ask


ASKED = {
    "estimate": about,
    "exact_count": exact,
    "people_list": changelist,
    "explain": explained,
}

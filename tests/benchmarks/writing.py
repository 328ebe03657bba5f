"""The pages of somebody who writes a message, asked as their browser asks them."""

import time
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from typing import Any

from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from campaigns.admin import personas
from campaigns.delivery import clock
from campaigns.dry_run import tally, working
from campaigns.models import Campaign, DryRun
from tests.benchmarks.audiences import people_of
from tests.benchmarks.runs import campaign
from tests.campaigns.admin.posting import form

TYPED = "The winter is here, and it is cold outside. " * 8
FRENCH = {
    "locale": "fr",
    "title": 'Bonjour {{ first_name | default: "à vous" }}',
    "body": 'Du nouveau à {{ city | default: "deux pas" }} et en ligne.',
}
SLICE = 5.0
"""Seconds that the task works before it rings again."""

Look = dict[str, str]


def main(what: str, *words: str) -> Any:
    """One of STEPS, with its words."""
    return STEPS[what](*words)


def preview(audience: str, calls: str) -> dict[str, Any]:
    """The 95th of each hundred calls, in milliseconds: of all, and of each kind."""
    draft = campaign(int(audience), "names")
    draft.translations = [FRENCH]
    draft.save(update_fields=["translations"])
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(get_user_model().objects.get(username="bench"))
    address = reverse("admin:campaigns_campaign_live", args=[draft.pk])
    took: dict[str, list[float]] = {}
    for number, (kind, look) in enumerate(islice(cycle(looks(draft)), int(calls))):
        typed = draft.body + TYPED[: 7 * (number % 50)]
        posted = form(draft, body=typed, **look)
        began = time.perf_counter()
        answer = browser.post(address, posted)
        took.setdefault(kind, []).append(1e3 * (time.perf_counter() - began))
        if answer.status_code != 200 or not answer.json()["phones"]:
            raise SystemExit(f"No preview: {answer.status_code}, {look}")
    every = [each for found in took.values() for each in found]
    by_kind = {f"p95 ms, {kind}": p95(found) for kind, found in took.items()}
    return {"all": p95(every), "by_kind": by_kind}


def looks(draft: Campaign) -> Iterator[tuple[str, Look]]:
    """Kinds of calls in turn: people, languages, screens as somebody steers them."""
    people = personas.offered(draft.application)
    known = people[-1]
    yield "typing", {"person": str(people[0].pk)}
    yield "typing", {"person": str(known.pk), "preview_locale": "fr"}
    yield "every screen", {"person": str(known.pk), "preview_all": "yes"}
    yield "every screen", {"preview_all": "yes", "preview_shade": "both"}
    for key in sorted(personas.KEYS):
        yield "special people", {"person": key}
    name = known.attributes["first_name"]
    for words in (known.external_id, name, known.attributes["code"], "ville-1", "zzz"):
        yield "search", {"preview_search": words}
    yield "own values", {"preview_value:first_name": "Zoé", "preview_locale": "fr"}


def p95(found: list[float]) -> float:
    return sorted(found)[int(0.95 * (len(found) - 1))]


def dry_run(audience: str) -> dict[str, Any]:
    """Seconds from asking until the last person is counted, by one process."""
    draft = campaign(int(audience), "names")
    user = get_user_model().objects.get(username="bench")
    began = time.perf_counter()
    asked = working.ask(draft, user=user, at=clock.now())
    while working.work(asked.pk, seconds=SLICE, at=clock.now()):
        pass
    seconds = time.perf_counter() - began
    counted = tally.read(DryRun.objects.get(pk=asked.pk).tally)
    return {
        "seconds": seconds,
        "people": counted.people,
        "reached": counted.reached,
        "wanted": people_of(int(audience)),
    }


STEPS: dict[str, Callable[..., Any]] = {"dry_run": dry_run, "preview": preview}

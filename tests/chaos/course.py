"""One run from launch to end, with its faults on the way."""

import random
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from campaigns.delivery import lifecycle, recount
from campaigns.models import Batch, Campaign, Parked, Run
from campaigns.models.states import BatchState
from campaigns.review import funnel
from tests.chaos import nemesis, site

PATIENCE = 90
"""Seconds without any progress after which the run counts as stuck."""

LATE_SECONDS = 5
"""How long a process that was stopped gets to tell what it knows."""

SPREAD_SECONDS = 0.05
"""A fault comes up to so long after its share of the run, in the middle of a chunk."""


@dataclass(kw_only=True)
class Course:
    """A run under way: what it was done to, and what was seen on the way."""

    run: Run
    faults: list[tuple[float, str]]
    chance: random.Random
    done: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(nemesis.FAULTS, 0)
    )
    late: int = 0
    stuck: str = ""
    settled: int = 0
    unknown: int = 0
    offset: int = 0
    requests: int = 0

    def sail(self) -> None:
        """Follow the run to its end, or until it is stuck."""
        moved, last = time.monotonic(), (-1, -1)
        while not self._is_over():
            nemesis.wake()
            now = (self._settled(), self._seen())
            if now != last:
                moved, last = time.monotonic(), now
            if time.monotonic() - moved > PATIENCE:
                self.stuck = why_stuck(self.run)
                return
            self._strike()
            time.sleep(0.01)
        self._hear_the_late()

    def _is_over(self) -> bool:
        with Patient():
            self.run.refresh_from_db()
        return self.run.state in ("finished", "stopped") and not self.run.stopping

    def _settled(self) -> int:
        """Deliveries with their outcome; counts those that unknown gave back."""
        with Patient():
            tallies = recount.from_tallies(self.run.pk, audience=self.run.audience)
            self.late += max(0, self.unknown - tallies.unknown)
            self.unknown = tallies.unknown
            self.settled = self.run.audience - tallies.waiting
        return self.settled

    def _seen(self) -> int:
        """Requests of this run that the gateway has seen so far."""
        if site.JOURNAL.exists():
            with site.JOURNAL.open("rb") as journal:
                journal.seek(self.offset)
                new = journal.read()
            whole = new[: new.rfind(b"\n") + 1]
            self.offset += len(whole)
            name = str(self.run.public_id).encode()
            self.requests += sum(name in line for line in whole.splitlines())
        return self.requests

    def _strike(self) -> None:
        """The next fault, when its share of the requests has come."""
        expected = self._expected()
        if not self.faults or not expected:
            return
        share, name = self.faults[0]
        if self._reached(expected) < share * expected:
            return
        time.sleep(self.chance.random() * SPREAD_SECONDS)
        with Patient():
            if nemesis.FAULTS[name](self.run, self.chance):
                self.faults.pop(0)
                self.done[name] += 1
                site.say(f"{name} {self.done[name]} after {self.requests:,} requests")

    def _reached(self, expected: int) -> int:
        """Rows that were requested, or are over without a request ever seen."""
        left_out = self.run.audience - expected
        return max(self.requests, self.settled - left_out)

    def _expected(self) -> int:
        with Patient():
            ranges = self.run.batches.filter(members=None).values_list("lo", "hi")
            return sum(hi - lo for lo, hi in ranges)
        return 0

    def _hear_the_late(self) -> None:
        while nemesis.wake():
            time.sleep(0.1)
        if self.done["STOPS"]:
            until = time.monotonic() + LATE_SECONDS
            while time.monotonic() < until:
                self._settled()
                time.sleep(0.1)
        self._is_over()


class Patient:
    """Lets a lost database pass: the site must recover, and so does the observer."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type | None, error: object, trace: object) -> bool:
        if not isinstance(error, OperationalError | InterfaceError):
            return False
        connection.close()
        time.sleep(0.1)
        return True


def launch(campaign: Campaign) -> Run:
    """Launch it to its whole audience, now."""
    at = timezone.now()
    people = funnel.counted(campaign, at=at).reached_people
    run = lifecycle.launch_now(
        campaign,
        user=owner(),
        launch_key=uuid.uuid4(),
        version=campaign.version,
        counted_people=people,
        confirmed_people=people,
        at=at,
    )
    Run.objects.filter(pk=run.pk).update(countdown_until=timezone.now())
    return run


def next_campaign() -> Campaign:
    """The sample's draft, or a copy of it once that was sent."""
    first = Campaign.objects.order_by("pk").first()
    assert first is not None
    if first.state == "draft":
        return first
    return lifecycle.duplicate(first, user=owner(), at=timezone.now())


def owner() -> User:
    found: User = get_user_model().objects.get(is_superuser=True)
    return found


def why_stuck(run: Run) -> str:
    """What an operator would look at first."""
    shown: list[Any] = [f"state {run.state}, stopping {run.stopping}, {run.reason!r}"]
    batches = Batch.objects.filter(run=run).exclude(state=BatchState.CLOSED)
    for batch in batches.order_by("pk")[:10]:
        shown.append(
            f"batch {batch.pk}: state {batch.state} owner {batch.owner!r} token"
            f" {batch.token} until {batch.until} due {batch.due} attempt"
            f" {batch.attempt} ({batch.lo}, {batch.hi}] done {batch.done} next"
            f" {batch.next} deaths {batch.deaths}"
        )
    parked = Parked.objects.filter(run=run)
    first = parked.order_by("due").values_list("due", flat=True).first()
    shown.append(f"{batches.count()} open batches, {parked.count()} parked, {first}")
    shown.append(f"send processes: {[each.pid for each in site.senders()]}")
    return "\n".join(shown)

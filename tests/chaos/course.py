"""One run from its beginning to its end, with its faults on the way."""

import random
import time
from dataclasses import dataclass, field
from typing import Any

import psutil
from django.db import InterfaceError, OperationalError, connection

from campaigns.models import Batch, Campaign, Parked, Run
from campaigns.models.states import BatchState
from tests.chaos import launching, nemesis, site
from tests.chaos.sights import Gauge, Sights

PATIENCE = 90
"""Seconds without any progress after which the run counts as stuck."""

LATE_SECONDS = 5
"""How long a process that was stopped gets to tell what it knows."""

SPREAD_SECONDS = 0.05
"""A fault comes up to so long after its share of the run, in the middle of a chunk."""

SAMPLE_EVERY = 0.5
STEP = 0.02


@dataclass(kw_only=True)
class Course:
    """A run under way: what it was done to, and what was seen on the way."""

    campaign: Campaign
    faults: list[tuple[float, str]]
    chance: random.Random
    sights: Sights
    run: Run = field(init=False)
    gauge: Gauge = field(init=False)
    done: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(nemesis.FAULTS, 0)
    )
    stuck: str = ""
    _halt: tuple[float, float, nemesis.Deed] | None = None
    _sampled: float = 0.0
    _moved: tuple[float, int] = (0.0, -1)

    def sail(self) -> None:
        """Follow the run to its end, or until it is stuck."""
        self._await_run()
        self._moved = time.monotonic(), -1
        while not self._is_over():
            nemesis.wake()
            if self._is_stuck():
                self.stuck = why_stuck(self.run)
                return
            with Patient():
                self._release()
                self._strike()
            time.sleep(STEP)
        self._hear_the_late()

    def _await_run(self) -> None:
        until = time.monotonic() + PATIENCE
        while (run := launching.run_of(self.campaign)) is None:
            if time.monotonic() > until:
                raise SystemExit("The promised run did not begin.")
            time.sleep(STEP)
        self.run, self.gauge = run, Gauge(site.JOURNAL, run)

    def _is_over(self) -> bool:
        if time.monotonic() - self._sampled > SAMPLE_EVERY:
            self._sampled = time.monotonic()
            with Patient():
                self.sights.take(self.run)
        self.gauge.read()
        return self.sights.state in ("finished", "stopped", "missed")

    def _is_stuck(self) -> bool:
        progress = self.gauge.requests + self.sights.settled
        if progress != self._moved[1]:
            self._moved = time.monotonic(), progress
        return time.monotonic() - self._moved[0] > PATIENCE

    def _strike(self) -> None:
        """The next fault, when its share of the requests has come."""
        expected = self.sights.to_send
        if not self.faults or not expected or self._halt:
            return
        share, name = self.faults[0]
        if self._reached() < share * expected:
            return
        time.sleep(self.chance.random() * SPREAD_SECONDS)
        began = time.time()
        try:
            deed = nemesis.FAULTS[name](self.run, self.chance)
        except psutil.NoSuchProcess:
            return
        if deed is None:
            return
        self.faults.pop(0)
        self.done[name] += 1
        site.say(f"{name} {self.done[name]} after {self.gauge.requests:,} requests")
        if deed.release:
            self._halt = (time.time(), time.monotonic() + nemesis.HALTED_FOR, deed)
        else:
            self.sights.note("fault", name=name, at=began, processes=deed.processes)

    def _release(self) -> None:
        """End the pause whose time has come."""
        if self._halt is None or time.monotonic() < self._halt[1]:
            return
        since, _until, deed = self._halt
        until = time.time()
        if deed.release:
            deed.release()
        self._halt = None
        self.sights.note("halt", name=deed.halt, since=since, until=until)
        self.sights.note("fault", name="PAUSES", at=time.time(), processes=0)

    def _reached(self) -> int:
        """Rows that were requested, or are over without a request ever seen."""
        return max(self.gauge.requests, self.sights.ended)

    def _hear_the_late(self) -> None:
        while nemesis.wake():
            time.sleep(0.1)
        if self.done["STOPS"]:
            time.sleep(LATE_SECONDS)
        with Patient():
            self.sights.take(self.run)
        self.run.refresh_from_db()


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


def why_stuck(run: Run) -> str:
    """What an operator would look at first."""
    run.refresh_from_db()
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

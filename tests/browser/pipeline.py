"""What the processes of a site do between two looks at a page, one step at a time.

Everything is real but the clock on the wall: the database, the sender, the wire and
the simulator at its end.
"""

import time
from pathlib import Path
from typing import Any

from django.utils import timezone

from campaigns.delivery import (
    batches,
    channels,
    late,
    lifecycle,
    preparing,
    send,
    test_sends,
)
from campaigns.delivery.pace import Pace
from campaigns.models import Run, TestSend
from campaigns.models.states import RunState
from devices import credentials
from devices.models import Installation
from tests import builders
from tests.simulators import RunningSimulator


class Pipeline:
    """A site's workers, with the simulator in its data folder."""

    def __init__(self, folder: Path, settings: Any) -> None:
        self.simulator = RunningSimulator(folder / "simulator")
        self.settings = settings
        settings.VAR, settings.SIMULATOR = folder, self.simulator.address
        flights = folder / "flights"
        flights.mkdir()
        self.pace = Pace(flights=flights)

    def give_a_key(self) -> None:
        """The application may send to Android phones."""
        key = self.simulator.service_account("shop")
        credentials.store(builders.application(), "fcm", "production", key, actor=None)

    def phone(self, name: str, **person: Any) -> Installation:
        """Somebody with an Android phone, whose token and external id are the name."""
        owner = builders.person(external_id=name, **person)
        return builders.installation(owner, token=name)

    def begin(self) -> None:
        """The countdowns are over: freeze each audience."""
        now = timezone.now()
        for run in Run.objects.filter(state=RunState.COUNTDOWN):
            Run.objects.filter(pk=run.pk).update(countdown_until=now)
            lifecycle.begin_preparing(run.pk, at=now)
        for run in Run.objects.filter(state=RunState.PREPARING):
            preparing.prepare(run.pk, seconds=30.0, at=timezone.now())

    def send_batch(self) -> None:
        """One batch, as a worker takes it."""
        claim = batches.claim("here", lease=30.0, flights=self.pace.flights)
        assert claim is not None, "nothing waits to be sent"
        until = time.monotonic() + 30
        send.send_batch(claim, until=until, pace=self.pace, channel=channels.channel)
        late.finish(claim.run, at=timezone.now())

    def send_all(self) -> None:
        """Until nothing is left to do."""
        send.work(30.0, pace=self.pace)

    def send_tests(self) -> None:
        """The tests that somebody asked for."""
        for each in TestSend.objects.filter(verdict=""):
            test_sends.deliver(each.pk, at=timezone.now(), channel=channels.channel)

    def titles(self) -> dict[str, str]:
        """What each phone was sent, by its token, from the simulator's journal."""
        return {
            each["token"]: each["body"]["message"]["notification"]["title"]
            for each in self.simulator.journal()
            if each["gateway"] == "fcm"
        }

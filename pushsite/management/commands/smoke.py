"""`manage.py smoke`: a whole site sends the sample campaign once, without a person.

One JSON line on the standard output and in <var>/smoke.json; everything else goes to
the standard error. Exit status 1 when a delivery is missing, unknown or double.
"""

import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections

from campaigns.delivery import clock, lifecycle, recount
from campaigns.models import Run
from devices.models import Credential
from pushsite import trial
from pushsite.embedded import EmbeddedError
from pushsite.supervisor import launch
from pushsite.supervisor.preconditions import CannotStart

LOOK_SECONDS = 0.5
PATIENCE_SECONDS = 180.0


class Command(BaseCommand):
    help = "Starts a site, sends the sample campaign, stops, prints one JSON line."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        self._writing = threading.Lock()
        site = launch.site_of_settings(workers=1, with_beat=True)
        errand = Errand(self.say)
        try:
            launch.run(
                site,
                say=self.say,
                until=errand.is_done,
                sample=launch.Sample.MADE,
            )
        except (CannotStart, EmbeddedError, lifecycle.Refused) as error:
            raise CommandError(str(error)) from error
        if errand.line is None:
            raise CommandError("Interrupted before the sample campaign was sent.")
        text = errand.line.as_json()
        (settings.VAR / "smoke.json").write_text(text + "\n")
        self.stdout.write(text)
        if not errand.line.is_good:
            sys.exit(1)

    def say(self, name: str, text: str) -> None:
        with self._writing:
            self.stderr.write(f"{name:>9} | {text}")


class Errand:
    """What smoke does while the site runs; asked again and again until it is done."""

    def __init__(self, say: Callable[[str, str], None]) -> None:
        self._say = say
        self.line: trial.Line | None = None
        self._run: Run | None = None
        self._next_look = 0.0
        self._waiting = -1
        self._moved_at = time.monotonic()

    def is_done(self) -> bool:
        if time.monotonic() < self._next_look:
            return False
        self._next_look = time.monotonic() + LOOK_SECONDS
        close_old_connections()
        if self._run is None:
            self._refuse_real_phones()
            self._run = trial.launch(at=clock.now())
        elif trial.is_over(self._run):
            journal = settings.VAR / "simulator" / "journal.jsonl"
            self.line = trial.line(self._run, journal)
            taken = trial.by_gateway(self._run).items()
            words = ", ".join(f"{count:,} by {gateway}" for gateway, count in taken)
            self._say("smoke", f"Accepted: {words}.")
        else:
            self._be_patient(self._run)
        return self.line is not None

    def _refuse_real_phones(self) -> None:
        if Credential.objects.filter(simulated=False).exists():
            raise CannotStart(
                "This site has credentials of real providers, and smoke would send to "
                "real phones: set PUSHSITE_VAR to an empty folder."
            )

    def _be_patient(self, run: Run) -> None:
        waiting = recount.from_tallies(run.pk, audience=run.audience).waiting
        if waiting != self._waiting:
            self._waiting, self._moved_at = waiting, time.monotonic()
        if time.monotonic() - self._moved_at > PATIENCE_SECONDS:
            raise CannotStart(
                f"The sample campaign stands still ({run.state}, {waiting} deliveries "
                f"wait): read the files in {settings.VAR / 'log'}."
            )

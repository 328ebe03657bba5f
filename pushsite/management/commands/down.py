"""`manage.py down`: stops whatever was left running on this folder."""

import os
import signal
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from pushsite.embedded import EmbeddedError, EmbeddedPostgres
from pushsite.supervisor import preconditions

PATIENCE_SECONDS = 60.0


class Command(BaseCommand):
    help = "Stops a site that runs from this folder, and its embedded PostgreSQL."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        stopped = []
        if pid := preconditions.running_pid(settings.VAR):
            self._stop(pid)
            stopped.append("the site")
        if settings.EMBEDDED:
            try:
                stopped += ["PostgreSQL"] * EmbeddedPostgres(settings.VAR).stop()
            except EmbeddedError as error:
                raise CommandError(str(error)) from error
        words = " and ".join(stopped)
        self.stdout.write(f"Stopped {words}." if words else "Nothing was running.")

    def _stop(self, pid: int) -> None:
        """End the `up` of this folder as Ctrl-C does; its watchdog does the rest."""
        for how in (signal.SIGTERM, signal.SIGKILL):
            self._tell(pid, how)
            until = time.monotonic() + PATIENCE_SECONDS
            while preconditions.running_pid(settings.VAR) == pid:
                if time.monotonic() > until:
                    break
                time.sleep(0.1)
            else:
                return

    def _tell(self, pid: int, how: signal.Signals) -> None:
        try:
            os.kill(pid, how)
        except ProcessLookupError:
            return
        except PermissionError as error:
            raise CommandError(
                f"The site (process {pid}) belongs to another user: stop it as that "
                "user."
            ) from error

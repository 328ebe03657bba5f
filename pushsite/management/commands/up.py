"""`manage.py up`: a whole site on this machine, until Ctrl-C."""

import contextlib
import os
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pushsite.embedded import EmbeddedError
from pushsite.supervisor import launch
from pushsite.supervisor.preconditions import CannotStart


class Command(BaseCommand):
    help = (
        "Starts the database, the web server, the workers, beat and the simulator, "
        "and stops them all at Ctrl-C (twice: at once)."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--workers",
            type=int,
            default=min(os.cpu_count() or 1, 2),
            help="Processes that send pushes (default: up to 2).",
        )
        parser.add_argument(
            "--no-beat", action="store_true", help="Run no scheduled campaign."
        )

        parser.add_argument(
            "--empty",
            action="store_true",
            help="Make no sample audience on the first start.",
        )

    def handle(
        self, *args: Any, workers: int, no_beat: bool, empty: bool, **options: Any
    ) -> None:
        self._writing = threading.Lock()
        site = launch.site_of_settings(workers=workers, with_beat=not no_beat)
        sample = launch.Sample.NONE if empty else launch.Sample.SENT
        try:
            launch.run(site, say=self.say, until=lambda: False, sample=sample)
        except (CannotStart, EmbeddedError) as error:
            raise CommandError(str(error)) from error

    def say(self, name: str, text: str) -> None:
        """One line of one process; a terminal that went away is no reason to stop."""
        with self._writing, contextlib.suppress(OSError, ValueError):
            self.stdout.write(f"{name:>9} | {text}")
            self.stdout.flush()

"""The push providers' simulator, as a process of its own."""

import asyncio
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from devices.simulator import server

PORT = 8443


class Command(BaseCommand):
    help = "Answer as the push providers do, over TLS, and show what phones get."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--listen",
            default=settings.SIMULATOR or f"127.0.0.1:{PORT}",
            help="host:port; port 0 takes a free one (default: SIMULATOR)",
        )
        parser.add_argument(
            "--scripts", type=Path, help="a file of scripts, one JSON object per line"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        host, _colon, port = options["listen"].rpartition(":")
        simulator = server.Simulator(
            settings.VAR / "simulator", asks=settings.SIMULATOR_ASKS
        )
        try:
            if options["scripts"]:
                simulator.scripts.load(options["scripts"])
            asyncio.run(server.run(simulator, host, int(port), self.ready))
        except ValueError as wrong:
            raise CommandError(f"--listen wants host:port. {wrong}") from wrong
        except OSError as taken:
            raise CommandError(
                f"The simulator cannot listen on {options['listen']} ({taken}). Stop "
                "the other process, or set SIMULATOR to another port."
            ) from taken

    def ready(self, address: str) -> None:
        self.stdout.write(f"Simulator on {address}; SIMULATOR={address} sends there.")
        self.stdout.flush()

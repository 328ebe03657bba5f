"""A sample audience of any size, for a first look, benchmarks and tests."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from campaigns.management.sampling import making


class Command(BaseCommand):
    help = "Make a sample shop with people, devices, events and one campaign."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--people", type=int, default=6_000)
        parser.add_argument("--events", type=int, default=30_000)
        parser.add_argument(
            "--seed", type=int, default=1, help="the same seed gives the same people"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        for name in ("people", "events"):
            if options[name] < 0:
                raise CommandError(f"--{name} wants a number from 0 on.")
        made = making.make(
            people=options["people"],
            events=options["events"],
            seed=options["seed"],
            at=timezone.now(),
            say=self.say,
        )
        counts = (
            f"{made.people:,} people, {made.devices:,} devices, {made.events:,} events"
        )
        self.say(
            f"Sample made: {counts}."
            if made.is_new
            else f"The sample of seed {options['seed']} is there already: {counts}."
        )

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

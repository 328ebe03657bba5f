"""Stop all sending, or allow it again: also when pages and the broker are away."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from campaigns.delivery import clock, lifecycle
from campaigns.models import Switch


class Command(BaseCommand):
    help = "Says whether sending is allowed; stops all sending, or allows it again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", nargs="?", choices=["stop", "allow"])
        parser.add_argument("--reason", default="", help="shown on every page")

    def handle(self, *args: Any, what: str | None, reason: str, **options: Any) -> None:
        at = clock.now()
        if what == "stop":
            lifecycle.switch_off(reason=reason, user=None, at=at)
        elif what == "allow":
            lifecycle.switch_on(user=None, at=at)
        switch = Switch.objects.get()
        self.stdout.write(
            "Sending is allowed."
            if switch.is_on
            else f"All sending is stopped: {switch.why or 'no reason was given'}."
        )

"""`manage.py embedded start|stop|status|url`: the database below var/, by hand."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from pushsite.embedded import EmbeddedError, EmbeddedPostgres


class Command(BaseCommand):
    help = "Starts, stops or describes the embedded PostgreSQL."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["start", "stop", "status", "url"])
        parser.add_argument(
            "--if-unused",
            action="store_true",
            help="With stop: leave it running when another process uses it.",
        )

    def handle(self, *args: Any, what: str, if_unused: bool, **options: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError(
                "DATABASE_URL is set, so no embedded PostgreSQL is used: unset it to "
                "use this command."
            )
        server = EmbeddedPostgres(settings.VAR)
        answers = {
            "start": self.start,
            "stop": self.stop_if_unused if if_unused else self.stop,
            "status": self.status,
            "url": self.url,
        }
        try:
            self.stdout.write(answers[what](server))
        except EmbeddedError as error:
            raise CommandError(str(error)) from error

    def start(self, server: EmbeddedPostgres) -> str:
        started = server.ensure()
        return f"{'Started' if started else 'Already running'}: {server.url}"

    def stop(self, server: EmbeddedPostgres) -> str:
        return "Stopped." if server.stop() else "It was not running."

    def stop_if_unused(self, server: EmbeddedPostgres) -> str:
        return "Stopped." if server.stop_if_unused() else "It is used, or not running."

    def url(self, server: EmbeddedPostgres) -> str:
        server.ensure()
        return server.url

    def status(self, server: EmbeddedPostgres) -> str:
        return f"Running: {server.url}" if server.is_ready() else "Not running."

"""`manage.py phone`: a simulated phone whose app registers, and pairs by a code."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.text import slugify

from devices.models import Application
from devices.models.installations import Platform
from devices.simulator.app import App, Refused
from devices.simulator.client import Client, SimulatorAway


class Command(BaseCommand):
    help = (
        "Register a simulated phone over the API, as the app on a real one does, and "
        "pair it with the code that Test phones shows."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="how the page of phones calls it: Ana")
        parser.add_argument("--code", default="", help="the code to type in the app")
        parser.add_argument(
            "--application", default="", help="its short name (default: the first one)"
        )
        parser.add_argument(
            "--platform", default=Platform.ANDROID, choices=Platform.values
        )
        parser.add_argument("--locale", default="", help="the phone's language: fr-FR")

    def handle(
        self,
        *args: Any,
        name: str,
        code: str,
        application: str,
        platform: str,
        locale: str,
        **options: Any,
    ) -> None:
        shop = application_named(application)
        words = slugify(f"{shop.slug} {platform} {name}")
        memory = f"simulated-{words}.json"
        folder = settings.VAR / "simulator"
        app = App(settings.SITE_URL, shop.public_key, folder / "apps" / memory)
        facts = {"locale": locale} if locale else {}
        wanted = {"platform": platform, "name": name}
        try:
            simulator = Client(settings.SIMULATOR or "127.0.0.1:0", folder / "ca.pem")
            device = app.register(simulator, wanted, model=name[:80], **facts)
            self.stdout.write(f"{name} is registered as {device}.")
            if code:
                self.stdout.write(f"{app.pair(code)} gets test sends now.")
        except SimulatorAway as away:
            raise CommandError(
                "The simulator does not answer. Start the site with make up, or set "
                "SIMULATOR to where it listens."
            ) from away
        except Refused as refused:
            raise CommandError(str(refused)) from refused


def application_named(slug: str) -> Application:
    """The application of this short name, the first one without any."""
    rows = Application.objects.order_by("pk")
    found = (rows.filter(slug=slug) if slug else rows).first()
    if found is None:
        raise CommandError("There is no such application: add one in the admin first.")
    return found

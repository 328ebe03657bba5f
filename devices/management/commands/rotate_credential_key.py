"""Seal every stored credential with the new CREDENTIAL_KEY."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from devices import credentials
from devices.sealing import SealBroken


class Command(BaseCommand):
    help = (
        "Start the site with the new key in CREDENTIAL_KEY and the old one in "
        "CREDENTIAL_KEY_OLD, run this, and remove the old one after 48 hours: answers "
        "kept for repeated requests need it until then."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.CREDENTIAL_KEY_OLD:
            raise CommandError("Put the old key into CREDENTIAL_KEY_OLD first.")
        try:
            count = credentials.reseal(actor=None)
        except SealBroken as broken:
            raise CommandError(
                f"{broken} Give that key in CREDENTIAL_KEY_OLD, or store the "
                "credential again."
            ) from broken
        self.stdout.write(f"{count} credentials sealed with the new key.")

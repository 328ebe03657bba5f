"""The tokens of sample devices, which the simulator takes."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devices.models.applications import Environment, GatewayKind
from devices.registration.addresses import browser_of
from devices.simulator import pretending


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """``folder`` is the simulator's, ``vapid_key`` the shop's for its browsers."""

    folder: Path
    vapid_key: str

    def address(
        self, gateway: str, environment: str, name: str, *, model: str
    ) -> dict[str, Any]:
        """The fields of a BulkDevice by which a push to it goes.

        ``name`` is what the page of phones and the scripts read in the token;
        ``model`` names the browser.
        """
        where: dict[str, Any] = {"gateway": gateway, "environment": environment}
        if gateway != GatewayKind.WEBPUSH:
            return where | pretending.address(self.folder, gateway, name)
        made = pretending.address(
            self.folder,
            gateway,
            name,
            browser=model.lower(),
            vapid_key=self.vapid_key,
        )
        return where | made | {"browser": browser_of(made["token"])}


def world(environment: str) -> str:
    """What an APNs token of the sandbox begins with: it is unknown elsewhere."""
    return "sandbox-" if environment == Environment.SANDBOX else ""

"""Tokens of simulated devices: what an app would have registered, by gateway."""

import json
from functools import cached_property
from pathlib import Path
from typing import Any

from devices.models.applications import Environment, GatewayKind
from devices.simulator import apns_accounts, webpush_browsers, wns_accounts

HOSTS = {
    "Chrome": (webpush_browsers.CHROME, "CHROME"),
    "Edge": (webpush_browsers.EDGE, "EDGE"),
    "Firefox": (webpush_browsers.FIREFOX, "FIREFOX"),
    "Safari": (webpush_browsers.SAFARI, "SAFARI"),
}
"""A browser's push service, and the library's word for the browser."""

Address = dict[str, Any]


class Tokens:
    """Makes what the simulator in ``folder`` will take for an application's."""

    def __init__(self, folder: Path, application: str) -> None:
        self.folder = folder
        self.application = application

    @cached_property
    def vapid_key(self) -> str:
        """The public key with which the application's browsers subscribe."""
        secret = webpush_browsers.vapid_secret(self.folder, self.application)
        key: str = json.loads(secret)["keys"][0]["public"]
        return key

    def address(
        self, gateway: str, environment: str, name: str, *, model: str
    ) -> Address:
        """The fields of a BulkDevice by which a push to it goes.

        ``name`` is what the page of phones and the scripts read in the token;
        ``model`` names the browser.
        """
        where = {"gateway": gateway, "environment": environment}
        if gateway == GatewayKind.WEBPUSH:
            return where | self._subscription(name, model)
        if gateway == GatewayKind.APNS:
            return where | {"token": apns_accounts.apns_token(name)}
        if gateway == GatewayKind.WNS:
            return where | {"token": wns_accounts.wns_channel(name)}
        return where | {"token": name}

    def _subscription(self, name: str, browser: str) -> Address:
        host, word = HOSTS[browser]
        made = webpush_browsers.subscription(
            self.folder, name, host=host, key=self.vapid_key
        )
        return {
            "token": made.endpoint,
            "p256dh": made.p256dh,
            "auth": made.auth,
            "vapid_key": self.vapid_key,
            "browser": word,
        }


def world(environment: str) -> str:
    """What an APNs token of the sandbox begins with: it is unknown elsewhere."""
    return "sandbox-" if environment == Environment.SANDBOX else ""

"""The simulator's own address, https://simulator/: scripts, and what phones show.

It is for tests and for the page of phones. It listens where the providers do.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson

from devices.simulator import pretending
from devices.simulator.accounts import Accounts
from devices.simulator.exchange import Incoming, Reply, json_reply
from devices.simulator.phones import Phones
from devices.simulator.scripts import SCRIPTS, Scripts

EVENTS = (("content-type", "text/event-stream"), ("cache-control", "no-store"))


class Control:
    """Answers for the host "simulator"."""

    def __init__(
        self, folder: Path, accounts: Accounts, scripts: Scripts, phones: Phones
    ) -> None:
        self._folder = folder
        self._accounts = accounts
        self._scripts = scripts
        self._phones = phones

    def answer(self, request: Incoming) -> Reply:
        """JSON for every address; a bad request gets a sentence."""
        address = urlsplit(request.path)
        road = self._roads().get((request.method, address.path))
        if road is None:
            return json_reply(404, {"error": "There is nothing at this address."})
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        try:
            return road(orjson.loads(request.body) if request.body else query)
        except (ValueError, TypeError, KeyError, AttributeError) as wrong:
            return json_reply(400, {"error": str(wrong)})

    def _roads(self) -> dict[tuple[str, str], Callable[[Any], Reply]]:
        return {
            ("GET", "/scripts"): lambda query: json_reply(200, SCRIPTS),
            ("POST", "/script"): self._script,
            ("POST", "/device"): self._device,
            ("POST", "/revoke"): self._revoke,
            ("GET", "/phones"): self._describe,
            ("GET", "/events"): self._events,
        }

    def _script(self, wanted: Any) -> Reply:
        """One script or a list of them: scripts.Scripts.put says the keys."""
        self._scripts.put_all(wanted if isinstance(wanted, list) else [wanted])
        return json_reply(200, {"ok": True})

    def _device(self, wanted: Any) -> Reply:
        """What the app of a new device registers: pretending.device says the keys."""
        return json_reply(200, pretending.device(self._folder, wanted))

    def _revoke(self, wanted: Any) -> Reply:
        return json_reply(200, {"revoked": self._accounts.revoke(wanted["account"])})

    def _describe(self, query: Any) -> Reply:
        return json_reply(200, self._phones.describe(query.get("search", "")))

    def _events(self, query: Any) -> Reply:
        return Reply(
            status=200, headers=EVENTS, manner="events", watch=self._phones.watch
        )

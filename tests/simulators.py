"""A real simulator for tests: its own thread, a free port, a folder of its own."""

import asyncio
import json
import threading
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from devices.gateways.wire import Wire
from devices.simulator import (
    accounts,
    apns_accounts,
    apns_certificates,
    server,
    webpush_browsers,
    wns_accounts,
)


class RunningSimulator:
    """Over TLS like the real one; tests talk to it directly only to arrange and look.

    ``folder`` holds ca.pem and journal.jsonl.
    """

    def __init__(
        self,
        folder: Path,
        versions: Sequence[str] = ("h2", "http/1.1"),
        *,
        asks: bool = False,
    ) -> None:
        self.folder = folder
        self._versions = versions
        self.simulator = server.Simulator(folder, asks=asks)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._listening = threading.Event()
        self._accounts: dict[str, str] = {}
        self.address = ""
        self._thread.start()
        self._listening.wait(10)

    @property
    def ca_path(self) -> Path:
        return self.folder / "ca.pem"

    def wire(self, **changes: Any) -> Wire:
        """A sender's settings that lead here, with short times for tests."""
        ours = {"simulator": self.address, "ca_file": str(self.ca_path)}
        short = {"connect_timeout": 2.0, "timeout": 5.0}
        return Wire(**(ours | short | changes))

    def service_account(self, project: str = "demo") -> str:
        """The JSON key of a project's service account, made once."""
        if project not in self._accounts:
            made = accounts.service_account(self.folder, project)
            self._accounts[project] = made
        return self._accounts[project]

    def wns_secret(self) -> str:
        """The credential of a Windows app of Partner Center, made once."""
        if "wns" not in self._accounts:
            self._accounts["wns"] = wns_accounts.wns_secret(self.folder)
        return self._accounts["wns"]

    def wns_channel(self, name: str) -> str:
        """The channel of a simulated Windows device."""
        return wns_accounts.wns_channel(name)

    def apns_key(self, topic: str = "com.example.shop") -> str:
        """The secret with a signing key for an iOS app, made once."""
        if topic not in self._accounts:
            self._accounts[topic] = apns_accounts.apns_key(self.folder, topic)
        return self._accounts[topic]

    def apns_certificate(self, topic: str = "com.example.shop", **changes: Any) -> str:
        """The secret with a client certificate for an iOS app."""
        return apns_certificates.apns_certificate(
            self.folder, topic, at=datetime.now(UTC), **changes
        )

    def apns_token(self, name: str) -> str:
        """The token of a simulated iPhone."""
        return apns_accounts.apns_token(name)

    def vapid_secret(self, name: str = "demo") -> str:
        """The VAPID keys of an application, made once."""
        return webpush_browsers.vapid_secret(self.folder, name)

    def subscription(self, name: str, **how: str) -> webpush_browsers.Made:
        """A browser's subscription; keywords are host and key."""
        return webpush_browsers.subscription(self.folder, name, **how)

    def script(self, token: str, script: str | None, **how: Any) -> None:
        """How a token answers: names and keys of devices.simulator.scripts."""
        self._call(
            self.simulator.scripts.put, {"token": token, "script": script, **how}
        )

    def answer_slowly(self, tokens: Iterable[str], seconds: float) -> None:
        """Accept these tokens, each after so long."""
        slow = {"script": "slow", "delay": seconds}
        self._call(
            self.simulator.scripts.put_all, [slow | {"token": each} for each in tokens]
        )

    def revoke(self, account: str) -> None:
        """Make the access tokens of an account useless."""
        self._call(self.simulator.accounts.revoke, account)
        self._call(self.simulator.wns_accounts.revoke, account)

    def journal(self, *, token: str | None = None) -> list[dict[str, Any]]:
        """What came, in order; only what was for a token when one is given.

        The line that is being written is not there yet.
        """
        *lines, _begun = (self.folder / "journal.jsonl").read_text().split("\n")
        entries = [json.loads(line) for line in lines]
        return [each for each in entries if token in (None, each["token"])]

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _call(self, function: Any, *arguments: Any) -> Any:
        async def call() -> Any:
            return function(*arguments)

        return asyncio.run_coroutine_threadsafe(call(), self._loop).result(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        listening = self._loop.run_until_complete(
            server.listen(self.simulator, "127.0.0.1", 0, versions=self._versions)
        )
        self.address = server.address_of(listening)
        self._listening.set()
        self._loop.run_forever()
        listening.close()
        self.simulator.close()
        self._loop.run_until_complete(asyncio.sleep(0.05))
        self._loop.close()

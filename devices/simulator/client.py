"""Asking a running simulator, which is another process, over its own address."""

import http.client
import json
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

TIMEOUT = 2.0


class SimulatorAway(Exception):
    """Nothing answers there: the simulator does not run, or not at this address."""


class Client:
    """``address`` is host:port, ``authority`` the simulator's ca.pem."""

    def __init__(self, address: str, authority: Path) -> None:
        self._host, _colon, port = address.rpartition(":")
        self._port = int(port)
        self._authority = authority

    def phones(self, search: str = "") -> dict[str, Any]:
        """What phones display: Phones.describe(). Raises SimulatorAway."""
        return self._ask("GET", f"/phones?search={quote(search)}")

    def script(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """Set how a token answers: keys of Scripts.put(). Raises SimulatorAway."""
        return self._ask("POST", "/script", json.dumps(wanted))

    def device(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """What a new pretended device registers. Raises SimulatorAway."""
        return self._ask("POST", "/device", json.dumps(wanted))

    def _ask(self, method: str, path: str, body: str | None = None) -> dict[str, Any]:
        try:
            tls = ssl.create_default_context(cafile=str(self._authority))
            connection = http.client.HTTPSConnection(
                self._host, self._port, timeout=TIMEOUT, context=tls
            )
            try:
                connection.request(method, path, body, {"host": "simulator"})
                answer: dict[str, Any] = json.loads(connection.getresponse().read())
            finally:
                connection.close()
        except (OSError, http.client.HTTPException, ValueError) as away:
            raise SimulatorAway(str(away)) from away
        return answer

"""An app on a simulated phone: it registers and pairs over the API, as a real one."""

import http.client
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from devices.simulator.client import Client

TIMEOUT = 10.0


class Refused(Exception):
    """The site did not take it; ``str()`` is what it answered, in its words."""


class App:
    """The app of one application on one phone, whose memory is a file.

    ``site`` is the address of the site, ``key`` the application's public key.
    ``memory`` keeps what an app keeps: what it registered, its id and its secret.
    """

    def __init__(self, site: str, key: str, memory: Path) -> None:
        self._site = urlsplit(site)
        self._key = key
        self._memory = memory

    def register(
        self, simulator: Client, wanted: Mapping[str, Any], **facts: str
    ) -> str:
        """Register at each start, with what the simulator gave at the first one.

        ``wanted`` as devices.simulator.pretending.device takes it. Returns the id of
        the device; raises Refused, or SimulatorAway.
        """
        kept = self._kept()
        device = kept.get("device") or simulator.device(wanted)
        if "error" in device:
            raise Refused(device["error"])
        body = {
            "installation_id": self._memory.stem,
            "permission": "granted",
            "device_secret": kept.get("secret") or "",
            **device,
            **facts,
        }
        answer = self._post("devices", f"Bearer {self._key}", body)
        secret = answer["device_secret"] or kept.get("secret")
        self._keep({"device": device, "id": answer["device_id"], "secret": secret})
        return str(answer["device_id"])

    def pair(self, code: str) -> str:
        """Type the code that a member of staff sees; what they call the phone then.

        Raises Refused.
        """
        kept = self._kept()
        credential = f"Device {kept['id']}:{kept['secret']}"
        answer = self._post(f"devices/{kept['id']}/pair", credential, {"code": code})
        return str(answer["name"])

    def _post(self, page: str, credential: str, body: Mapping[str, Any]) -> Any:
        is_https = self._site.scheme == "https"
        kind = http.client.HTTPSConnection if is_https else http.client.HTTPConnection
        connection = kind(self._site.netloc, timeout=TIMEOUT)
        headers = {"authorization": credential, "content-type": "application/json"}
        try:
            connection.request("POST", f"/api/v1/{page}", json.dumps(body), headers)
            answer = connection.getresponse()
            said = json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError) as trouble:
            raise Refused(f"The site does not answer: {trouble}") from trouble
        finally:
            connection.close()
        if answer.status >= 400:
            raise Refused(said["detail"])
        return said

    def _kept(self) -> dict[str, Any]:
        if not self._memory.exists():
            return {}
        kept: dict[str, Any] = json.loads(self._memory.read_text())
        return kept

    def _keep(self, what: Mapping[str, Any]) -> None:
        self._memory.parent.mkdir(parents=True, exist_ok=True)
        self._memory.write_text(json.dumps(what))
        self._memory.chmod(0o600)

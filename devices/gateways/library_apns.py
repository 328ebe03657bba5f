"""APNs by the library: push_notifications.apns_async over aioapns."""

import importlib
import shutil
import ssl
import tempfile
import time
import weakref
from collections.abc import Callable
from dataclasses import make_dataclass
from pathlib import Path
from typing import Any, ClassVar

import orjson

from devices.gateways import apns_answers, apns_message
from devices.gateways.apns_certificate import ApnsCertificate
from devices.gateways.apns_credential import ApnsCredential
from devices.gateways.base import Gateway, Push, Result, Verdict
from devices.gateways.library import LibraryGateway, lost
from devices.gateways.library_loop import loop_for
from devices.gateways.wire import Answer, Request, Wire


class PrivateFile(str):
    """The path of a file that only this user can read, there as long as the path is.

    aioapns takes a key as a file, and reads it once when a call begins.
    """

    def __new__(cls, text: str) -> "PrivateFile":
        folder = tempfile.mkdtemp(prefix="pushsite-")  # mode 0700
        path = Path(folder) / "key.pem"
        path.touch(mode=0o600)
        path.write_text(text)
        made = super().__new__(cls, path)
        weakref.finalize(made, shutil.rmtree, folder, ignore_errors=True)
        return made

    def __deepcopy__(self, memo: object) -> "PrivateFile":
        """The library copies what it is given, and there is one file."""
        return self


class Trust(ssl.SSLContext):
    """A context that the library may copy, as it does with all that it is given."""

    def __deepcopy__(self, memo: object) -> "Trust":
        return self


class ApnsLibrary(LibraryGateway):
    """One app in one environment, with a key or a certificate."""

    kind: ClassVar[str] = "apns"
    max_payload: ClassVar[int] = 4096

    def __init__(
        self,
        own: Gateway,
        *,
        credential: ApnsCredential,
        wire: Wire,
        application_id: str,
        undo: Callable[[str], object],
    ) -> None:
        super().__init__(own, application_id=application_id, undo=undo)
        self._credential = credential
        self._wire = wire
        self._library: Any = importlib.import_module("push_notifications.apns_async")

    def prepare(self, push: Push) -> Callable[[], Result]:
        payload = orjson.loads(apns_message.body_of(push))
        aps = payload.pop("aps")
        creds = self._credentials()

        def call() -> Result:
            return self._call(
                push,
                alert=self._library.Alert(**aps["alert"]),
                creds=creds,
                sound=aps["sound"],
                extra=payload,
                expiration=int(time.time()) + max(push.ttl, 0),
                priority=10,
                collapse_id=apns_message.collapse_of(push.collapse) or None,
                mutable_content="mutable-content" in aps,
                category=aps.get("category"),
            )

        return call

    def _call(self, push: Push, **given: Any) -> Result:
        """The library tells refusals by an exception without the answer: listen."""
        heard: list[Any] = []

        async def listen(_request: Any, answer: Any) -> None:
            heard.append(answer)

        try:
            with loop_for(self._wire.simulator):
                self._library.apns_send_message(
                    push.token,
                    application_id=self.application_id,
                    err_func=listen,
                    **given,
                )
        except Exception as error:  # noqa: BLE001 - it may have left
            return _refused(push, heard[0]) if heard else _unheard(push, error)
        return Result(reference=push.reference, verdict=Verdict.ACCEPTED)

    def _credentials(self) -> Any:
        """The library's own class, with aioapns' parameters that it leaves out.

        One attempt: aioapns would send up to five times when a connection breaks.
        """
        one, more = self._credential, _more(self._wire)
        if isinstance(one, ApnsCertificate):
            base = self._library.CertificateCredentials
            kept: dict[str, Any] = {
                "client_cert": PrivateFile(f"{one.certificate}\n{one.private_key}")
            }
        else:
            base = self._library.TokenCredentials
            kept = {
                "key": PrivateFile(one.private_key),
                "key_id": one.key_id,
                "team_id": one.team_id,
            }
        fields = [(name, Any) for name in more]
        return make_dataclass("Given", fields, bases=(base,))(**kept, **more)


def _more(wire: Wire) -> dict[str, Any]:
    more: dict[str, Any] = {"max_connection_attempts": 1}
    if wire.simulator:
        more["ssl_context"] = _trust(wire.ca_file)
    return more


def _trust(ca_file: str) -> Trust:
    """A new one for each call: a client certificate is loaded into it."""
    context = Trust(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(ca_file)
    context.set_alpn_protocols(["h2"])
    return context


def _refused(push: Push, told: Any) -> Result:
    """What Apple answered, read by our own table."""
    error = {"reason": told.description, "timestamp": told.timestamp}
    request = Request("", [], b"", [], push.reference)
    status, body = int(told.status or 0), orjson.dumps(error)
    answer = Answer(request, status, body, None, 0, "", True, False, False)
    return apns_answers.result_of(answer)


def _unheard(push: Push, error: Exception) -> Result:
    late = "TimeoutError" in str(error)
    return lost(push, error, code="timeout" if late else "connection")

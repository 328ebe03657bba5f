"""Google service accounts: reading an uploaded key, and access tokens from it."""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.utils.translation import gettext as _
from google.auth import exceptions, transport
from google.oauth2 import service_account

from devices.gateways import breaks
from devices.gateways.base import CredentialRefused, GatewayError
from devices.gateways.http import Sender
from devices.gateways.wire import Answer, Request

TOKEN_URI = "https://oauth2.googleapis.com/token"
SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
SIMULATED = ".simulator.invalid"
"""The domain of every address that the simulator gives to a service account."""

RENEW_EARLY = 300.0
"""Seconds before its end at which a token is renewed."""

REPAIR_PAUSE = 300.0
"""Seconds after a repair in which another 401 is not repaired again."""

LONGEST_KEY_FILE = 65_536
PROJECT = re.compile(r"[a-z0-9][a-z0-9.:-]{0,127}")
ADDRESS = re.compile(r"[A-Za-z0-9._-]{1,128}@[A-Za-z0-9.-]{1,128}")
OPAQUE = re.compile(r"[\x21-\x7e]{1,8192}")


class TokenUnavailable(GatewayError):
    """The token endpoint gave no usable answer. Nothing was sent: try later.

    ``lasting``: it will not pass by itself, a person must look.
    """

    def __init__(self, message: str, *, lasting: bool = False) -> None:
        super().__init__(message)
        self.lasting = lasting


@dataclass(frozen=True, slots=True, kw_only=True)
class FcmCredential:
    """One service account of one Firebase project."""

    project_id: str
    client_email: str
    private_key_id: str = ""
    private_key: str = field(repr=False)

    @property
    def simulated(self) -> bool:
        """Whether the simulator made this account, which Google cannot know."""
        return self.client_email.endswith(SIMULATED)


def parse_service_account(json_text: str | bytes) -> FcmCredential:
    """Read the JSON key file of a service account.

    Raises CredentialRefused with a sentence for whoever uploaded it.
    """
    account = _account(json_text)
    _refuse_other_hosts(account)
    project, address = account["project_id"], account["client_email"]
    if not PROJECT.fullmatch(project) or not ADDRESS.fullmatch(address):
        raise CredentialRefused(
            _(
                "The project or the address in this key file is not a Google one. "
                "Download the file again from the Firebase console, and do not edit it."
            )
        )
    _refuse_broken_key(account["private_key"])
    return FcmCredential(
        project_id=project,
        client_email=address,
        private_key_id=str(account.get("private_key_id", "")),
        private_key=account["private_key"],
    )


def _account(json_text: str | bytes) -> dict[str, Any]:
    try:
        account = json.loads(json_text) if len(json_text) <= LONGEST_KEY_FILE else None
    except ValueError:
        account = None
    if not isinstance(account, dict) or account.get("type") != "service_account":
        raise CredentialRefused(
            _(
                "This is not the key file of a service account. In the Firebase "
                "console open Project settings, Service accounts, and choose "
                "Generate new private key."
            )
        )
    names = ("project_id", "client_email", "private_key", "token_uri")
    missing = [name for name in names if not _is_text(account.get(name))]
    if missing:
        raise CredentialRefused(
            _("This key file lacks %(names)s. Download it again, and do not edit it.")
            % {"names": ", ".join(missing)}
        )
    return account


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _refuse_other_hosts(account: Mapping[str, Any]) -> None:
    """The file says where to send the signed request: only Google may be named."""
    universe = account.get("universe_domain", "googleapis.com")
    if account["token_uri"] != TOKEN_URI or universe != "googleapis.com":
        raise CredentialRefused(
            _(
                "This key file names another address for tokens than Google's "
                "(%(uri)s), so it was refused. Download the file again from the "
                "Firebase console."
            )
            % {"uri": TOKEN_URI}
        )


def _refuse_broken_key(pem: str) -> None:
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError) as broken:
        raise CredentialRefused(_broken_key()) from broken
    if not isinstance(key, RSAPrivateKey):
        raise CredentialRefused(_broken_key())


def _broken_key() -> str:
    return _(
        "The private key in this file cannot be read. Download the file again from "
        "the Firebase console, and do not edit it."
    )


class AccessToken:
    """One account's bearer token: made once, shared, renewed before its end.

    Keep one per process and account. Not for several threads. ``clock`` is
    monotonic, in seconds.
    """

    def __init__(
        self,
        credential: FcmCredential,
        sender: Sender,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._transport = _Transport(sender)
        self._account = service_account.Credentials.from_service_account_info(  # type: ignore[no-untyped-call]
            {
                "client_email": credential.client_email,
                "private_key": credential.private_key,
                "private_key_id": credential.private_key_id,
                "token_uri": TOKEN_URI,
            },
            scopes=[SCOPE],
        )
        self._headers: list[str] = []
        self._renew_at = 0.0
        self._repaired_at = float("-inf")

    def headers(self) -> list[str]:
        """The headers of a request. The same list until the token changes.

        Raises CredentialRefused or TokenUnavailable.
        """
        if not self._headers or self._clock() >= self._renew_at:
            self._mint()
        return self._headers

    def repair(self, used: object) -> bool:
        """Whether a request refused with the headers ``used`` may be tried again.

        Makes one new token for the first refusal of the current one.
        """
        if used is not self._headers:
            return True
        now = self._clock()
        if now - self._repaired_at < REPAIR_PAUSE:
            return False
        self._repaired_at = now
        try:
            self._mint()
        except (CredentialRefused, TokenUnavailable):
            return False
        return True

    def _mint(self) -> None:
        try:
            self._account.refresh(self._transport)
        except exceptions.TransportError as broken:
            lasting = self._transport.untrusted
            raise TokenUnavailable(str(broken), lasting=lasting) from broken
        except exceptions.GoogleAuthError as refused:
            raise CredentialRefused(_refusal(refused)) from refused
        if not OPAQUE.fullmatch(str(self._account.token)):
            raise TokenUnavailable(
                _("Google's token service answered without a token.")
            )
        self._headers = [
            f"authorization: Bearer {self._account.token}",
            "content-type: application/json",
        ]
        lifetime = self._transport.lifetime
        self._renew_at = self._clock() + max(lifetime - RENEW_EARLY, lifetime / 2)


def _refusal(refused: exceptions.GoogleAuthError) -> str:
    """Google's own words for it ("invalid_grant: Invalid JWT Signature.")."""
    words = str(refused.args[0]) if refused.args else ""
    return _(
        "Google refused this service account (%(words)s). Make a new key in the "
        "Firebase console and upload it here; check that the clock of this "
        "machine is right."
    ) % {"words": " ".join(words.split())[:160]}


class _Reply(transport.Response):
    """An answer as google-auth wants to read it."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    @property
    def status(self) -> int:
        return self._answer.status

    @property
    def headers(self) -> Mapping[str, str]:
        return MappingProxyType({})

    @property
    def data(self) -> bytes:
        return self._answer.body


class _Transport(transport.Request):
    """google-auth's requests, through our sender and without its sleeping retries."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self.lifetime = 0.0
        self.untrusted = False

    def __call__(  # type: ignore[override]
        self, url: str, method: str, body: bytes, headers: Mapping[str, str]
    ) -> _Reply:
        if url != TOKEN_URI or method != "POST":
            raise exceptions.TransportError("not the token endpoint")  # type: ignore[no-untyped-call]
        lines = [f"{name}: {value}" for name, value in headers.items()]
        answer = self._sender.exchange(Request(url, lines, body, []))
        self.untrusted = not answer.status and breaks.is_untrusted(answer)
        if answer.error or answer.status in (0, 408, 429) or answer.status >= 500:
            raise exceptions.TransportError(_trouble(answer))  # type: ignore[no-untyped-call]
        self.lifetime = _lifetime(answer.body)
        return _Reply(answer)


def _trouble(answer: Answer) -> str:
    """A sentence for an administrator; developers find the cause in it."""
    if not answer.status:
        return breaks.sentence_of(answer)
    return _(
        "Google's token service answered with an error (HTTP %(status)d). That mostly "
        "passes by itself: try again in a few minutes."
    ) % {"status": answer.status}


def _lifetime(body: bytes) -> float:
    """Seconds that a token answer is good for; an hour when it does not say."""
    try:
        return float(json.loads(body).get("expires_in", 3600))
    except (ValueError, TypeError, AttributeError):
        return 3600.0

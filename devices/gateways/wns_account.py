"""A Windows app's account with Microsoft: reading it, and access tokens from it.

A packaged app has a package SID and a secret of Partner Center; an app of the
Windows App SDK is registered in Microsoft Entra ID. Both give a bearer token by
OAuth's client credentials (RFC 6749 section 4.4).
"""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from devices.gateways import breaks
from devices.gateways.base import CredentialRefused
from devices.gateways.http import Sender
from devices.gateways.oauth import (
    OPAQUE,
    RENEW_EARLY,
    REPAIR_PAUSE,
    TokenUnavailable,
)
from devices.gateways.wire import Answer, Request

LIVE = "https://login.live.com/accesstoken.srf"
ENTRA = "https://login.microsoftonline.com/%s/oauth2/v2.0/token"
LIVE_SCOPE = "notify.windows.com"
ENTRA_SCOPE = "https://wns.windows.com/.default"
FORM = ["content-type: application/x-www-form-urlencoded"]

LONGEST = 8192
PACKAGE_SID = re.compile(r"ms-app://[A-Za-z0-9-]{5,200}")
TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{2,120}")
CLIENT_ID = re.compile(r"[A-Za-z0-9-]{8,100}")
SECRET = re.compile(r"[\x21-\x7e]{4,500}")
SIMULATED = "simulator"
"""In the package SID or the tenant of every account that the simulator made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WnsCredential:
    """One Windows app. ``tenant`` is "" for an app of Partner Center."""

    client_id: str
    tenant: str = ""
    secret: str = field(repr=False)

    @property
    def simulated(self) -> bool:
        """Whether the simulator made this account, which Microsoft cannot know."""
        return SIMULATED in (self.tenant or self.client_id)


def parse_wns(json_text: str | bytes) -> WnsCredential:
    """Read what was uploaded. Raises CredentialRefused with a sentence."""
    given = _given(json_text)
    if given.get("package_sid"):
        credential = WnsCredential(
            client_id=given["package_sid"], secret=given.get("client_secret", "")
        )
        _refuse_unless(PACKAGE_SID.fullmatch(credential.client_id), _sid_words())
    else:
        credential = WnsCredential(
            client_id=given.get("client_id", ""),
            tenant=given.get("tenant_id", ""),
            secret=given.get("client_secret", ""),
        )
        known = CLIENT_ID.fullmatch(credential.client_id)
        _refuse_unless(TENANT.fullmatch(credential.tenant) and known, _entra_words())
    _refuse_unless(SECRET.fullmatch(credential.secret), _secret_words())
    return credential


def _given(json_text: str | bytes) -> dict[str, str]:
    try:
        given = json.loads(json_text) if len(json_text) <= LONGEST else None
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise CredentialRefused(
            _(
                "This is not a Windows credential. Give the package SID and its "
                "secret from Partner Center, or the tenant id, the client id and a "
                "client secret from Microsoft Entra."
            )
        )
    return {k: v.strip() for k, v in given.items() if isinstance(v, str)}


def _refuse_unless(good: object, words: str) -> None:
    if not good:
        raise CredentialRefused(words)


def _sid_words() -> str:
    return _(
        "A package SID begins with ms-app:// and s-1-15-2. Copy it from Partner "
        "Center: the app, Product management, WNS/MPNS, App Registration portal."
    )


def _entra_words() -> str:
    return _(
        "The tenant id and the client id are missing or not complete. Copy both from "
        "the app registration in Microsoft Entra: Directory (tenant) ID and "
        "Application (client) ID."
    )


def _secret_words() -> str:
    return _(
        "The client secret is missing or holds characters that a secret never has. "
        "Copy its value, not its id, without spaces."
    )


class WnsToken:
    """One app's bearer token: made once, shared, renewed before its end.

    Keep one per process and account. Not for several threads. ``clock`` is
    monotonic, in seconds.
    """

    def __init__(
        self,
        credential: WnsCredential,
        sender: Sender,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._credential = credential
        self._sender = sender
        self._clock = clock
        self._line = ""
        self._renew_at = 0.0
        self._repaired_at = float("-inf")
        self._served = ""

    def line(self) -> str:
        """The authorization header. Raises CredentialRefused or TokenUnavailable."""
        if not self._line or self._clock() >= self._renew_at:
            self.mint()
        return self._line

    def repair(self, used: str) -> bool:
        """Whether a request refused with the header ``used`` may be tried again.

        Makes one new token for the first refusal of the current one.
        """
        if used != self._line:
            return True
        now = self._clock()
        if now - self._repaired_at < REPAIR_PAUSE:
            return False
        self._repaired_at = now
        try:
            self.mint()
        except (CredentialRefused, TokenUnavailable):
            self._served = ""
            return False
        return True

    def serve(self, used: str) -> None:
        """A push with the header ``used`` was taken."""
        self._served = used

    def has_served(self, used: str) -> bool:
        """Whether WNS took a push with this very token, so that it is a good one."""
        return used == self._served

    def mint(self) -> None:
        """Get a new token now. Raises CredentialRefused or TokenUnavailable."""
        url, form = _question(self._credential)
        answer = self._sender.exchange(Request(url, FORM, form, []))
        if answer.error or answer.status in (0, 408, 429) or answer.status >= 500:
            raise _trouble(answer)
        given = _parsed(answer.body)
        if answer.status != 200:
            raise CredentialRefused(_refusal(answer, given))
        token = str(given.get("access_token", ""))
        if not OPAQUE.fullmatch(token):
            raise TokenUnavailable(
                _("Microsoft's token service answered without a token.")
            )
        lifetime = _lifetime(given)
        self._line = f"authorization: Bearer {token}"
        self._renew_at = self._clock() + max(lifetime - RENEW_EARLY, lifetime / 2)


def _question(credential: WnsCredential) -> tuple[str, bytes]:
    """The address and the body of a request for a token."""
    form = {
        "grant_type": "client_credentials",
        "client_id": credential.client_id,
        "client_secret": credential.secret,
        "scope": ENTRA_SCOPE if credential.tenant else LIVE_SCOPE,
    }
    url = ENTRA % credential.tenant if credential.tenant else LIVE
    return url, urlencode(form).encode()


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        given = json.loads(body)
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}


def _lifetime(given: dict[str, Any]) -> float:
    """Seconds that a token is good for; an hour when the answer does not say."""
    try:
        return min(max(float(given.get("expires_in", 3600)), 0.0), 86_400.0)
    except (ValueError, TypeError):
        return 3600.0


def _trouble(answer: Answer) -> TokenUnavailable:
    """A sentence for an administrator; developers find the cause in it."""
    if not answer.status:
        lasting = breaks.is_untrusted(answer)
        return TokenUnavailable(breaks.sentence_of(answer), lasting=lasting)
    return TokenUnavailable(
        _(
            "Microsoft's token service answered with an error (HTTP %(status)d). That "
            "mostly passes by itself: try again in a few minutes."
        )
        % {"status": answer.status}
    )


def _refusal(answer: Answer, given: dict[str, Any]) -> str:
    """Microsoft's own words ("AADSTS7000222: … client secret keys … expired.")."""
    words = f"{given.get('error', '')} {given.get('error_description', '')}"
    return _(
        "Microsoft refused this app's secret (%(words)s). Make a new client secret "
        "where the app is registered and store it here."
    ) % {"words": " ".join(words.split())[:160] or f"HTTP {answer.status}"}

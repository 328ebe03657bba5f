"""Windows apps that the simulator made, and the access tokens it gave them."""

import json
import re
import secrets
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

LIFETIME = 86_400
"""Seconds that an access token is good for."""

LIVE = "login.live.com"
ENTRA = "login.microsoftonline.com"
SCOPES = {LIVE: "notify.windows.com", ENTRA: "https://wns.windows.com/.default"}
NAME = re.compile(r"[A-Za-z0-9_.-]{1,200}")


class Unauthorised(Exception):
    """The secret was refused: ``error`` and ``words`` are Microsoft's."""

    def __init__(self, error: str, words: str) -> None:
        super().__init__(error, words)
        self.error = error
        self.words = words


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """An access token's meaning."""

    client: str
    expires_at: float

    def claims(self) -> dict[str, Any]:
        """What the journal tells of the token instead of the token."""
        return {"client": self.client, "exp": int(self.expires_at)}


def wns_secret(folder: Path) -> str:
    """Make an app of Partner Center; returns the credential as it is uploaded.

    Only the secret's hash stays in ``folder``, where a running simulator finds it.
    """
    client, secret = f"ms-app://simulator-{secrets.token_hex(8)}", _secret()
    _keep(folder, client, secret)
    return json.dumps({"package_sid": client, "client_secret": secret})


def wns_entra_secret(folder: Path) -> str:
    """The same for an app of the Windows App SDK, registered in Entra."""
    client, secret = f"simulated-{secrets.token_hex(8)}", _secret()
    _keep(folder, client, secret)
    tenant = "simulator.invalid"
    return json.dumps(
        {"tenant_id": tenant, "client_id": client, "client_secret": secret}
    )


def wns_channel(name: str) -> str:
    """The channel of a simulated Windows device. ValueError for an unfit name."""
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} does not fit into a channel's address")
    return f"https://sim.notify.windows.com/?token={name}"


class WnsAccounts:
    """Checks secrets, gives access tokens and remembers them while they live."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._grants: dict[str, Grant] = {}

    def exchange(self, host: str, form: dict[str, str], *, at: float) -> str:
        """A new access token for an app's secret. Raises Unauthorised."""
        if form.get("grant_type") != "client_credentials":
            raise Unauthorised("unsupported_grant_type", "The grant is not supported.")
        if form.get("scope", "").rstrip("/") != SCOPES[host]:
            words = "The provided value for the input parameter 'scope' is not valid."
            raise Unauthorised("invalid_scope", words)
        client = form.get("client_id", "")
        kept = _place(self._folder, client)
        if not kept.is_file() or kept.read_text() != _hash(
            form.get("client_secret", "")
        ):
            words = "The client secret is not the one of this application."
            raise Unauthorised("invalid_client", words)
        token = f"EgA.sim.{secrets.token_urlsafe(32)}"
        self._forget_expired(at)
        self._grants[token] = Grant(client=client, expires_at=at + LIFETIME)
        return token

    def grant(self, token: str, *, at: float) -> Grant | None:
        """What a bearer token allows, or None when it is not (or no more) good."""
        grant = self._grants.get(token)
        return grant if grant and grant.expires_at > at else None

    def revoke(self, client: str) -> int:
        """Make an app's access tokens useless; returns how many there were."""
        gone = [key for key, grant in self._grants.items() if grant.client == client]
        for key in gone:
            del self._grants[key]
        return len(gone)

    def _forget_expired(self, at: float) -> None:
        for key in [k for k, grant in self._grants.items() if grant.expires_at <= at]:
            del self._grants[key]


def _secret() -> str:
    return quote(secrets.token_urlsafe(24), safe="")


def _keep(folder: Path, client: str, secret: str) -> None:
    place = _place(folder, client)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(_hash(secret))


def _place(folder: Path, client: str) -> Path:
    return folder / "wns" / f"{_hash(client)}.txt"


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()

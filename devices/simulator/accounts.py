"""Service accounts that the simulator made, and the access tokens it gave them."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_public_key,
)

TOKEN_URI = "https://oauth2.googleapis.com/token"
LIFETIME = 3600
"""Seconds that an access token is good for."""

SCOPES = {
    "https://www.googleapis.com/auth/firebase.messaging",
    "https://www.googleapis.com/auth/cloud-platform",
}
PROJECT = re.compile(r"[a-z][a-z0-9-]{3,62}")


class Unauthorised(Exception):
    """The assertion was refused: ``error`` and ``words`` are Google's."""

    def __init__(self, error: str, words: str) -> None:
        super().__init__(error, words)
        self.error = error
        self.words = words


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """An access token's meaning."""

    account: str
    project: str
    scope: str
    expires_at: float

    def claims(self) -> dict[str, Any]:
        """What the journal tells of the token instead of the token."""
        return {
            "iss": self.account,
            "project": self.project,
            "scope": self.scope,
            "exp": int(self.expires_at),
        }


def service_account(folder: Path, project: str) -> str:
    """Make a service account for a project; returns its JSON key file.

    The public key stays in ``folder``, where a running simulator finds it at once.
    Raises ValueError for a project id that Google would not give.
    """
    if not PROJECT.fullmatch(project):
        raise ValueError(f"{project!r} is not a project id")
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    address = f"sender-{secrets.token_hex(4)}@{project}.simulator.invalid"
    public = key.public_key().public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    keys = folder / "accounts"
    keys.mkdir(parents=True, exist_ok=True)
    (keys / f"{address}.pem").write_bytes(public)
    return orjson.dumps(
        {
            "type": "service_account",
            "project_id": project,
            "private_key_id": secrets.token_hex(20),
            "private_key": private.decode(),
            "client_email": address,
            "client_id": str(secrets.randbelow(10**21)),
            "token_uri": TOKEN_URI,
            "universe_domain": "googleapis.com",
        },
        option=orjson.OPT_INDENT_2,
    ).decode()


class Accounts:
    """Checks assertions, gives access tokens and remembers them while they live."""

    def __init__(self, folder: Path) -> None:
        self._keys = folder / "accounts"
        self._grants: dict[str, Grant] = {}

    def exchange(self, assertion: str, *, at: float) -> tuple[str, Grant]:
        """A new access token for a signed assertion (RFC 7523).

        Raises Unauthorised with the words that Google answers.
        """
        claims = self._verified(assertion, at)
        scope = str(claims.get("scope", ""))
        if not SCOPES & set(scope.split()):
            raise Unauthorised("invalid_scope", "Invalid OAuth scope or ID token.")
        account = str(claims["iss"])
        grant = Grant(
            account=account,
            project=account.partition("@")[2].partition(".")[0],
            scope=scope,
            expires_at=at + LIFETIME,
        )
        token = f"ya29.sim.{secrets.token_urlsafe(32)}"
        self._forget_expired(at)
        self._grants[token] = grant
        return token, grant

    def grant(self, token: str, *, at: float) -> Grant | None:
        """What a bearer token allows, or None when it is not (or no more) good."""
        grant = self._grants.get(token)
        return grant if grant and grant.expires_at > at else None

    def revoke(self, account: str) -> int:
        """Make an account's access tokens useless; returns how many there were."""
        gone = [key for key, grant in self._grants.items() if grant.account == account]
        for key in gone:
            del self._grants[key]
        return len(gone)

    def _forget_expired(self, at: float) -> None:
        for key in [k for k, grant in self._grants.items() if grant.expires_at <= at]:
            del self._grants[key]

    def _verified(self, assertion: str, at: float) -> Mapping[str, Any]:
        claims = _unverified(assertion)
        key = self._key(str(claims.get("iss", "")))
        try:
            jwt.decode(
                assertion,
                key,
                algorithms=["RS256"],
                audience=TOKEN_URI,
                options={"require": ["iss", "aud", "iat", "exp"], "verify_exp": False},
            )
        except jwt.InvalidAudienceError as wrong:
            raise Unauthorised("invalid_grant", "Invalid JWT audience.") from wrong
        except jwt.PyJWTError as wrong:
            raise Unauthorised("invalid_grant", "Invalid JWT Signature.") from wrong
        _check_times(claims, at)
        return claims

    def _key(self, account: str) -> Any:
        path = self._keys / f"{account}.pem"
        if "/" in account or not account or not path.is_file():
            words = "Invalid grant: account not found"
            raise Unauthorised("invalid_grant", words)
        return load_pem_public_key(path.read_bytes())


def _unverified(assertion: str) -> Mapping[str, Any]:
    try:
        claims: Mapping[str, Any] = jwt.decode(
            assertion, options={"verify_signature": False}
        )
    except jwt.PyJWTError as wrong:
        words = "Invalid JWT: Failed to parse."
        raise Unauthorised("invalid_grant", words) from wrong
    return claims


def _check_times(claims: Mapping[str, Any], at: float) -> None:
    """Google allows an hour, and clocks that differ by up to five minutes."""
    issued, ends = claims["iat"], claims["exp"]
    good = (
        isinstance(issued, int | float)
        and isinstance(ends, int | float)
        and issued - 300 <= at < ends + 300
        and 0 < ends - issued <= LIFETIME
    )
    if not good:
        raise Unauthorised(
            "invalid_grant",
            "Invalid JWT: Token must be a short-lived token (60 minutes) and in a "
            "reasonable timeframe. Check your iat and exp values in the JWT claim.",
        )

"""Keys for APNs that the simulator made, and who may send with what."""

import re
import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_public_key,
)

from devices.simulator.exchange import Incoming

TEAM = "SIMULATED0"
TOPIC = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,154}")
KEY_ID = re.compile(r"[A-Z0-9]{10}")
LIFETIME = 3600
"""Seconds after which a provider token has expired."""

CALM = 1200
"""Seconds within which a connection may change its token once at most."""

AHEAD = 60
"""Seconds by which a client's clock may be ahead."""


class Refused(Exception):
    """The credential does not allow this request, with Apple's reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who sends: a team, and the topics that it may send to."""

    team: str
    topics: tuple[str, ...]
    claims: Mapping[str, Any]


@dataclass(slots=True, kw_only=True)
class Visit:
    """What APNs remembers of one connection."""

    key_id: str = ""
    token: str = ""
    changed_at: float = 0.0
    barred_until: float = 0.0
    strangers: int = 0
    """Device tokens that nobody has, so far."""

    known: dict[str, Sender] = field(default_factory=dict)


def apns_key(folder: Path, topic: str, *, team: str = TEAM, key_id: str = "") -> str:
    """Make a signing key for one app; returns the secret to upload, as JSON.

    The public key stays in ``folder``, where a running simulator finds it at once.
    Raises ValueError for a topic or key id that Apple would not give.
    """
    alphabet = string.ascii_uppercase + string.digits
    key_id = key_id or "".join(secrets.choice(alphabet) for _place in range(10))
    if not TOPIC.fullmatch(topic) or not KEY_ID.fullmatch(key_id):
        raise ValueError(f"{topic!r} with {key_id!r} is not a topic with a key id")
    key = ec.generate_private_key(ec.SECP256R1())
    public = key.public_key().public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    known = {"team": team, "topics": [topic], "public": public.decode()}
    keys = folder / "apns"
    keys.mkdir(parents=True, exist_ok=True)
    (keys / f"{key_id}.json").write_bytes(orjson.dumps(known))
    secret = {"team_id": team, "key_id": key_id, "topic": topic}
    return orjson.dumps(secret | {"private_key": private.decode()}).decode()


def apns_token(name: str) -> str:
    """A device token that spells a name: 64 hex digits, or as many as it needs."""
    return name.encode("ascii").ljust(32, b"\0").hex()


class Doors:
    """Lets requests in by their provider token or client certificate."""

    def __init__(self, folder: Path) -> None:
        self._keys = folder / "apns"
        self._visits: dict[int, Visit] = {}

    def visit(self, connection: int) -> Visit:
        """What is remembered of a connection."""
        return self._visits.setdefault(connection, Visit())

    def gone(self, connection: int) -> None:
        self._visits.pop(connection, None)

    def admit(self, request: Incoming, *, at: float) -> Sender:
        """Who sends this. Raises Refused with Apple's reason."""
        visit = self.visit(request.connection)
        authorization = request.headers.get("authorization", "")
        if request.certificate and not authorization:
            sender = _certified(request.certificate)
        else:
            sender = self._bearer(authorization, visit, at)
        _check_topic(request.headers.get("apns-topic", ""), sender, request.certificate)
        return sender

    def _bearer(self, authorization: str, visit: Visit, at: float) -> Sender:
        scheme, _space, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Refused("MissingProviderToken")
        sender = visit.known.get(token)
        if sender is None:
            sender = visit.known[token] = self._verified(token)
        issued = sender.claims["iat"]
        if at - issued > LIFETIME:
            raise Refused("ExpiredProviderToken")
        if issued > at + AHEAD:
            raise Refused("InvalidProviderToken")
        _keep_order(visit, token, sender.claims["kid"], at)
        return sender

    def _verified(self, token: str) -> Sender:
        try:
            key_id = str(jwt.get_unverified_header(token).get("kid", ""))
            known = self._known(key_id)
            claims = jwt.decode(
                token,
                load_pem_public_key(known["public"].encode()),  # type: ignore[arg-type]
                algorithms=["ES256"],
                options={"require": ["iss", "iat"], "verify_iat": False},
            )
        except jwt.PyJWTError as wrong:
            raise Refused("InvalidProviderToken") from wrong
        if claims["iss"] != known["team"] or not isinstance(claims["iat"], int):
            raise Refused("InvalidProviderToken")
        return Sender(
            team=known["team"],
            topics=tuple(known["topics"]),
            claims={"iss": claims["iss"], "kid": key_id, "iat": claims["iat"]},
        )

    def _known(self, key_id: str) -> Mapping[str, Any]:
        path = self._keys / f"{key_id}.json"
        if not KEY_ID.fullmatch(key_id) or not path.is_file():
            raise Refused("InvalidProviderToken")
        return orjson.loads(path.read_bytes())


def _keep_order(visit: Visit, token: str, key_id: str, at: float) -> None:
    """One key on a connection, and not more than one token in 20 minutes."""
    if visit.key_id and visit.key_id != key_id:
        raise Refused("UnrelatedKeyIdInToken")
    visit.key_id = key_id
    if token != visit.token:
        if visit.token and at - visit.changed_at < CALM:
            visit.barred_until = at + CALM
        visit.token, visit.changed_at = token, at
    if at < visit.barred_until:
        raise Refused("TooManyProviderTokenUpdates")


def _certified(certificate: Mapping[str, Any]) -> Sender:
    """The subject that the simulator wrote into a client's certificate."""
    subject = {name: value for part in certificate["subject"] for name, value in part}
    return Sender(
        team=subject["organizationalUnitName"],
        topics=(subject["userId"],),
        claims={"certificate": subject["commonName"]},
    )


def _check_topic(
    topic: str, sender: Sender, certificate: Mapping[str, Any] | None
) -> None:
    if not topic and certificate:
        return
    if not topic:
        raise Refused("MissingTopic")
    if not TOPIC.fullmatch(topic):
        raise Refused("BadTopic")
    if topic not in sender.topics:
        raise Refused("TopicDisallowed")

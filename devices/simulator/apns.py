"""The APNs server: api.push.apple.com and its sandbox, over HTTP/2.

https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson

from devices.simulator import apns_schema
from devices.simulator.apns_accounts import Doors, Refused
from devices.simulator.apns_reasons import FAREWELL, refused, scripted
from devices.simulator.exchange import Incoming, Outcome, Reply, Shown
from devices.simulator.scripts import Script, Scripts

DEVICE = "/3/device/"
WORLD_OF = {
    "api.push.apple.com": "production",
    "api.sandbox.push.apple.com": "sandbox",
    "api.development.push.apple.com": "sandbox",
}
STREAMS = 1000
"""What a connection may use once a credential was good on it; one until then."""

PATIENCE = 100
"""Unknown device tokens on one connection before APNs closes it."""


class Apns:
    """Answers for both worlds of APNs."""

    def __init__(self, folder: Path, scripts: Scripts) -> None:
        self._doors = Doors(folder)
        self._scripts = scripts

    def serves(self, host: str) -> bool:
        return host in WORLD_OF

    def gone(self, connection: int) -> None:
        self._doors.gone(connection)

    def first_streams(self) -> int:
        return 1

    def answer(self, request: Incoming, *, at: float) -> Outcome:
        """What becomes of one request, at a Unix time."""
        outcome = Outcome(reply=refused("BadPath"), gateway="apns")
        outcome.body = payload = _parsed(request.body)
        if isinstance(payload, dict):
            outcome.run = payload.get("run")
        if request.path.startswith(DEVICE):
            outcome.token = request.path.removeprefix(DEVICE)
        try:
            self._send(request, outcome, at)
        except Refused as refusal:
            outcome.reply = refused(refusal.reason)
        self._note(request, outcome)
        return outcome

    def _send(self, request: Incoming, outcome: Outcome, at: float) -> None:
        if request.method != "POST":
            raise Refused("MethodNotAllowed")
        if outcome.token is None:
            raise Refused("BadPath")
        sender = self._doors.admit(request, at=at)
        outcome.claims = sender.claims
        topic = request.headers.get("apns-topic") or sender.topics[0]
        script = self._scripts.take_for(f"{sender.team}.{topic}")
        if script is None:
            _check(request, outcome)
            script = self._scripts.take(outcome.token)
        self._accept(request, outcome, script, at)

    def _accept(
        self, request: Incoming, outcome: Outcome, script: Script | None, at: float
    ) -> None:
        """Follow a script, or accept; a token's own world has it accepted."""
        world = WORLD_OF[request.host]
        headers = [("apns-id", request.headers.get("apns-id") or str(uuid4()))]
        if world == "sandbox":
            headers.append(("apns-unique-id", str(uuid4())))
        accepted = Reply(status=200, headers=tuple(headers), farewell=FAREWELL)
        if script is not None and script.name != world:
            outcome.script = script.name
            accepted = scripted(script, accepted, at=at)
        outcome.reply = accepted
        if outcome.script is None or (script and script.reaches_phone):
            outcome.shown = shown_by_iphone(outcome.body, request.headers)

    def _note(self, request: Incoming, outcome: Outcome) -> None:
        """The message's id, and what the answer changes for the connection."""
        named = ("apns-id", request.headers.get("apns-id") or str(uuid4()))
        kept = (line for line in outcome.reply.headers if line[0] != "apns-id")
        outcome.reply = replace(outcome.reply, headers=(named, *kept))
        reply, visit = outcome.reply, self._doors.visit(request.connection)
        if reply.status not in (403, 429):
            outcome.reply = replace(reply, streams=STREAMS)
        if b'"ExpiredProviderToken"' in reply.body:
            visit.token = ""
        visit.strangers += b'"BadDeviceToken"' in reply.body
        if visit.strangers == PATIENCE:
            outcome.reply = replace(outcome.reply, manner="farewell")


def _check(request: Incoming, outcome: Outcome) -> None:
    """Raise Refused for what is wrong with headers, payload or device token."""
    token = outcome.token or ""
    reason = apns_schema.reason_against(request.headers, request.body, outcome.body)
    if reason or not token:
        raise Refused(reason or "MissingDeviceToken")
    if not apns_schema.TOKEN.fullmatch(token) or not token.strip("0"):
        raise Refused("BadDeviceToken")


def shown_by_iphone(
    payload: Mapping[str, Any], headers: Mapping[str, str]
) -> Shown | None:
    """What an iPhone displays, whose app fetches images and offers buttons."""
    aps = payload["aps"]
    alert = aps.get("alert")
    if alert is None:
        return None
    texts = alert if isinstance(alert, dict) else {"body": alert}
    extended = aps.get("mutable-content") == 1
    buttons = payload.get("buttons") if extended and aps.get("category") else None
    return Shown(
        kind="ios",
        title=str(texts.get("title", "")),
        body=str(texts.get("body", "")),
        image=str(payload.get("image", "")) if extended else "",
        buttons=tuple((str(b["id"]), str(b["label"])) for b in buttons or ()),
        tag=headers.get("apns-collapse-id", ""),
        link=str(payload.get("link", "")),
        n=str(payload.get("n", "")),
    )


def _parsed(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except ValueError:
        return None

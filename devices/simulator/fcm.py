"""The FCM HTTP v1 server: Google's token endpoint and messages:send.

Answers and their bodies are those of reference documentation and of real traffic:
https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode
"""

import re
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

import jwt
import orjson

from devices.simulator import fcm_schema
from devices.simulator.accounts import LIFETIME, Accounts, Grant, Unauthorised
from devices.simulator.exchange import (
    Incoming,
    Outcome,
    Reply,
    Shown,
    json_reply,
    page_reply,
)
from devices.simulator.fcm_errors import REPLIES, error, refused_fields, scripted
from devices.simulator.http2 import STREAMS
from devices.simulator.scripts import Scripts

SEND = re.compile(r"/v1/projects/([^/]+)/messages:send")
GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
PLATFORM = re.compile(r"(?:^|-)(ios|web)-")
KINDS = {"ios": "ios", "web": "browser"}


class Fcm:
    """Answers for fcm.googleapis.com and oauth2.googleapis.com."""

    hosts = frozenset({"fcm.googleapis.com", "oauth2.googleapis.com"})

    def __init__(self, accounts: Accounts, scripts: Scripts) -> None:
        self._accounts = accounts
        self._scripts = scripts

    def serves(self, host: str) -> bool:
        return host in self.hosts

    def gone(self, connection: int) -> None:
        """FCM remembers nothing of a connection."""

    def first_streams(self) -> int:
        return STREAMS

    def answer(self, request: Incoming, *, at: float) -> Outcome:
        """What becomes of one request, at a Unix time."""
        if request.host == "oauth2.googleapis.com":
            return self._token(request, at)
        body = _parsed(request.body)
        grant = self._granted(request, at)
        outcome = Outcome(reply=REPLIES["notfound"], gateway="fcm", body=body)
        outcome.claims = grant.claims() if grant else {}
        place = SEND.fullmatch(request.path.partition("?")[0])
        if place and request.method == "POST":
            _name_message(outcome, body)
            self._send(outcome, place[1], grant)
        return outcome

    def _send(self, outcome: Outcome, project: str, grant: Grant | None) -> None:
        body, token = outcome.body, outcome.token
        if grant is None:
            outcome.reply = REPLIES["unauthenticated"]
            return
        if grant.project != project:
            outcome.reply = error(
                403,
                "PERMISSION_DENIED",
                "Permission 'cloudmessaging.messages.create' denied on resource "
                f"'//cloudresourcemanager.googleapis.com/projects/{project}' "
                "(or it may not exist).",
            )
            return
        violation = fcm_schema.violation_of(body)
        if violation:
            outcome.reply = refused_fields(violation)
            return
        if token is not None and not fcm_schema.TOKEN.fullmatch(token):
            outcome.reply = REPLIES["malformed"]
            return
        self._accept(outcome, project)

    def _accept(self, outcome: Outcome, project: str) -> None:
        """Follow the project's script or the token's, or accept."""
        body, token = outcome.body, outcome.token
        only_validate = body.get("validate_only", body.get("validateOnly", False))
        name = "fake_message_id" if only_validate else _message_id()
        accepted = json_reply(200, {"name": f"projects/{project}/messages/{name}"})
        script = self._scripts.take_for(project)
        if script is None and token:
            script = self._scripts.take(token)
        outcome.script = script.name if script else None
        outcome.reply = scripted(script, accepted) if script else accepted
        if token and not only_validate and (script is None or script.reaches_phone):
            outcome.shown = shown_by(token, fcm_schema.snake(body["message"]))

    def _granted(self, request: Incoming, at: float) -> Grant | None:
        scheme, _space, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        return self._accounts.grant(token, at=at)

    def _token(self, request: Incoming, at: float) -> Outcome:
        form = {k: v[0] for k, v in parse_qs(request.body.decode("latin-1")).items()}
        assertion = form.pop("assertion", "")
        claims = _claims(assertion)
        outcome = Outcome(reply=page_reply(404, "Not Found"), gateway="auth")
        outcome.body = {**form, "assertion": claims}
        if request.path != "/token" or request.method != "POST":
            return outcome
        script = self._scripts.take(f"account:{claims.get('iss', '')}")
        if script:
            outcome.script = script.name
            outcome.reply = scripted(script, REPLIES["internal"])
            return outcome
        outcome.reply = self._grant(form, assertion, at)
        return outcome

    def _grant(self, form: Mapping[str, str], assertion: str, at: float) -> Reply:
        if form.get("grant_type") != GRANT_TYPE:
            words = f"Invalid grant_type: {form.get('grant_type', '')}"
            return _refusal("unsupported_grant_type", words)
        try:
            token, _grant = self._accounts.exchange(assertion, at=at)
        except Unauthorised as refused:
            return _refusal(refused.error, refused.words)
        answer = {"access_token": token, "expires_in": LIFETIME, "token_type": "Bearer"}
        return json_reply(200, answer)


def shown_by(token: str, message: Mapping[str, Any]) -> Shown:
    """What the device behind a token displays of a message, and what its app gets.

    Google knows what each token was given to; here its name says so: "ios-" or
    "web-" at its beginning, or after another word, and Android without either. An
    app's own code offers the buttons; without its extension iOS shows no image.
    """
    named = PLATFORM.search(token)
    kind = KINDS[named[1]] if named else "android"
    android = message.get("android", {}).get("notification", {})
    aps = message.get("apns", {}).get("payload", {}).get("aps", {})
    said = {**message.get("notification", {}), **(android if not named else {})}
    if kind == "ios" and aps.get("mutable-content") != 1:
        said.pop("image", None)
    values = message.get("data", {})
    return Shown(
        kind=kind,
        title=str(said.get("title", "")),
        body=str(said.get("body", "")),
        image=str(said.get("image", "")),
        buttons=_buttons(values.get("buttons", "")),
        tag=str(android.get("tag", "")),
        link=str(values.get("link", "")),
        n=str(values.get("n", "")),
    )


def _buttons(text: str) -> tuple[tuple[str, str], ...]:
    """The buttons of a message's data, none where an app could not read them."""
    try:
        return tuple((str(b["id"]), str(b["label"])) for b in orjson.loads(text))
    except (ValueError, TypeError, KeyError):
        return ()


def _refusal(code: str, words: str) -> Reply:
    return json_reply(400, {"error": code, "error_description": words})


def _name_message(outcome: Outcome, body: Any) -> None:
    """Find the token and the run that a message names, as far as it can be read."""
    message = body.get("message") if isinstance(body, dict) else None
    if not isinstance(message, dict):
        return
    token, values = message.get("token"), message.get("data")
    outcome.token = token if isinstance(token, str) else None
    run = values.get("run") if isinstance(values, dict) else None
    outcome.run = run if isinstance(run, str) else None


def _parsed(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except ValueError:
        return None


def _claims(assertion: str) -> Mapping[str, Any]:
    """What an assertion says, unproved: the journal must not hold a usable one."""
    try:
        claims: Mapping[str, Any] = jwt.decode(
            assertion, options={"verify_signature": False}
        )
    except jwt.PyJWTError:
        return {}
    return claims


def _message_id() -> str:
    return f"0:{secrets.randbits(52)}%{secrets.token_hex(8)}"

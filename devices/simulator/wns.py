"""The WNS server: Microsoft's two token endpoints, and the channels of devices.

It answers in headers, as WNS does: providers.md D, and
https://learn.microsoft.com/en-us/windows/apps/design/shell/tiles-and-notifications/push-request-response-headers
It is stricter in one point: a toast that Windows could not read gets a 400 here,
where WNS hands it over and nobody sees anything.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, replace
from urllib.parse import parse_qsl

from devices.simulator import wns_schema
from devices.simulator.exchange import (
    Incoming,
    Outcome,
    Reply,
    Shown,
    json_reply,
    page_reply,
)
from devices.simulator.http2 import STREAMS
from devices.simulator.scripts import Script, Scripts
from devices.simulator.wns_accounts import (
    ENTRA,
    LIFETIME,
    LIVE,
    Grant,
    Unauthorised,
    WnsAccounts,
)

TENANT_PATH = re.compile(r"/[A-Za-z0-9.-]+/oauth2/v2\.0/token")
TAG = re.compile(r"[A-Za-z0-9]{1,16}")
TYPES = {
    "wns/toast": "text/xml",
    "wns/tile": "text/xml",
    "wns/badge": "text/xml",
    "wns/raw": "application/octet-stream",
}


def refusal(status: int, words: str, *more: tuple[str, str]) -> Reply:
    """An error: WNS says everything in headers, and has no body."""
    return Reply(
        status=status,
        headers=(
            ("x-wns-error-description", words),
            ("x-wns-debug-trace", "SIM0000001"),
            *more,
        ),
    )


def taken(state: str, *more: tuple[str, str]) -> Reply:
    """A 200, which says only by ``state`` whether the device gets anything."""
    return Reply(
        status=200,
        headers=(
            ("x-wns-status", state),
            ("x-wns-deviceconnectionstatus", "connected"),
            ("x-wns-msg-id", secrets.token_hex(8).upper()),
            *more,
        ),
    )


WAIT = ("x-wns-continue-after", "60")
REPLIES = {
    "dead": refusal(410, "Channel expired"),
    "malformed": refusal(404, "The channel URI is not recognized"),
    "notfound": refusal(404, "The channel URI is not recognized"),
    "mismatch": refusal(403, "The package SID does not match the channel"),
    "payload": refusal(400, "One or more headers were specified incorrectly"),
    "badmethod": refusal(405, "Only POST and DELETE are allowed"),
    "toolarge": refusal(413, "The notification payload exceeds 5000 bytes"),
    "unauthenticated": refusal(401, "The access token is not valid"),
    "throttled": refusal(406, "The cloud service exceeded its throttle limit", WAIT),
    "busy": taken("channelthrottled", WAIT),
    "discarded": taken("dropped"),
    "unstated": Reply(status=200),
    "internal": refusal(500, "An internal failure occurred"),
    "unavailable": refusal(503, "The server is currently unavailable"),
    "overloaded": refusal(503, "Try again later", ("retry-after", "10")),
    "badgateway": page_reply(502, "Bad Gateway"),
    "redirect": Reply(
        status=307, headers=(("location", "https://elsewhere.invalid/"),)
    ),
}
"""By script. A script that is not here is about the connection, not the answer."""


class Wns:
    """Answers for login.live.com, login.microsoftonline.com and every channel."""

    def __init__(self, accounts: WnsAccounts, scripts: Scripts) -> None:
        self._accounts = accounts
        self._scripts = scripts

    def serves(self, host: str) -> bool:
        return host in (LIVE, ENTRA) or host.endswith(".notify.windows.com")

    def gone(self, connection: int) -> None:
        """WNS remembers nothing of a connection."""

    def first_streams(self) -> int:
        return STREAMS

    def answer(self, request: Incoming, *, at: float) -> Outcome:
        """What becomes of one request, at a Unix time."""
        if request.host in (LIVE, ENTRA):
            return self._token(request, at)
        outcome = Outcome(reply=taken("received"), gateway="wns")
        outcome.token = f"https://{request.authority}{request.path}"
        outcome.body = request.body.decode(errors="replace")
        grant = self._granted(request, at)
        outcome.claims = grant.claims() if grant else {}
        wrong = _unfit(request, grant)
        if wrong is None:
            self._deliver(outcome, request)
        else:
            outcome.reply = wrong
        return outcome

    def _deliver(self, outcome: Outcome, request: Incoming) -> None:
        """Read the toast, follow the channel's script, or accept."""
        try:
            toast = wns_schema.read(request.body)
        except wns_schema.Malformed as wrong:
            outcome.reply = refusal(400, str(wrong))
            return
        outcome.body = asdict(toast) | {"xml": outcome.body}
        outcome.run = toast.launch.get("run")
        client = str(outcome.claims.get("client", ""))
        token = outcome.token or ""
        script = self._scripts.take_for(client) or self._scripts.take(token)
        outcome.script = script.name if script else None
        if script:
            outcome.reply = scripted(script, outcome.reply)
        if script is None or script.reaches_phone:
            outcome.shown = _shown(toast, request.headers)

    def _granted(self, request: Incoming, at: float) -> Grant | None:
        scheme, _space, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        return self._accounts.grant(token, at=at)

    def _token(self, request: Incoming, at: float) -> Outcome:
        form = dict(parse_qsl(request.body.decode("latin-1")))
        kept = {name: text for name, text in form.items() if name != "client_secret"}
        outcome = Outcome(reply=page_reply(404, "Not Found"), gateway="auth", body=kept)
        live = request.host == LIVE and request.path == "/accesstoken.srf"
        entra = request.host == ENTRA and TENANT_PATH.fullmatch(request.path)
        if request.method != "POST" or not (live or entra):
            return outcome
        script = self._scripts.take(f"account:{form.get('client_id', '')}")
        if script:
            outcome.script = script.name
            outcome.reply = scripted(script, REPLIES["internal"])
            return outcome
        outcome.reply = self._give(request.host, form, at)
        return outcome

    def _give(self, host: str, form: dict[str, str], at: float) -> Reply:
        try:
            token = self._accounts.exchange(host, form, at=at)
        except Unauthorised as refused:
            answer = {"error": refused.error, "error_description": refused.words}
            return json_reply(401 if host == ENTRA else 400, answer)
        answer = {"access_token": token, "token_type": "bearer"}
        return json_reply(200, answer | {"expires_in": LIFETIME})


def scripted(script: Script, accepted: Reply) -> Reply:
    """The answer that a script gives, where ``accepted`` would be the ordinary one."""
    reply = REPLIES.get(script.name, accepted)
    if reply is accepted:
        reply = replace(accepted, manner=script.name)
    if script.retry_after is not None:
        kept = tuple(line for line in reply.headers if line[0] != WAIT[0])
        wait = (WAIT[0], str(script.retry_after))
        reply = replace(reply, headers=(*kept, wait))
    return replace(reply, delay=script.delay)


def _unfit(request: Incoming, grant: Grant | None) -> Reply | None:
    """The refusal of a request that WNS would not even look into."""
    headers = request.headers
    if request.method != "POST":
        return REPLIES["badmethod"]
    if grant is None:
        return REPLIES["unauthenticated"]
    if len(request.body) > wns_schema.LIMIT:
        return REPLIES["toolarge"]
    kind = headers.get("x-wns-type", "")
    if "content-length" not in headers or kind not in TYPES:
        return refusal(400, "Content-Length or X-WNS-Type is missing")
    if headers.get("content-type") != TYPES[kind] or not _numbered(headers):
        return refusal(400, "The headers conflict with each other")
    if kind != "wns/toast":
        return refusal(400, "The simulated device displays toasts only")
    return None


def _numbered(headers: Mapping[str, str]) -> bool:
    """Whether the time to live is a number of seconds, and the tag a tag."""
    ttl, tag = headers.get("x-wns-ttl", "1"), headers.get("x-wns-tag", "t")
    return ttl.isdecimal() and int(ttl) > 0 and TAG.fullmatch(tag) is not None


def _shown(toast: wns_schema.Toast, headers: Mapping[str, str]) -> Shown:
    return Shown(
        kind="windows",
        title=toast.title,
        body=toast.body,
        image=toast.image,
        buttons=toast.buttons,
        tag=headers.get("x-wns-tag", ""),
        link=toast.launch.get("link", ""),
        n=toast.launch.get("n", ""),
    )

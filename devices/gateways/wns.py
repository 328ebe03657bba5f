"""Windows Notification Service: toasts for Windows apps, over HTTP/1.1."""

from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar

from django.utils.translation import gettext as _

from devices.gateways import wns_answers, wns_message
from devices.gateways.base import (
    Check,
    CredentialRefused,
    Fence,
    Gateway,
    Push,
    Result,
    Verdict,
)
from devices.gateways.http import Sender
from devices.gateways.oauth import TokenUnavailable
from devices.gateways.wire import Answer, Options, Request
from devices.gateways.wns_account import WnsCredential, WnsToken

CHANNELS = Options(http1=True, headers=True)
"""WNS takes a request with a length over HTTP/1.1, and answers in headers."""


class WnsGateway(Gateway):
    """One Windows app. ``tokens`` lets gateways of a process share an access token.

    Raises CredentialRefused when a real account meets the simulator or the reverse.
    """

    kind: ClassVar[str] = "wns"
    max_payload: ClassVar[int] = 5000

    def __init__(
        self,
        credential: WnsCredential,
        sender: Sender,
        *,
        tokens: WnsToken | None = None,
    ) -> None:
        _refuse_strangers(credential, sender)
        self._sender = sender
        self._tokens = tokens or WnsToken(credential, sender)
        self._queue: deque[tuple[Push, Fence | None, bytes]] = deque()
        self._inbox: list[Answer] = []
        self._known: list[Result] = []
        self._in_flight = 0

    @property
    def in_flight(self) -> int:
        return self._in_flight

    def size(self, push: Push) -> int:
        """Bytes of the toast; 0 for broken Unicode, which submit answers."""
        try:
            return len(wns_message.body_of(push))
        except UnicodeEncodeError:
            return 0

    def submit(self, pushes: Iterable[Push], *, fence: Fence | None = None) -> None:
        for push in pushes:
            self._in_flight += 1
            body = self._body(push)
            if isinstance(body, Result):
                self._known.append(body)
            else:
                self._queue.append((push, fence, body))

    def poll(self, timeout: float) -> list[Result]:
        self._feed()
        if not self._known and not self._inbox:
            self._sender.drive(timeout)
        results = self._known
        self._known = []
        answers, self._inbox[:] = self._inbox[:], []
        results.extend(self._read(answer) for answer in answers)
        self._in_flight -= len(results)
        return results

    def check(self) -> Check:
        """WNS has no trial push, so a new access token is all that can be proved."""
        try:
            self._tokens.mint()
        except (CredentialRefused, TokenUnavailable) as trouble:
            return Check(ok=False, sentence=str(trouble), code="oauth")
        return Check(ok=True, sentence=_works())

    def _body(self, push: Push) -> bytes | Result:
        """The toast, or the result of a push that must not leave."""
        if not wns_message.is_channel(push.token):
            words = "the channel is not an address of notify.windows.com"
            return _unsent(push, Verdict.TOKEN_MISMATCH, "foreign_host", words)
        try:
            body = wns_message.body_of(push)
        except UnicodeEncodeError:
            words = "a text holds half of a surrogate pair"
            return _unsent(push, Verdict.PAYLOAD_REJECTED, "encoding", words)
        if len(body) > self.max_payload:
            words = f"{len(body)} bytes, {self.max_payload} fit"
            return _unsent(push, Verdict.PAYLOAD_REJECTED, "too_big", words)
        return body

    def _feed(self) -> None:
        """Start as many queued pushes as there is room for."""
        room = self._sender.room
        if not self._queue or room <= 0:
            return
        try:
            line = self._tokens.line()
        except CredentialRefused as refused:
            self._give_back(Verdict.AUTH_CONFIG, refused)
            return
        except TokenUnavailable as trouble:
            lasting = trouble.lasting
            verdict = Verdict.AUTH_CONFIG if lasting else Verdict.NOT_SENT
            self._give_back(verdict, trouble)
            return
        for _place in range(min(room, len(self._queue))):
            push, fence, body = self._queue.popleft()
            headers = [line, *wns_message.lines_of(push.ttl, push.collapse)]
            self._sender.start(
                Request(
                    push.token,
                    headers,
                    body,
                    self._inbox,
                    push.reference,
                    fence,
                    push,
                    CHANNELS,
                )
            )

    def _give_back(self, verdict: Verdict, trouble: Exception) -> None:
        """No access token, so everything queued comes back unsent."""
        words = str(trouble)[:200]
        self._known.extend(
            _unsent(push, verdict, "oauth", words)
            for push, _fence, _body in self._queue
        )
        self._queue.clear()

    def _read(self, answer: Answer) -> Result:
        result = wns_answers.result_of(answer, token=answer.request.context.token)
        if not answer.status and result.verdict is Verdict.AUTH_CONFIG:
            # The channel names the host, and one that cannot prove itself is no word
            # about our secret: the token service has proved the way.
            return replace(result, verdict=Verdict.NOT_SENT)
        used = answer.request.headers[0]
        if result.verdict is Verdict.ACCEPTED:
            self._tokens.serve(used)
        if answer.status != 401 or result.verdict is not Verdict.AUTH_CONFIG:
            return result
        if not self._tokens.repair(used):
            if self._tokens.has_served(used):
                return replace(result, verdict=Verdict.TOKEN_MISMATCH)
            return result
        return Result(
            reference=result.reference,
            verdict=Verdict.NOT_ACCEPTED,
            code=result.code,
            detail=result.detail,
        )


def _unsent(push: Push, verdict: Verdict, code: str, detail: str) -> Result:
    return Result(
        reference=push.reference,
        verdict=verdict,
        code=code,
        detail=detail,
        left=False,
    )


def _works() -> str:
    return _(
        "Microsoft accepts this app's secret. Whether the secret belongs to the app "
        "that people installed shows at the first push: send one to your own device."
    )


def _refuse_strangers(credential: WnsCredential, sender: Sender) -> None:
    if sender.wire.simulator and not credential.simulated:
        raise CredentialRefused(
            _(
                "This secret belongs to a real Windows app, and this site sends to "
                "the simulator. Remove the secret, or unset SIMULATOR."
            )
        )
    if credential.simulated and not sender.wire.simulator:
        raise CredentialRefused(
            _(
                "This secret was made by the simulator, and this site sends to "
                "Microsoft. Store the secret of your Windows app."
            )
        )

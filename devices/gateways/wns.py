"""Windows Notification Service: toasts for Windows apps, over HTTP/1.1."""

from typing import ClassVar

from django.utils.translation import gettext as _

from devices.gateways import wns_answers, wns_message
from devices.gateways.base import (
    Check,
    CredentialRefused,
    Push,
    Result,
    Verdict,
    unsent,
)
from devices.gateways.http import Sender
from devices.gateways.oauth import TokenUnavailable
from devices.gateways.queueing import QueueingGateway, refuse_strangers
from devices.gateways.wire import Answer, Options, Request
from devices.gateways.wns_account import WnsCredential, WnsToken

CHANNELS = Options(http1=True, headers=True)
"""WNS takes a request with a length over HTTP/1.1, and answers in headers."""


class WnsGateway(QueueingGateway):
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
        super().__init__(sender)
        self._tokens = tokens or WnsToken(credential, sender)

    def body(self, push: Push) -> bytes:
        return wns_message.body_of(push)

    def _written(self, push: Push) -> bytes | Result:
        if wns_message.is_channel(push.token):
            return super()._written(push)
        words = "the channel is not an address of notify.windows.com"
        return unsent(push, Verdict.TOKEN_MISMATCH, "foreign_host", words)

    def check(self) -> Check:
        """WNS has no trial push, so a new access token is all that can be proved."""
        try:
            self._tokens.mint()
        except (CredentialRefused, TokenUnavailable) as trouble:
            return Check(ok=False, sentence=str(trouble), code="oauth")
        return Check(ok=True, sentence=_works())

    def _feed(self) -> None:
        """Start as many queued pushes as there is room for."""
        room = self._sender.room
        if not self._queue or room <= 0:
            return
        line = self._asked(self._tokens.line)
        if line is None:
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

    def _read(self, answer: Answer) -> Result:
        result = wns_answers.result_of(answer, token=answer.request.context.token)
        if not answer.status and result.verdict is Verdict.AUTH_CONFIG:
            # The channel names the host, and one that cannot prove itself is no word
            # about our secret: the token service has proved the way.
            return result._replace(verdict=Verdict.NOT_SENT)
        used = answer.request.headers[0]
        if result.verdict is Verdict.ACCEPTED:
            self._tokens.serve(used)
        if answer.status != 401 or result.verdict is not Verdict.AUTH_CONFIG:
            return result
        if not self._tokens.repair(used):
            if self._tokens.has_served(used):
                return result._replace(verdict=Verdict.TOKEN_MISMATCH)
            return result
        return Result(
            reference=result.reference,
            verdict=Verdict.NOT_ACCEPTED,
            code=result.code,
            detail=result.detail,
        )


def _works() -> str:
    return _(
        "Microsoft accepts this app's secret. Whether the secret belongs to the app "
        "that people installed shows at the first push: send one to your own device."
    )


def _refuse_strangers(credential: WnsCredential, sender: Sender) -> None:
    refuse_strangers(
        sender,
        simulated=credential.simulated,
        real=_(
            "This secret belongs to a real Windows app, and this site sends to "
            "the simulator. Remove the secret, or unset SIMULATOR."
        ),
        made=_(
            "This secret was made by the simulator, and this site sends to "
            "Microsoft. Store the secret of your Windows app."
        ),
    )

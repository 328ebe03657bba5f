"""Firebase Cloud Messaging, HTTP v1: Android, web, and iOS through Firebase."""

import time
from collections.abc import Callable
from typing import ClassVar

from django.utils.translation import gettext as _

from devices.gateways import fcm_answers, fcm_check, fcm_message
from devices.gateways.base import (
    Check,
    CredentialRefused,
    Push,
    Result,
    Verdict,
)
from devices.gateways.http import Sender
from devices.gateways.oauth import AccessToken, FcmCredential, TokenUnavailable
from devices.gateways.queueing import QueueingGateway, refuse_strangers
from devices.gateways.wire import Answer, Request


class FcmGateway(QueueingGateway):
    """One Firebase project with one service account.

    ``tokens`` lets several gateways of a process share one access token. Raises
    CredentialRefused when a real account meets the simulator or the reverse.
    """

    kind: ClassVar[str] = "fcm"
    max_payload: ClassVar[int] = 4096

    def __init__(
        self,
        credential: FcmCredential,
        sender: Sender,
        *,
        tokens: AccessToken | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        _refuse_strangers(credential, sender)
        super().__init__(sender)
        self._tokens = tokens or AccessToken(credential, sender)
        self._clock = clock
        project = credential.project_id
        self._url = f"https://fcm.googleapis.com/v1/projects/{project}/messages:send"

    def body(self, push: Push) -> bytes:
        return fcm_message.body_of(push, at=int(self._clock()))

    def weigh(self, push: Push) -> int:
        return fcm_message.size_of(push)

    def check(self) -> Check:
        try:
            headers = self._tokens.headers()
        except (CredentialRefused, TokenUnavailable) as trouble:
            return Check(ok=False, sentence=str(trouble), code="oauth")
        body = fcm_message.check_body()
        answer = self._sender.exchange(Request(self._url, headers, body, []))
        return fcm_check.check_of(answer)

    def _feed(self) -> None:
        """Start as many queued pushes as there is room for."""
        room = self._sender.room
        if not self._queue or room <= 0:
            return
        headers = self._asked(self._tokens.headers)
        if headers is None:
            return
        for _place in range(min(room, len(self._queue))):
            push, fence, body = self._queue.popleft()
            reference = push.reference
            self._sender.start(
                Request(self._url, headers, body, self._inbox, reference, fence, push)
            )

    def _read(self, answer: Answer) -> Result:
        result = fcm_answers.result_of(answer, token=answer.request.context.token)
        if result.verdict is not Verdict.AUTH_CONFIG or not answer.status:
            return result
        if not fcm_answers.is_stale_token(answer):
            return result
        if not self._tokens.repair(answer.request.headers):
            return result
        return Result(
            reference=result.reference,
            verdict=Verdict.NOT_ACCEPTED,
            code=result.code,
            detail=result.detail,
        )


def _refuse_strangers(credential: FcmCredential, sender: Sender) -> None:
    refuse_strangers(
        sender,
        simulated=credential.simulated,
        real=_(
            "This key belongs to a real Firebase project, and this site sends to "
            "the simulator. Remove the key, or unset SIMULATOR."
        ),
        made=_(
            "This key was made by the simulator, and this site sends to Google. "
            "Upload the key file of your Firebase project."
        ),
    )

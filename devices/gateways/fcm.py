"""Firebase Cloud Messaging, HTTP v1: Android, web, and iOS through Firebase."""

import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import ClassVar

from django.utils.translation import gettext as _

from devices.gateways import fcm_answers, fcm_check, fcm_message
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
from devices.gateways.oauth import AccessToken, FcmCredential, TokenUnavailable
from devices.gateways.wire import Answer, Request


class FcmGateway(Gateway):
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
        self._sender = sender
        self._tokens = tokens or AccessToken(credential, sender)
        self._clock = clock
        project = credential.project_id
        self._url = f"https://fcm.googleapis.com/v1/projects/{project}/messages:send"
        self._queue: deque[tuple[Push, Fence | None, bytes]] = deque()
        self._inbox: list[Answer] = []
        self._known: list[Result] = []
        self._in_flight = 0

    @property
    def in_flight(self) -> int:
        return self._in_flight

    def size(self, push: Push) -> int:
        """Bytes that count; 0 for broken Unicode, which submit answers."""
        try:
            return fcm_message.size_of(push)
        except TypeError:
            return 0

    def submit(self, pushes: Iterable[Push], *, fence: Fence | None = None) -> None:
        at = int(self._clock())
        for push in pushes:
            self._in_flight += 1
            try:
                body = fcm_message.body_of(push, at=at)
            except TypeError:
                words = "a text holds half of a surrogate pair"
                self._known.append(_rejected(push, "encoding", words))
                continue
            # The whole body is longer than what counts, and cheaper to measure.
            if len(body) > self.max_payload and self.size(push) > self.max_payload:
                words = f"{self.size(push)} bytes, {self.max_payload} fit"
                self._known.append(_rejected(push, "too_big", words))
                continue
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
        try:
            headers = self._tokens.headers()
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
            reference = push.reference
            self._sender.start(
                Request(self._url, headers, body, self._inbox, reference, fence, push)
            )

    def _give_back(self, verdict: Verdict, trouble: Exception) -> None:
        """No access token, so everything queued comes back unsent."""
        detail = str(trouble)[:200]
        self._known.extend(
            Result(
                reference=push.reference,
                verdict=verdict,
                code="oauth",
                detail=detail,
                left=False,
            )
            for push, _fence, _body in self._queue
        )
        self._queue.clear()

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


def _rejected(push: Push, code: str, detail: str) -> Result:
    return Result(
        reference=push.reference,
        verdict=Verdict.PAYLOAD_REJECTED,
        code=code,
        detail=detail,
        left=False,
    )


def _refuse_strangers(credential: FcmCredential, sender: Sender) -> None:
    if sender.wire.simulator and not credential.simulated:
        raise CredentialRefused(
            _(
                "This key belongs to a real Firebase project, and this site sends to "
                "the simulator. Remove the key, or unset SIMULATOR."
            )
        )
    if credential.simulated and not sender.wire.simulator:
        raise CredentialRefused(
            _(
                "This key was made by the simulator, and this site sends to Google. "
                "Upload the key file of your Firebase project."
            )
        )

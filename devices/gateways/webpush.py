"""Web Push: every browser, through the push service that it chose (RFC 8030)."""

from typing import ClassVar

from django.utils.translation import gettext as _

from devices.gateways import (
    allowlist,
    encryption,
    vapid,
    webpush_answers,
    webpush_check,
    webpush_message,
)
from devices.gateways.base import (
    Check,
    Push,
    Result,
    Scope,
    Subscription,
    Verdict,
    unsent,
)
from devices.gateways.http import Sender
from devices.gateways.queueing import Queued, QueueingGateway, refuse_strangers
from devices.gateways.webpush_services import Services
from devices.gateways.wire import Answer, Options, Request

BROWSER = Options(public_only=True)
EDGE = Options(public_only=True, headers=True)
"""Windows tells in a header what became of a message that it took."""

EDGE_HOSTS = ".notify.windows.com"
NOTHING = Subscription("", "")


class WebPushGateway(QueueingGateway):
    """One application's VAPID keys, for the browsers that subscribed with them.

    ``services`` lets several gateways of a process share tokens and pauses. Raises
    CredentialRefused when real keys meet the simulator or the reverse.
    """

    kind: ClassVar[str] = "webpush"
    max_payload: ClassVar[int] = 3500
    """Ours. Encryption takes 3,993; a service may count its own header as well."""

    def __init__(
        self,
        credential: vapid.VapidCredential,
        sender: Sender,
        *,
        services: Services | None = None,
    ) -> None:
        _refuse_strangers(credential, sender)
        super().__init__(sender)
        self._services = services or Services(credential)

    def body(self, push: Push) -> bytes:
        """The message in clear; it is encrypted when there is room for it."""
        return webpush_message.body_of(push)

    def check(self) -> Check:
        """The keys proved themselves when they were read; one service is asked."""
        key, address = self._services.newest, webpush_check.NOBODY
        myself = encryption.Keys(encryption.from_base64url(key), bytes(16))
        body = encryption.encrypt(b"{}", myself)
        authorization = self._services.tokens.authorization(webpush_check.ORIGIN, key)
        headers = webpush_message.headers(authorization, 1, "")
        request = Request(address, headers, body, [], options=BROWSER)
        return webpush_check.check_of(self._sender.exchange(request))

    def _feed(self) -> None:
        """Encrypt and start as many queued pushes as there is room for."""
        room = self._sender.room
        while self._queue and room > 0:
            waiting = self._queue.popleft()
            origin = allowlist.origin_of(waiting.push.token)
            refusal = self._refusal(waiting.push, origin)
            if refusal is not None:
                self._known.append(refusal)
                continue
            if self._start(waiting, origin):
                room -= 1

    def _refusal(self, push: Push, origin: str) -> Result | None:
        """The result of a push for which nothing is to be sent now."""
        if not origin:
            words = "not a push service that we send to"
            return unsent(push, Verdict.TOKEN_MISMATCH, "endpoint", words)
        key = (push.subscription or NOTHING).key
        if key and not self._services.tokens.knows(key):
            words = "it subscribed with a key that we do not hold"
            return unsent(push, Verdict.TOKEN_MISMATCH, "unknown_key", words)
        pause = self._services.wait(origin)
        return _postponed(push, pause) if pause else None

    def _start(self, waiting: Queued, origin: str) -> bool:
        """Encrypt and send; False when the subscription's keys are no keys."""
        push, fence, text = waiting
        given = push.subscription or NOTHING
        try:
            keys = encryption.read_keys(given.p256dh, given.auth)
            body = encryption.encrypt(text, keys)
        except encryption.BadSubscription as bad:
            dead = unsent(push, Verdict.TOKEN_DEAD, "subscription", str(bad))
            self._known.append(dead)
            return False
        tokens, key = self._services.tokens, given.key or self._services.newest
        authorization = tokens.authorization(origin, key)
        urgency = webpush_message.urgency_of(push)
        self._sender.start(
            Request(
                push.token,
                webpush_message.headers(
                    authorization, push.ttl, push.collapse, urgency
                ),
                body,
                self._inbox,
                push.reference,
                fence,
                (origin, authorization),
                EDGE if origin.endswith(EDGE_HOSTS) else BROWSER,
            )
        )
        return True

    def _read(self, answer: Answer) -> Result:
        result = webpush_answers.result_of(answer)
        origin, authorization = answer.request.context
        if result.verdict is Verdict.ACCEPTED:
            self._services.remember(authorization)
        elif webpush_answers.holds_origin(answer):
            self._services.hold(origin, result.retry_after or 0.0)
        if result.verdict is not Verdict.AUTH_CONFIG:
            return result
        named = allowlist.is_named(origin)
        if not answer.status:
            return result if named else result._replace(verdict=Verdict.NOT_SENT)
        if named and not self._services.has_taken(authorization):
            return result
        return result._replace(verdict=Verdict.TOKEN_MISMATCH)


def _postponed(push: Push, seconds: float) -> Result:
    """This push waits; those for other services go on."""
    return Result(
        reference=push.reference,
        verdict=Verdict.THROTTLED,
        code="held",
        detail="its push service asked us to wait",
        scope=Scope.DEVICE,
        retry_after=seconds,
        left=False,
    )


def _refuse_strangers(credential: vapid.VapidCredential, sender: Sender) -> None:
    refuse_strangers(
        sender,
        simulated=credential.simulated,
        real=_(
            "These keys are a real site's, and this site sends to the simulator. "
            "Remove the keys, or unset SIMULATOR."
        ),
        made=_(
            "These keys were made by the simulator, and this site sends to real "
            "browsers. Let the wizard make a pair of your own."
        ),
    )

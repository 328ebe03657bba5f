"""Apple Push Notification service: iPhones and iPads without Firebase between."""

import time
from collections.abc import Callable
from typing import ClassVar, NamedTuple

from django.utils.translation import gettext as _

from devices.gateways import apns_answers, apns_check, apns_message
from devices.gateways.apns_certificate import ApnsCertificate
from devices.gateways.apns_credential import ApnsCredential
from devices.gateways.apns_key import ApnsKey
from devices.gateways.apns_tokens import HOLD, ProviderToken
from devices.gateways.base import (
    Check,
    Fence,
    Push,
    Result,
    Scope,
    Verdict,
)
from devices.gateways.http import Sender
from devices.gateways.queueing import QueueingGateway, alike, refuse_strangers
from devices.gateways.wire import ORDINARY, Answer, Options, Request

HOSTS = {
    "production": "api.push.apple.com",
    "sandbox": "api.sandbox.push.apple.com",
}


class Trip(NamedTuple):
    """What a request is remembered by until its answer comes."""

    message_id: str
    authorization: str
    connections: int
    """Sender.renewals when it started."""

    def __repr__(self) -> str:
        return f"Trip({self.message_id!r})"


class ApnsGateway(QueueingGateway):
    """One app in one environment, with a key or a certificate.

    ``sender`` must serve no other key: Apple refuses two of them on one connection.
    ``tokens`` lets several gateways of a process share one provider token. Raises
    CredentialRefused when a real credential meets the simulator or the reverse.
    """

    kind: ClassVar[str] = "apns"
    max_payload: ClassVar[int] = 4096

    def __init__(
        self,
        credential: ApnsCredential,
        sender: Sender,
        *,
        environment: str = "production",
        tokens: ProviderToken | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        _refuse_strangers(credential, sender)
        super().__init__(sender)
        self._credential = credential
        self._clock = clock
        self._host = f"https://{HOSTS[environment]}"
        self._tokens = tokens
        if tokens is None and isinstance(credential, ApnsKey):
            self._tokens = ProviderToken(credential, clock)
        self._options = options_of(credential)

    def body(self, push: Push) -> bytes:
        return apns_message.body_of(push)

    def check(self) -> Check:
        """Ask to push to a device token that cannot exist: Apple looks at it last."""
        hindrance = self._hindrance()
        if hindrance is not None:
            code = hindrance.code
            return Check(ok=False, sentence=apns_check.sentence_of(code), code=code)
        nobody = Push(
            reference=0, token=apns_message.NOWHERE, title="Check", body="", ttl=0
        )
        body = apns_message.body_of(nobody)
        request = self._request(nobody, None, body, self._authorization())
        return apns_check.check_of(
            self._sender.exchange(request._replace(inbox=[])), self._credential
        )

    def _feed(self) -> None:
        """Start as many queued pushes as there is room for."""
        if not self._queue:
            return
        hindrance = self._hindrance()
        if hindrance is not None:
            self._give_back(alike(hindrance))
            return
        room = min(self._sender.room, len(self._queue))
        authorization = self._authorization() if room > 0 else ""
        for _place in range(room):
            request = self._request(*self._queue.popleft(), authorization)
            self._sender.start(request)

    def _authorization(self) -> str:
        return self._tokens.header() if self._tokens else ""

    def _request(
        self, push: Push, fence: Fence | None, body: bytes, authorization: str
    ) -> Request:
        message_id = apns_message.message_id(push)
        headers = apns_message.headers_of(
            ttl=push.ttl,
            collapse=push.collapse,
            topic=self._credential.topic,
            at=int(self._clock()),
            authorization=authorization,
            urgency=apns_message.urgency_of(push),
        )
        return Request(
            self._host + apns_message.path_of(push.token),
            headers,
            body,
            self._inbox,
            push.reference,
            fence,
            Trip(message_id, authorization, self._sender.renewals),
            self._options,
            (("apns-id", message_id),),
        )

    def _hindrance(self) -> Result | None:
        """What becomes of every push while nothing may leave with this credential."""
        credential = self._credential
        held = self._tokens.held if self._tokens else 0.0
        if held:
            return Result(
                reference=0,
                verdict=Verdict.THROTTLED,
                code="TooManyProviderTokenUpdates",
                scope=Scope.CHANNEL,
                retry_after=held,
                left=False,
            )
        if not isinstance(credential, ApnsCertificate):
            return None
        if credential.expires_at.timestamp() > self._clock():
            return None
        return Result(
            reference=0,
            verdict=Verdict.AUTH_CONFIG,
            code="CertificateEnded",
            detail=apns_check.sentence_of("CertificateEnded")[:200],
            left=False,
        )

    def _read(self, answer: Answer) -> Result:
        result = apns_answers.result_of(answer)
        trip: Trip = answer.request.context
        if result.verdict is Verdict.ACCEPTED:
            return result._replace(provider_id=trip.message_id)
        if self._tokens is None:
            return result
        if result.code == "TooManyProviderTokenUpdates":
            self._hold(self._tokens, trip)
        elif self._is_cured(result.code, self._tokens, trip):
            soon = apns_answers.SOON
            return result._replace(verdict=Verdict.NOT_ACCEPTED, retry_after=soon)
        elif result.code == "ExpiredProviderToken":
            words = apns_check.sentence_of(result.code)
            return result._replace(detail=words[:200])
        return result

    def _hold(self, tokens: ProviderToken, trip: Trip) -> None:
        """Make no token for a while; the connection that heard it is of no use."""
        if trip.connections == self._sender.renewals:
            self._sender.renew()
            tokens.hold(HOLD)

    def _is_cured(self, code: str, tokens: ProviderToken, trip: Trip) -> bool:
        """Whether one repair makes it worth while to try again."""
        if code == "ExpiredProviderToken":
            return tokens.repair(trip.authorization)
        if code != "UnrelatedKeyIdInToken":
            return False
        if trip.connections != self._sender.renewals:
            return True
        if not tokens.may_reconnect():
            return False
        self._sender.renew()
        return True


def options_of(credential: ApnsCredential) -> Options:
    """How the wire proves a certificate; a key is proved in each request."""
    if isinstance(credential, ApnsCertificate):
        return Options(certificate=credential.certificate, key=credential.private_key)
    return ORDINARY


def _refuse_strangers(credential: ApnsCredential, sender: Sender) -> None:
    refuse_strangers(
        sender,
        simulated=credential.simulated,
        real=_(
            "This credential belongs to a real Apple developer team, and this "
            "site sends to the simulator. Remove it, or unset SIMULATOR."
        ),
        made=_(
            "This credential was made by the simulator, and this site sends to "
            "Apple. Upload the key of your Apple developer team."
        ),
    )

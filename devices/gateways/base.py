"""What a push is, what a gateway answers, and the contract between them.

A gateway knows one provider and one credential. It knows no campaign and no
person, writes no row and never retries: the pipeline owns time.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar, NamedTuple

from push_notifications.exceptions import NotificationError

from devices.gateways.options import Options

NOTHING: Mapping[str, str] = MappingProxyType({})


class GatewayError(NotificationError):
    """Something about a gateway that a person must mend: show the sentence."""


class GatewayMisconfigured(GatewayError):
    """This installation cannot send as it is set up. Nothing left: do not retry."""


class CredentialRefused(GatewayError):
    """A credential cannot be used. Show the sentence to whoever uploaded it."""


class Verdict(StrEnum):
    """A gateway's answer to one push, in our words (design.md 4)."""

    ACCEPTED = "accepted"
    TOKEN_DEAD = "token_dead"
    TOKEN_MISMATCH = "token_mismatch"
    PAYLOAD_REJECTED = "payload_rejected"
    AUTH_CONFIG = "auth_config"
    THROTTLED = "throttled"
    NOT_ACCEPTED = "not_accepted"
    AMBIGUOUS = "ambiguous"
    DROPPED = "dropped"
    NOT_SENT = "not_sent"
    """The body never left: proved by the sender, whatever the error was."""


class Scope(StrEnum):
    """How far a THROTTLED answer reaches."""

    CHANNEL = "channel"
    DEVICE = "device"


class Button(NamedTuple):
    """A button under a message; ``link`` "" opens what the message opens."""

    id: str
    label: str
    link: str = ""

    def __repr__(self) -> str:
        return f"Button({self.id!r})"


class Subscription(NamedTuple):
    """What a browser gave beside its endpoint, as base64url texts.

    ``key`` is the public VAPID key with which it subscribed, "" when unknown.
    """

    p256dh: str
    auth: str
    key: str = ""

    def __repr__(self) -> str:
        return f"Subscription(key={self.key!r})"


TOO_BIG = "too_big"
"""The code of a push that is longer than its provider takes, and did not leave."""


class Push(NamedTuple):
    """One message to one token, as a gateway gets it.

    ``token``: FCM's registration token, APNs' hex device token, a browser's
    endpoint (with its ``subscription``) or a Windows channel's address. ``ttl`` is
    in seconds from now; ``collapse`` makes a later push with the same value replace
    this one on the device's screen; ``data`` reaches the app. ``image`` is an https
    address, and so is ``icon``, which only browsers show. ``options`` are those of the
    token's platform, None for the usual ones; ``said`` the texts that only it shows:
    "subtitle", "badge" (a number), "expanded", "summary", "ticker".
    """

    reference: int
    token: str
    title: str
    body: str
    link: str = ""
    ttl: int = 86_400
    collapse: str = ""
    data: Mapping[str, str] = NOTHING
    image: str = ""
    icon: str = ""
    buttons: tuple[Button, ...] = ()
    subscription: Subscription | None = None
    options: Options | None = None
    said: Mapping[str, str] = NOTHING

    def __repr__(self) -> str:
        """Without token and texts: neither belongs in a log."""
        return f"Push({self.reference})"


class Result(NamedTuple):
    """What became of one push.

    ``code`` is the provider's own word ("UNREGISTERED"), or ours for an error of
    the transport ("connect", "timeout"); ``detail`` one line for a developer,
    free of tokens and secrets; ``retry_after`` seconds, when the provider said so;
    ``left`` whether the first byte of the body may have left this machine;
    ``since`` the Unix time at which the provider says the token died.
    """

    reference: int
    verdict: Verdict
    code: str = ""
    detail: str = ""
    scope: Scope | None = None
    retry_after: float | None = None
    provider_id: str = ""
    left: bool = True
    since: float | None = None


def unsent(push: Push, verdict: Verdict, code: str, detail: str) -> Result:
    """The result of a push that did not leave; of ``detail`` 200 characters."""
    return Result(
        reference=push.reference,
        verdict=verdict,
        code=code,
        detail=detail[:200],
        left=False,
    )


Fence = Callable[[int], bool]
"""Asked with a push's reference at the last moment before its body leaves.

False aborts it, and its result is NOT_SENT.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The answer to "does this credential work?", in words for an administrator."""

    ok: bool
    sentence: str
    code: str = ""


class Gateway(ABC):
    """One provider with one credential, over one shared sender.

    ``submit`` queues, ``poll`` drives the wire and returns what came. Every
    submitted push gets exactly one Result, in any order; no exception stands for
    a batch.
    """

    kind: ClassVar[str]
    """fcm, apns, webpush or wns."""

    max_payload: ClassVar[int]
    """Bytes of the provider's limit for one message."""

    uses_database: ClassVar[bool] = False
    """Whether `submit` or `poll` use this process's database session."""

    @abstractmethod
    def size(self, push: Push) -> int:
        """Bytes that count against max_payload for this push."""

    @abstractmethod
    def submit(self, pushes: Iterable[Push], *, fence: Fence | None = None) -> None:
        """Queue pushes; the fence stands in each body callback."""

    @abstractmethod
    def poll(self, timeout: float) -> list[Result]:
        """Drive the wire for at most ``timeout`` seconds; return what is known."""

    @property
    @abstractmethod
    def in_flight(self) -> int:
        """Pushes submitted whose result was not returned by poll yet."""

    @abstractmethod
    def check(self) -> Check:
        """Prove the credential against the provider without sending anything."""

    def send(
        self, pushes: Sequence[Push], *, fence: Fence | None = None
    ) -> list[Result]:
        """Send all, wait for all: one Result per push, in the same order."""
        self.submit(pushes, fence=fence)
        results: dict[int, Result] = {}
        while self.in_flight:
            results.update((each.reference, each) for each in self.poll(1.0))
        return [results[push.reference] for push in pushes]

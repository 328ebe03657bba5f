"""Sending by django-push-notifications' own functions, one device a call.

The same contract as every gateway's, as far as those functions allow it. What they
do not allow is in LIMITS, and is said wherever somebody chooses them.
"""

import importlib.util
import time
from abc import abstractmethod
from collections import deque
from collections.abc import Callable, Iterable
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from devices.gateways.base import (
    TOO_BIG,
    Check,
    CredentialRefused,
    Fence,
    Gateway,
    GatewayMisconfigured,
    Push,
    Result,
    Verdict,
    unsent,
)
from devices.gateways.oauth import TokenUnavailable

PACKAGES = {"fcm": "firebase_admin", "apns": "aioapns", "webpush": "pywebpush"}
"""What the library itself needs, by gateway. Windows always leaves by our sender."""

INSTALL = _(
    "Sending through django-push-notifications needs packages that are not installed "
    "(%(names)s). On every machine run “pip install --require-hashes -r "
    "requirements-library.txt” and restart, or choose Pushsite's sender."
)

LIMITS = (
    _(
        "One device after another: where an answer takes 50 ms, at most 20 messages a "
        "second and worker. Pushsite's sender reaches thousands."
    ),
    _(
        "When a connection breaks, or an answer is late, nobody can tell whether the "
        "message left. Such deliveries end as unknown, even while a provider is down."
    ),
    _(
        "For iPhones the library waits one second for an answer, and opens a new "
        "connection for every message, which Apple asks senders not to do."
    ),
    _(
        "The library switches off devices whenever a provider refuses them, even "
        "for a wrong key. Pushsite switches those on again that it would have kept."
    ),
    _(
        "Messages that use what one platform alone can do, such as a channel or a "
        "silent push, leave by Pushsite's sender in any case."
    ),
    _("Windows devices get their messages from Pushsite's sender in any case."),
)
"""What the choice costs, in words for whoever makes it."""

TOO_LATE = "timeout"


def missing() -> list[str]:
    """The packages that sending by the library needs and that are not installed."""
    names = PACKAGES.values()
    return [name for name in names if importlib.util.find_spec(name) is None]


def require_packages() -> None:
    """Raise GatewayMisconfigured with what to install, unless everything is there."""
    names = missing()
    if names:
        raise GatewayMisconfigured(INSTALL % {"names": ", ".join(names)})


class LibraryGateway(Gateway):
    """One credential, sent with by the library's functions.

    ``own`` is our gateway for the same credential: it measures and checks.
    ``application_id`` is what the library knows the credential by. ``undo`` is told
    the tokens that the library may have switched off, of which ours decides.
    """

    package: ClassVar[str]
    uses_database = True

    def __init__(
        self, own: Gateway, *, application_id: str, undo: Callable[[str], object]
    ) -> None:
        require_packages()
        self.own = own
        self.application_id = application_id
        self._undo = undo
        self._queue: deque[tuple[Push, Fence | None]] = deque()
        self._known: list[Result] = []

    @property
    def in_flight(self) -> int:
        return len(self._queue) + len(self._known)

    def size(self, push: Push) -> int:
        return self.own.size(push)

    def check(self) -> Check:
        return self.own.check()

    def submit(self, pushes: Iterable[Push], *, fence: Fence | None = None) -> None:
        for push in pushes:
            problem = self._problem(push)
            if problem is None:
                self._queue.append((push, fence))
            else:
                self._known.append(problem)

    def poll(self, timeout: float) -> list[Result]:
        """Send for at most about ``timeout`` seconds, and one push at least."""
        until = time.monotonic() + timeout
        results, self._known = self._known, []
        while self._queue and not (results and time.monotonic() >= until):
            results.append(self._send(*self._queue.popleft()))
        return results

    @abstractmethod
    def prepare(self, push: Push) -> Callable[[], Result]:
        """The call, ready to be made; nothing leaves before it is.

        Raises CredentialRefused or TokenUnavailable.
        """

    def _problem(self, push: Push) -> Result | None:
        size = self.size(push)
        if not size:
            words = "a text holds half of a surrogate pair"
            return unsent(push, Verdict.PAYLOAD_REJECTED, "encoding", words)
        if size > self.max_payload:
            words = f"{size} bytes, {self.max_payload} fit"
            return unsent(push, Verdict.PAYLOAD_REJECTED, TOO_BIG, words)
        return None

    def _send(self, push: Push, fence: Fence | None) -> Result:
        if push.options is not None:
            # The library has no place for most of what a platform can do.
            return self.own.send([push], fence=fence)[0]
        try:
            call = self.prepare(push)
        except CredentialRefused as refused:
            return unsent(push, Verdict.AUTH_CONFIG, "credential", str(refused))
        except TokenUnavailable as trouble:
            verdict = Verdict.AUTH_CONFIG if trouble.lasting else Verdict.NOT_SENT
            return unsent(push, verdict, "oauth", str(trouble))
        except Exception as error:  # noqa: BLE001 - nothing has left yet
            words = type(error).__name__
            return unsent(push, Verdict.NOT_SENT, "library", words)
        if fence is not None and not fence(push.reference):
            return unsent(push, Verdict.NOT_SENT, "fence", "")
        try:
            result = call()
        except Exception as error:  # noqa: BLE001 - whatever it is, it may have left
            result = lost(push, error)
        if result.verdict is not Verdict.ACCEPTED:
            self._undo(push.token)
        return result


def lost(push: Push, error: BaseException | None, code: str = "") -> Result:
    """The result of a push of which nobody knows whether it left.

    Of the error its kind alone is kept: its words may hold the token.
    """
    names = [type(each).__name__ for each in _chain(error)]
    late = any("Timeout" in name or "Deadline" in name for name in names)
    return Result(
        reference=push.reference,
        verdict=Verdict.AMBIGUOUS,
        code=code or (TOO_LATE if late else "connection"),
        detail=", ".join(names)[:200],
    )


def _chain(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found

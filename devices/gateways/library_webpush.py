"""Web Push by the library: push_notifications.webpush over pywebpush."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from devices.gateways import allowlist, vapid, webpush_answers, webpush_message
from devices.gateways.base import Gateway, Push, Result, Subscription, Verdict, unsent
from devices.gateways.library import LibraryGateway
from devices.gateways.library_session import answer_of, session_for
from devices.gateways.wire import Wire


@dataclass(slots=True)
class Browser:
    """What the library reads of its device row. It may write here as it likes."""

    application_id: str
    registration_id: str
    p256dh: str
    auth: str
    browser: str = ""
    active: bool = True

    def save(self) -> None:
        """The library saves the whole row of a dead browser, whatever it is now."""


class WebPushLibrary(LibraryGateway):
    """One application's VAPID keys."""

    kind: ClassVar[str] = "webpush"
    max_payload: ClassVar[int] = 3500

    def __init__(
        self,
        own: Gateway,
        *,
        credential: vapid.VapidCredential,
        wire: Wire,
        application_id: str,
        undo: Callable[[str], object],
    ) -> None:
        super().__init__(own, application_id=application_id, undo=undo)
        self._keys = [key.public for key in credential.keys]
        self._wire = wire
        self._library: Any = importlib.import_module("push_notifications.webpush")

    def prepare(self, push: Push) -> Callable[[], Result]:
        given = push.subscription or Subscription("", "")
        key = given.key or self._keys[0]
        problem = self._against(push, key)
        if problem is not None:
            return lambda: problem
        place = f"{self.application_id}:{key}"
        browser = Browser(place, push.token, given.p256dh, given.auth)
        text = webpush_message.body_of(push).decode()
        return lambda: self._call(push, browser, text)

    def _against(self, push: Push, key: str) -> Result | None:
        """The result of a push that must not leave."""
        if not allowlist.origin_of(push.token):
            words = "not a push service that we send to"
            return unsent(push, Verdict.TOKEN_MISMATCH, "endpoint", words)
        if key not in self._keys:
            words = "it subscribed with a key that we do not hold"
            return unsent(push, Verdict.TOKEN_MISMATCH, "unknown_key", words)
        return None

    def _call(self, push: Push, browser: Browser, text: str) -> Result:
        """The library tells refusals by an exception without the answer: listen."""
        heard: list[Any] = []
        session = session_for(self._wire)
        session.hooks["response"] = [lambda each, **_more: heard.append(each)]
        headers = {"urgency": "high", "content-type": "application/octet-stream"}
        if push.collapse:
            headers["topic"] = webpush_message.topic(push.collapse)
        ttl = max(push.ttl, webpush_message.SHORTEST_TTL)
        try:
            self._library.webpush_send_message(
                browser,
                text,
                ttl=min(ttl, webpush_message.LONGEST_TTL),
                headers=headers,
                requests_session=session,
            )
        except Exception:
            if not heard:
                raise
        answer = answer_of(heard[-1], push.token, push.reference)
        result = webpush_answers.result_of(answer)
        named = allowlist.is_named(allowlist.origin_of(push.token))
        if result.verdict is Verdict.AUTH_CONFIG and not named:
            return result._replace(verdict=Verdict.TOKEN_MISMATCH)
        return result

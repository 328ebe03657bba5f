"""FCM by the library: push_notifications.gcm over firebase-admin."""

import importlib
import os
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any, ClassVar

from google.auth import credentials as google

from devices.gateways import fcm_answers, fcm_message, registry
from devices.gateways.base import Gateway, Push, Result, Verdict
from devices.gateways.library import LibraryGateway, lost, require_packages
from devices.gateways.library_session import answer_of, lead
from devices.gateways.oauth import AccessToken
from devices.gateways.wire import Wire

ENDPOINT = "https://fcm.googleapis.com"


class FcmLibrary(LibraryGateway):
    """One Firebase project."""

    kind: ClassVar[str] = "fcm"
    max_payload: ClassVar[int] = 4096

    def __init__(
        self,
        own: Gateway,
        *,
        tokens: AccessToken,
        application_id: str,
        undo: Callable[[str], object],
    ) -> None:
        super().__init__(own, application_id=application_id, undo=undo)
        self._tokens = tokens
        self._gcm: Any = importlib.import_module("push_notifications.gcm")

    def prepare(self, push: Push) -> Callable[[], Result]:
        self._tokens.headers()  # or nothing can be sent, which is known now
        message = _message(self._gcm.messaging, push)

        def call() -> Result:
            answer = self._gcm.send_message(
                push.token, message, application_id=self.application_id
            )
            return _result(push, answer.responses[0])

        return call


def app_for(secret: str, wire: Wire) -> Any:
    """The Firebase app of a service account: one per process, account and wire.

    It takes its access tokens from where our own gateway does. Firebase has no
    setting for repeats, proxies or authorities, so the app's own session is set up.
    """
    require_packages()
    firebase: Any = importlib.import_module("firebase_admin")
    messaging: Any = importlib.import_module("firebase_admin.messaging")
    place = sha256(f"{os.getpid()} {wire} {secret}".encode()).hexdigest()[:24]
    try:
        return firebase.get_app(f"pushsite {place}")
    except ValueError:
        credential, tokens = registry.google_tokens(secret, wire)
    app = firebase.initialize_app(
        _credential(firebase, tokens),
        {"projectId": credential.project_id, "httpTimeout": wire.timeout},
        name=f"pushsite {place}",
    )
    service = messaging._get_messaging_service(app)
    lead(service._client.session, wire, host="fcm.googleapis.com")
    return app


def _credential(firebase: Any, tokens: AccessToken) -> Any:
    """Firebase's own way to bring a credential of another making."""
    shared = _Shared(tokens)
    named = {"get_credential": lambda self: shared}
    return type("Given", (firebase.credentials.Base,), named)()


class _Shared(google.Credentials):
    """Our access token, for Google's session."""

    def __init__(self, tokens: AccessToken) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._tokens = tokens

    def before_request(
        self, request: Any, method: str, url: str, headers: dict[str, str]
    ) -> None:
        line = self._tokens.headers()[0]
        headers["authorization"] = line.partition(": ")[2]

    def refresh(self, request: Any) -> None:
        """Asked after a 401."""
        self._tokens.repair(self._tokens.headers())


def _message(messaging: Any, push: Push) -> Any:
    """What fcm_message says, in Firebase's classes."""
    aps = messaging.Aps(sound="default", mutable_content=bool(push.image) or None)
    headers = {"apns-priority": "10", "apns-push-type": "alert"}
    if push.collapse:
        headers["apns-collapse-id"] = push.collapse
    return messaging.Message(
        notification=messaging.Notification(
            title=push.title or None, body=push.body or None, image=push.image or None
        ),
        data=fcm_message.data(push),
        android=messaging.AndroidConfig(
            priority="high",
            ttl=timedelta(seconds=min(max(push.ttl, 0), fcm_message.LONGEST_TTL)),
            notification=messaging.AndroidNotification(tag=push.collapse or None),
        ),
        apns=messaging.APNSConfig(
            headers=headers, payload=messaging.APNSPayload(aps=aps)
        ),
    )


def _result(push: Push, response: Any) -> Result:
    if response.success:
        name = str(response.message_id).rpartition("/")[2]
        return Result(
            reference=push.reference, verdict=Verdict.ACCEPTED, provider_id=name
        )
    told = getattr(response.exception, "http_response", None)
    if told is None:
        return lost(push, response.exception)
    answer = answer_of(told, ENDPOINT, push.reference)
    return fcm_answers.result_of(answer, token=push.token)

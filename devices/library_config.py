"""django-push-notifications' CONFIG manager over our credentials.

The library imports this file while it is being imported itself, so nothing of
push_notifications.conf may be named here.
"""

from collections.abc import Mapping
from typing import Any

import orjson
from django.core.exceptions import ImproperlyConfigured

from devices import credentials
from devices.gateways import library_fcm, registry
from devices.gateways.base import GatewayMisconfigured
from devices.gateways.library_apns import PrivateFile

from .models import Credential
from .models.applications import Environment, GatewayKind, library_id

FIREBASE_AT_ONCE = 500


class LibraryConfig:
    """Answers the library's questions from our rows, when it asks.

    ``application_id`` is what the library's device rows carry: library_id().
    Raises ImproperlyConfigured, the library's own way to say "not set up".
    """

    def get_firebase_app(self, application_id: str | None = None) -> Any:
        """The Firebase app of a credential, one per process and secret."""
        secret = credentials.open_secret(credential_of(application_id, GatewayKind.FCM))
        try:
            return library_fcm.app_for(secret, registry.configured_wire())
        except GatewayMisconfigured as missing:
            raise ImproperlyConfigured(str(missing)) from missing

    def get_max_recipients(self, application_id: str | None = None) -> int:
        """What Firebase's own library takes at once; more raises after sending."""
        return FIREBASE_AT_ONCE

    def has_auth_token_creds(self, application_id: str | None = None) -> bool:
        try:
            return "key_id" in fields_of(application_id, GatewayKind.APNS)
        except ImproperlyConfigured:
            return False

    def get_apns_certificate(self, application_id: str | None = None) -> str:
        """The path of a private file that is there as long as the answer is kept."""
        given = fields_of(application_id, GatewayKind.APNS)
        return PrivateFile(f"{given['certificate']}\n{given['private_key']}")

    def get_apns_auth_creds(
        self, application_id: str | None = None
    ) -> tuple[str, str, str]:
        """The key's path, as for a certificate, its id and the team's."""
        given = fields_of(application_id, GatewayKind.APNS)
        return PrivateFile(given["private_key"]), given["key_id"], given["team_id"]

    def get_apns_use_sandbox(self, application_id: str | None = None) -> bool:
        return place_named(application_id)[1] == Environment.SANDBOX

    def get_apns_use_alternative_port(self, application_id: str | None = None) -> bool:
        return False

    def get_apns_topic(self, application_id: str | None = None) -> Any:
        return fields_of(application_id, GatewayKind.APNS).get("topic")

    def get_wns_package_security_id(self, application_id: str | None = None) -> Any:
        return fields_of(application_id, GatewayKind.WNS).get("package_sid")

    def get_wns_secret_key(self, application_id: str | None = None) -> Any:
        return fields_of(application_id, GatewayKind.WNS).get("client_secret")

    def get_wp_post_url(self, application_id: str, browser: str) -> str:
        """Only for subscriptions kept as a bare id, which ours never are."""
        raise ImproperlyConfigured("Web Push devices carry their whole endpoint.")

    def get_wp_private_key(self, application_id: str | None = None) -> Any:
        """The newest key, or the one that the application id names at its end."""
        keys = fields_of(application_id, GatewayKind.WEBPUSH)["keys"]
        wanted = str(application_id).partition(":")[2].partition(":")[2]
        named = (key["private"] for key in keys if key["public"] == wanted)
        return next(named, keys[0]["private"])

    def get_wp_claims(self, application_id: str | None = None) -> dict[str, Any]:
        return {"sub": fields_of(application_id, GatewayKind.WEBPUSH)["subject"]}

    def get_wp_error_timeout(self, application_id: str | None = None) -> int:
        """Seconds: the library's own 1 gives up on answers that are on their way."""
        return 15

    def get_applications(self) -> list[str]:
        rows = Credential.objects.order_by("application_id", "environment")
        places = rows.values_list("application_id", "environment").distinct()
        return [library_id(*place) for place in places]


def place_named(application_id: str | None) -> tuple[int, str]:
    """The application and environment behind the library's application id.

    A third part, for Web Push, is the public key that a browser subscribed with.
    """
    number, _colon, rest = str(application_id or "").partition(":")
    environment = rest.partition(":")[0]
    if not number.isdecimal() or environment not in Environment.values:
        raise ImproperlyConfigured(
            "The device has no application of ours: register it again."
        )
    return int(number), environment


def credential_of(application_id: str | None, kind: GatewayKind) -> Credential:
    number, environment = place_named(application_id)
    found = Credential.objects.filter(
        application=number, gateway=kind, environment=environment
    ).first()
    if found is None:
        raise ImproperlyConfigured(
            f"Application {application_id} has no credential for {kind.label}."
        )
    return found


def fields_of(application_id: str | None, kind: GatewayKind) -> Mapping[str, Any]:
    secret: Mapping[str, Any] = orjson.loads(
        credentials.open_secret(credential_of(application_id, kind))
    )
    return secret

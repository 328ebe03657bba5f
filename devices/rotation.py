"""A new secret takes an old one's place without a gap: proved before it is used."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from devices import credentials
from devices.gateways import registry, vapid
from devices.gateways.base import Check, CredentialRefused, GatewayError
from devices.gateways.vapid import VapidCredential, VapidKey
from devices.models import Application, Credential
from devices.models.applications import Environment, GatewayKind


class OldStays(CredentialRefused):
    """The provider did not take the new secret, so the old one is still used.

    Ask whether to use the new one all the same: the provider may only be away.
    """


def put(
    application: Application,
    gateway: str,
    environment: str,
    secret: str,
    *,
    actor: Any,
    at: datetime,
    expires_at: datetime | None = None,
    anyway: bool = False,
) -> tuple[Credential, Check]:
    """Prove a secret with its provider and keep it, with what was answered.

    The first one of its kind is kept whatever the answer; one that would replace
    another only if it is good, or ``anyway``. Raises OldStays, CredentialRefused.
    """
    credentials.require_right(actor)
    parsed = registry.parse(gateway, secret, environment=environment)
    if settings.SIMULATOR and not parsed.simulated:
        raise CredentialRefused(credentials.real_key_beside_simulator())
    answer = _asked(gateway, secret, environment)
    there = Credential.objects.filter(
        application=application, gateway=gateway, environment=environment
    )
    if not answer.ok and not anyway and there.exists():
        raise OldStays(
            _("%(sentence)s The old credential stays in use.")
            % {"sentence": answer.sentence}
        )
    kept = credentials.store(
        application,
        gateway,
        environment,
        secret,
        actor=actor,
        expires_at=expires_at,
    )
    credentials.keep_answer(kept, answer, at)
    return kept, answer


def with_key(application: Application, key: VapidKey, *, subject: str) -> str:
    """The Web Push secret with a key pair for new subscriptions, beside the others.

    Browsers that subscribed with an older pair are still sent to with theirs.
    """
    there = Credential.objects.filter(
        application=application,
        gateway=GatewayKind.WEBPUSH,
        environment=Environment.PRODUCTION,
    ).first()
    old: tuple[VapidKey, ...] = ()
    if there is not None:
        old = vapid.parse(credentials.unseal(there)).keys
    others = tuple(each for each in old if each.public != key.public)
    return vapid.secret_of(VapidCredential(subject=subject, keys=(key, *others)))


def _asked(gateway: str, secret: str, environment: str) -> Check:
    try:
        return credentials.prove(gateway, secret, environment)
    except GatewayError as trouble:
        return Check(ok=False, sentence=str(trouble), code="credential")

"""Providers' secrets: sealed at rest, opened only to send or to check."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from push_notifications.exceptions import NotificationError

from devices.gateways import registry, vapid
from devices.gateways.base import Check, CredentialRefused, GatewayMisconfigured

from .models import Application, AuditEvent, Credential
from .models.applications import Environment, GatewayKind
from .sealing import Keyring

ONCE_A = timedelta(minutes=1)


@transaction.atomic
def store(
    application: Application,
    gateway: str,
    environment: str,
    secret: str,
    *,
    actor: Any,
    expires_at: datetime | None = None,
) -> Credential:
    """Keep a provider's secret, in place of the one there was; never shown again.

    Unproved: devices.rotation asks the provider first. A pause stays until somebody
    resumes. ``expires_at`` where the secret does not say it by itself. ``actor`` is
    None at the command line. Raises CredentialRefused with a sentence.
    """
    require_right(actor)
    parsed = registry.parse(gateway, secret, environment=environment)
    if settings.SIMULATOR and not parsed.simulated:
        raise CredentialRefused(real_key_beside_simulator())
    bound_to = place_of(application.pk, gateway, environment)
    kept, _created = Credential.objects.update_or_create(
        application=application,
        gateway=gateway,
        environment=environment,
        defaults={
            "sealed": keyring().seal(secret, bound_to=bound_to),
            "fingerprint": hashlib.sha256(secret.encode()).hexdigest()[:12],
            "account": parsed.account,
            "simulated": parsed.simulated,
            "expires_at": parsed.expires_at or expires_at,
            "checked_at": None,
            "check_ok": None,
            "check_sentence": "",
            "last_success_at": None,
            "last_refusal_at": None,
            "last_refusal": "",
        },
    )
    note(actor, "credential stored", kept)
    return kept


def open_secret(credential: Credential) -> str:
    """The secret in clear, for a gateway and for nothing else.

    Raises SealBroken when no key of this site opens it, and GatewayMisconfigured
    when a key of the simulator meets a site without one, or the reverse.
    """
    if credential.simulated and not settings.SIMULATOR:
        raise GatewayMisconfigured(
            _(
                "This credential was made by the simulator, and this site sends to "
                "the real providers: store a real one, or set SIMULATOR."
            )
        )
    if settings.SIMULATOR and not credential.simulated:
        raise GatewayMisconfigured(real_key_beside_simulator())
    return unseal(credential)


def web_key(application: Application) -> str:
    """The public VAPID key that new subscriptions take; "" when there is none.

    Also "" while the credential cannot be used here (see `open_secret`).
    """
    credential = application.credentials.filter(
        gateway=GatewayKind.WEBPUSH, environment=Environment.PRODUCTION
    ).first()
    if credential is None:
        return ""
    try:
        return vapid.parse(open_secret(credential)).keys[0].public
    except NotificationError:
        return ""


def check(credential: Credential, at: datetime, *, actor: Any) -> Check:
    """Ask the provider whether the credential works, and keep its answer.

    Raises CredentialRefused for somebody who may not.
    """
    require_right(actor)
    try:
        answer = prove(
            credential.gateway, open_secret(credential), credential.environment
        )
    except NotificationError as trouble:
        answer = Check(ok=False, sentence=str(trouble), code="credential")
    keep_answer(credential, answer, at)
    return answer


def prove(gateway: str, secret: str, environment: str) -> Check:
    """What the provider says to a secret, without sending anything.

    Raises GatewayError where it cannot even be asked.
    """
    opened = registry.open_gateway(
        gateway, secret, registry.configured_wire(), environment=environment
    )
    return opened.check()


def keep_answer(credential: Credential, answer: Check, at: datetime) -> None:
    """Note on the credential what the provider said to it."""
    told = {"checked_at": at, "check_ok": answer.ok}
    said_so = (
        {"last_success_at": at}
        if answer.ok
        else {"last_refusal_at": at, "last_refusal": str(answer.sentence)}
    )
    Credential.objects.filter(pk=credential.pk, sealed=credential.sealed).update(
        **told, **said_so, check_sentence=str(answer.sentence)
    )


def succeeded(
    application_id: int, gateway: str, environment: str, *, fingerprint: str = ""
) -> int:
    """A push was accepted with this credential; written once a minute at most."""
    return (
        _used(application_id, gateway, environment, fingerprint)
        .filter(Q(last_success_at=None) | Q(last_success_at__lt=Now() - ONCE_A))
        .update(last_success_at=Now())
    )


def was_refused(
    application_id: int,
    gateway: str,
    environment: str,
    reason: str,
    *,
    fingerprint: str = "",
) -> int:
    """A push was refused for this credential's sake; once a minute at most."""
    return (
        _used(application_id, gateway, environment, fingerprint)
        .filter(Q(last_refusal_at=None) | Q(last_refusal_at__lt=Now() - ONCE_A))
        .update(last_refusal_at=Now(), last_refusal=reason)
    )


@transaction.atomic
def pause(
    application_id: int,
    gateway: str,
    environment: str,
    reason: str,
    at: datetime,
    *,
    fingerprint: str = "",
) -> int:
    """Hold every push that one credential sends; 0 when it was held already.

    ``reason`` is a sentence, plain or kept (devices.said). With a ``fingerprint``
    only that very secret is held: what another one was told says nothing of it.
    """
    rows = (
        _used(application_id, gateway, environment, fingerprint)
        .select_for_update()
        .filter(paused_at=None)
    )
    for credential in rows:
        note(None, "gateway paused", credential, reason=reason)
    return rows.update(paused_at=at, pause_reason=reason)


def _used(
    application_id: int, gateway: str, environment: str, fingerprint: str
) -> QuerySet[Credential]:
    """The credential with which something was sent, unless another took its place."""
    rows = Credential.objects.filter(
        application=application_id, gateway=gateway, environment=environment
    )
    return rows.filter(fingerprint=fingerprint) if fingerprint else rows


@transaction.atomic
def resume(application_id: int, gateway: str, environment: str, *, actor: Any) -> int:
    """Let its pushes go again; 0 when it was not held. Raises CredentialRefused."""
    require_right(actor)
    rows = Credential.objects.select_for_update().filter(
        application=application_id,
        gateway=gateway,
        environment=environment,
        paused_at__isnull=False,
    )
    for credential in rows:
        note(actor, "gateway resumed", credential)
    return rows.update(paused_at=None, pause_reason="")


def reseal(*, actor: Any) -> int:
    """Seal again what an old key sealed; returns how many. Then drop the old key."""
    ring, count = keyring(), 0
    for credential in Credential.objects.order_by("pk"):
        old = bytes(credential.sealed)
        if ring.is_current(old):
            continue
        bound_to = place_of(
            credential.application_id, credential.gateway, credential.environment
        )
        new = ring.seal(unseal(credential), bound_to=bound_to)
        if Credential.objects.filter(pk=credential.pk, sealed=old).update(sealed=new):
            note(actor, "credential sealed again", credential)
            count += 1
    return count


def require_right(actor: Any) -> None:
    """Raise CredentialRefused unless this member of staff may change credentials."""
    if actor is not None and not actor.has_perm("devices.change_credential"):
        raise CredentialRefused(_("You are not allowed to change credentials."))


def unseal(credential: Credential) -> str:
    place = (credential.application_id, credential.gateway, credential.environment)
    return keyring().unseal(bytes(credential.sealed), bound_to=place_of(*place))


def keyring() -> Keyring:
    return Keyring.read(settings.CREDENTIAL_KEY, settings.CREDENTIAL_KEY_OLD)


def place_of(application_id: int, gateway: str, environment: str) -> str:
    """What a sealed secret is bound to: in another row it does not open."""
    return f"{application_id} {gateway} {environment}"


def note(actor: Any, action: str, credential: Credential, **facts: object) -> None:
    AuditEvent.objects.note(
        actor,
        action,
        credential,
        gateway=credential.gateway,
        environment=credential.environment,
        account=credential.account,
        fingerprint=credential.fingerprint,
        **facts,
    )


def real_key_beside_simulator() -> str:
    return _(
        "This site sends to the simulator, which takes only credentials that it made: "
        "unset SIMULATOR to use real ones, or remove them."
    )

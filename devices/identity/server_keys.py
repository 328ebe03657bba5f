"""The keys of a customer's own servers: the only writer of ServerKey."""

import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from devices.models import Application, AuditEvent, ServerKey
from devices.models.server_keys import Scope
from devices.refusals import Refused

SHAPE = re.compile(r"sk_[A-Za-z0-9_-]{43}")
HINT = 7
USED_EVERY = timedelta(minutes=1)
MAX_KEYS = 20


class Made(NamedTuple):
    """A new key, and its secret, which nobody can read again."""

    key: ServerKey
    secret: str


@transaction.atomic
def make(
    application: Application,
    name: str,
    scopes: Sequence[str],
    *,
    expires_at: datetime | None,
    actor: Any,
    at: datetime,
) -> Made:
    """A new key of an application. Raises Refused naming the field at fault."""
    wanted = [scope for scope in Scope.values if scope in scopes]
    if not name.strip() or len(name) > 80:
        sentence = _("Say in 1 to 80 characters where the key is used.")
        raise Refused("/name", "bad_name", sentence)
    if not wanted or len(wanted) < len(set(scopes)):
        sentence = _("Choose at least one thing that the key may do.")
        raise Refused("/scopes", "bad_scopes", sentence)
    if expires_at is not None and expires_at <= at:
        raise Refused("/expires_at", "in_the_past", _("Choose a day to come."))
    if ServerKey.objects.good(at).filter(application=application).count() >= MAX_KEYS:
        sentence = _("An application has at most 20 keys: revoke one first.")
        raise Refused("", "too_many_keys", sentence)
    secret = "sk_" + secrets.token_urlsafe(32)
    key = ServerKey.objects.create(
        application=application,
        name=name.strip(),
        hash=hash_of(secret),
        hint=secret[:HINT],
        scopes=wanted,
        created_by=actor,
        created_at=at,
        expires_at=expires_at,
    )
    AuditEvent.objects.note(actor, "server key created", key, scopes=wanted)
    return Made(key, secret)


@transaction.atomic
def revoke(key: ServerKey, *, actor: Any, at: datetime) -> int:
    """Void from the next call on; 1 when it was good until now."""
    rows = ServerKey.objects.filter(pk=key.pk, revoked_at=None)
    changed = rows.update(revoked_at=at)
    if changed:
        AuditEvent.objects.note(actor, "server key revoked", key)
    return changed


def server_key(secret: str, at: datetime) -> ServerKey | None:
    """The good key that this is, with its application; None for anything else."""
    if not SHAPE.fullmatch(secret):
        return None
    rows = ServerKey.objects.good(at).select_related("application")
    return rows.filter(hash=hash_of(secret)).first()


def used(key: ServerKey, at: datetime) -> int:
    """Note that a key was used, at most every minute."""
    if key.last_used_at is not None and key.last_used_at > at - USED_EVERY:
        return 0
    rows = ServerKey.objects.filter(pk=key.pk)
    return rows.filter(Q(last_used_at=None) | Q(last_used_at__lt=at)).update(
        last_used_at=at
    )


def hash_of(secret: str) -> bytes:
    """32 random bytes need no slow hash: nobody can try them all."""
    return hashlib.sha256(secret.encode()).digest()

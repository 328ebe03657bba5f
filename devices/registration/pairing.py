"""A code, shown to a member of staff and typed into the app, pairs that device."""

import secrets
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from devices.models import Application, Installation, Pairing
from devices.refusals import Refused

from . import testers

SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without what is read as something else: 0 and O, 1, I and L, U and V."""
LENGTH = 8
"""30 signs to the power of 8: 656 milliard codes, of which one or two are open."""
LIFETIME = timedelta(minutes=10)


class Offer(NamedTuple):
    """A new pairing, and its code, which is kept nowhere."""

    pairing: Pairing
    code: str


@transaction.atomic
def offer(application: Application, user: Any, at: datetime) -> Offer:
    """A code for this user; one that was not used is void from now on.

    Raises Refused.
    """
    testers.require_right(user)
    testers.require_room(user)
    past = Q(used_at=None) | Q(expires_at__lt=at)
    Pairing.objects.filter(past, user=user).delete()
    code = "".join(secrets.choice(SIGNS) for _sign in range(LENGTH))
    made = Pairing.objects.create(
        application=application,
        user=user,
        code_hash=hash_of(application.pk, code),
        expires_at=at + LIFETIME,
    )
    return Offer(made, code)


@transaction.atomic
def pair(installation: Installation, code: str, at: datetime) -> Installation:
    """The device with this code becomes a test device of whoever was shown it.

    A code pairs one device, whoever else types it at the same moment; the answer to
    a wrong one does not tell whether it ever was one. Raises Refused.
    """
    if installation.retired_at is not None:
        sentence = _("No push reaches this device: register it again first.")
        raise Refused("", "unreachable", sentence)
    hashed = hash_of(installation.application_id, code)
    waiting = Pairing.objects.filter(
        code_hash=hashed, used_at=None, expires_at__gt=at, user__is_active=True
    )
    if not waiting.update(used_at=at, installation=installation):
        sentence = _("This code is wrong, was used or is too old. Ask for a new one.")
        raise Refused("/code", "unknown_code", sentence)
    user = Pairing.objects.select_related("user").get(code_hash=hashed).user
    testers.require_room(user, but=installation)
    testers.enrol_test_device(installation, user, at)
    return installation


def shown(code: str) -> str:
    """The code in two halves, as people read it."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def hash_of(application_id: int, code: str) -> bytes:
    """Keyed, since so few signs could be guessed from a plain hash.

    Small letters, spaces and hyphens are as good as what was shown.
    """
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    value = f"{application_id} {plain}"
    return salted_hmac("pairing", value, algorithm="sha256").digest()

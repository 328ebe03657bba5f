"""What a device that proved itself reports between registrations."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from devices import attributes, privacy
from devices.models import Installation
from devices.models.erasures import Kind as Suppressed
from devices.refusals import Refused

from . import addresses, rows, tokens
from . import facts as reported
from .addresses import Address
from .facts import Facts
from .log import Kind, Log, state_of
from .reasons import Retired

SEEN_EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A new token, new facts, or both.

    The keys of a browser come with its endpoint, which is its token.
    """

    token: str | None = field(default=None, repr=False)
    p256dh: str = field(default="", repr=False)
    auth: str = field(default="", repr=False)
    vapid_key: str = ""
    facts: Facts = field(default_factory=Facts)


@rows.atomic
def report(installation: Installation, news: Report, at: datetime) -> Installation:
    """Keep what a device reports; raises Refused naming the field at fault."""
    given = news.facts.cleaned()
    address = address_of(installation, news)
    log = Log(at, "reported")
    others: list[Installation] = []
    if address is not None:
        token_hash = tokens.hash_of(address.token)
        application_id, key = installation.application_id, installation.key
        tokens.claim_registration(application_id, key, token_hash)
        privacy.lift(installation.application, Suppressed.TOKEN, address.token)
        _, others = rows.concerned(application_id, key, token_hash)
    mine = rows.locked(installation)
    before = mine.permission
    changed = reported.take(mine, given, log)
    if address is not None:
        changed |= rows.settle(mine, address=address, others=others, log=log)
    reported.save(mine, changed)
    log.write()
    reported.follow(mine, given, before=before, at=at)
    return mine


def address_of(installation: Installation, news: Report) -> Address | None:
    """Where pushes go from now on, at the gateway where they went; None: as before.

    Raises Refused.
    """
    if news.token is None:
        if news.p256dh or news.auth or news.vapid_key:
            sentence = _("Give the subscription's endpoint as the token with its keys.")
            raise Refused("/token", "keys_without_token", sentence)
        return None
    address = Address(
        gateway=installation.gateway,
        environment=installation.environment,
        token=news.token,
        p256dh=news.p256dh,
        auth=news.auth,
        vapid_key=news.vapid_key,
    )
    return addresses.cleaned(address, platform=installation.platform)


def refresh_token(installation: Installation, token: str, at: datetime) -> Installation:
    """The provider gave the app another token; raises Refused."""
    return report(installation, Report(token=token), at)


@transaction.atomic
def forget(installation: Installation, at: datetime) -> Installation:
    """The app asks us to forget this device: its token goes, its secret is void."""
    mine = rows.locked(installation)
    log, before = Log(at, "forgotten by the app"), state_of(mine)
    mine.retired_at, mine.retired_reason = at, Retired.FORGOTTEN
    mine.secret_hash = tokens.hash_of(tokens.new_secret())
    mine.is_test, mine.tester = False, None
    mine.save(
        update_fields=[
            *("retired_at", "retired_reason", "secret_hash", "is_test", "tester")
        ]
    )
    tokens.clear_row(mine)
    log.note(mine, Kind.RETIRED, old=before, new=Retired.FORGOTTEN)
    log.write()
    return mine


def is_secret_of(installation: Installation | None, secret: str) -> bool:
    """Whether a device is who it says; as slow when there is no such device."""
    secret_hash = bytes(installation.secret_hash) if installation else bytes(32)
    return tokens.is_secret(secret, secret_hash) and installation is not None


def seen(installation: Installation, at: datetime) -> int:
    """Note that a device was heard of, at most every ten minutes."""
    if installation.last_seen_at > at - SEEN_EVERY:
        return 0
    attributes.seen(installation.person_id, at)
    log = Log(at, "heard of again")
    log.woke(installation, silent_since=installation.last_seen_at)
    log.write()
    return Installation.objects.filter(pk=installation.pk, last_seen_at__lt=at).update(
        last_seen_at=at
    )

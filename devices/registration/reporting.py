"""What a device that proved itself reports between registrations."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from devices import attributes
from devices.models import Installation

from . import facts as reported
from . import rows, tokens
from .facts import Facts
from .log import Log
from .reasons import Retired

SEEN_EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A new token, new facts, or both."""

    token: str | None = field(default=None, repr=False)
    facts: Facts = field(default_factory=Facts)


@transaction.atomic
def report(installation: Installation, news: Report, at: datetime) -> Installation:
    """Keep what a device reports; raises Refused naming the field at fault."""
    given = news.facts.cleaned()
    log = Log(at, "reported")
    others: list[Installation] = []
    if news.token is not None:
        tokens.check(installation.gateway, news.token)
        token_hash = tokens.hash_of(news.token)
        application_id, key = installation.application_id, installation.key
        tokens.claim_registration(application_id, key, token_hash)
        _, others = rows.concerned(application_id, key, token_hash)
    mine = rows.locked(installation)
    before = mine.permission
    changed = reported.take(mine, given, log)
    if news.token is not None:
        changed |= rows.settle(mine, token=news.token, others=others, log=log)
    reported.save(mine, changed)
    log.write()
    reported.follow(mine, given, before=before, at=at)
    return mine


def refresh_token(installation: Installation, token: str, at: datetime) -> Installation:
    """The provider gave the app another token; raises Refused."""
    return report(installation, Report(token=token), at)


@transaction.atomic
def forget(installation: Installation, at: datetime) -> Installation:
    """The app asks us to forget this device: its token goes, its secret is void."""
    mine = rows.locked(installation)
    log = Log(at, "forgotten by the app")
    mine.retired_at, mine.retired_reason = at, Retired.FORGOTTEN
    mine.secret_hash = tokens.hash_of(tokens.new_secret())
    mine.is_test, mine.tester = False, None
    mine.save(
        update_fields=[
            *("retired_at", "retired_reason", "secret_hash", "is_test", "tester")
        ]
    )
    tokens.set_row(mine, token="", active=False)
    log.note(mine, "retired", new=Retired.FORGOTTEN)
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
    return Installation.objects.filter(pk=installation.pk, last_seen_at__lt=at).update(
        last_seen_at=at
    )

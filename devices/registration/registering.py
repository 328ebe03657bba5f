"""A device says: here I am, with this token. Never "already exists"."""

from dataclasses import dataclass, field, fields
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from devices import attributes, privacy
from devices.models import Application, Installation
from devices.models.applications import Environment, GatewayKind
from devices.models.erasures import Kind as Suppressed
from devices.models.installations import Permission, Platform, version_order
from devices.refusals import Refused

from . import addresses, rows, tokens
from . import facts as reported
from .addresses import Address
from .facts import Facts
from .log import Kind, Log
from .reasons import SILENCE, Retired


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What an app sends at every start.

    ``key`` is the app's own id of the installation; ``secret`` the device secret
    when the app has it, the proof that it is the same device. ``p256dh``, ``auth``,
    ``vapid_key`` and ``browser`` are Web Push's alone: addresses.Address.
    """

    key: str
    platform: str
    token: str = field(repr=False)
    gateway: str = GatewayKind.FCM
    environment: str = Environment.PRODUCTION
    p256dh: str = field(default="", repr=False)
    auth: str = field(default="", repr=False)
    vapid_key: str = ""
    browser: str = ""
    secret: str = field(default="", repr=False)
    facts: Facts = field(default_factory=Facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A registration in our spelling: everything in it can be kept."""

    key: str
    platform: str
    address: Address
    secret: str = field(repr=False)
    facts: Facts


@dataclass(frozen=True, slots=True)
class Registered:
    """The answer: ``secret`` only when a new one was made, and never again."""

    installation: Installation
    secret: str | None = field(repr=False)
    created: bool


@rows.atomic
def register(
    application: Application, registration: Registration, at: datetime
) -> Registered:
    """Make or refresh the installation with this id; raises Refused.

    - A new id gets a new anonymous person, and a secret.
    - A known id with its secret, or with the token that we know, is refreshed;
      without the secret and after a day of silence it gets a new secret.
    - A known id with neither is a new installation under an old name: it starts
      with a new anonymous person, so that nobody reads another's messages.

    A token that another installation holds moves here when that one is silent for
    a day or the same person's; until then this one waits, retired as held. One that
    was erased is known again by this.
    """
    given = check(registration)
    token_hash = tokens.hash_of(given.address.token)
    tokens.claim_registration(application.pk, given.key, token_hash)
    privacy.lift(application, Suppressed.TOKEN, given.address.token)
    mine, others = rows.concerned(application.pk, given.key, token_hash)
    if mine is None:
        return arrive(application, given, others, at)
    proved = tokens.is_secret(given.secret, bytes(mine.secret_hash))
    same_token = bytes(mine.token_hash) == token_hash
    forgotten = mine.retired_reason == Retired.FORGOTTEN
    if not proved and (forgotten or not same_token):
        return start_again(mine, given, others, at)
    return refresh(mine, given, others, at, proved=proved)


def check(registration: Registration) -> Given:
    """The registration in our spelling; raises Refused for what cannot be kept."""
    key = registration.key
    if not key.strip() or len(key) > 128 or not key.isprintable():
        raise Refused(
            "/installation_id",
            "bad_installation_id",
            _("Give an installation id of 1 to 128 characters: a random UUID is best."),
        )
    if registration.platform not in Platform.values:
        raise Refused(
            "/platform",
            "unknown_platform",
            _("Give the platform: android, ios, web or windows."),
        )
    address = Address(
        **{each.name: getattr(registration, each.name) for each in fields(Address)}
    )
    return Given(
        key=key,
        platform=registration.platform,
        address=addresses.cleaned(address, platform=registration.platform),
        secret=registration.secret,
        facts=registration.facts.cleaned(),
    )


def arrive(
    application: Application, given: Given, others: list[Installation], at: datetime
) -> Registered:
    """An installation id that was never seen."""
    log = Log(at, "registered")
    free = rows.take_over(others, None, at, log)
    secret = tokens.new_secret()
    address, facts = given.address, given.facts
    installation = Installation.objects.create(
        application=application,
        person=attributes.anonymous(application, at),
        key=given.key,
        gateway=address.gateway,
        environment=address.environment,
        vapid_key=address.vapid_key,
        token_hash=tokens.hash_of(address.token),
        secret_hash=tokens.hash_of(secret),
        platform=given.platform,
        permission=reported.at_first(given.platform, facts),
        created_at=at,
        last_registered_at=at,
        last_seen_at=at,
        retired_at=None if free else at,
        retired_reason="" if free else Retired.HELD,
        app_version_order=version_order(facts.app_version or ""),
        **tokens.new_row(application.pk, address, active=free),
        **{name: getattr(facts, name) or "" for name in reported.PLAIN},
    )
    log.came(installation)
    if others and free:
        log.note(installation, Kind.TOOK_OVER)
    log.write()
    reported.follow(installation, facts, before=Permission.UNKNOWN, at=at)
    return Registered(installation, secret, created=True)


def start_again(
    mine: Installation, given: Given, others: list[Installation], at: datetime
) -> Registered:
    """A known id without its secret and with another token: a stranger until proved."""
    log = Log(at, "registered without its secret")
    log.note(mine, Kind.REPLACED)
    mine.person = attributes.anonymous(mine.application, at)
    mine.permission = reported.at_first(given.platform, given.facts)
    mine.platform = given.platform
    changed = {"person", "permission", "platform"}
    if mine.is_test:
        mine.is_test, mine.tester = False, None
        changed |= {"is_test", "tester"}
    changed |= reported.take(mine, given.facts, log)
    changed |= rows.settle(mine, address=given.address, others=others, log=log)
    secret = renew_secret(mine, changed, at)
    reported.save(mine, changed)
    log.came(mine)
    log.write()
    reported.follow(mine, given.facts, before=Permission.UNKNOWN, at=at)
    return Registered(mine, secret, created=False)


def refresh(
    mine: Installation,
    given: Given,
    others: list[Installation],
    at: datetime,
    *,
    proved: bool,
) -> Registered:
    """The same device again. Only its secret proves that it was heard of."""
    log = Log(at, "registered")
    before = mine.permission
    silent = mine.last_seen_at <= at - SILENCE
    changed = reported.take(mine, given.facts, log)
    if mine.platform != given.platform:
        mine.platform = given.platform
        changed.add("platform")
    changed |= rows.settle(mine, address=given.address, others=others, log=log)
    secret = None
    if not proved and silent:
        secret = renew_secret(mine, changed, at)
        log.note(mine, Kind.SECRET)
    if proved:
        log.woke(mine, silent_since=mine.last_seen_at)
        mine.last_seen_at = max(at, mine.last_seen_at)
        changed.add("last_seen_at")
    reported.save(mine, changed)
    log.write()
    reported.follow(mine, given.facts, before=before, at=at)
    attributes.seen(mine.person_id, at)
    return Registered(mine, secret, created=False)


def renew_secret(mine: Installation, changed: set[str], at: datetime) -> str:
    """A new secret in memory; the old one is worth nothing once this is saved."""
    secret = tokens.new_secret()
    mine.secret_hash, mine.last_seen_at = tokens.hash_of(secret), at
    changed |= {"secret_hash", "last_seen_at"}
    return secret

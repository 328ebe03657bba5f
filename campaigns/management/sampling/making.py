"""Make the sample: a shop, its people, their devices and what they did."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.models import Sum
from django.db.models.functions import Coalesce

from campaigns.delivery import counting
from campaigns.models import Segment
from devices import attributes, consent, dictionary, events, registration
from devices.models import Application, Event, EventTally, Installation, Person
from devices.models.applications import Environment, GatewayKind
from devices.models.installations import Permission, Platform
from devices.simulator.phones import token_for

from . import answers, deeds, shop
from .crowd import Crowd
from .tokens import Tokens

SLICE = 20_000
SOURCE = "sample"
LEARNT = 2_000
"""People, and events, from which the dictionary learns names and values."""
FCM, APNS = GatewayKind.FCM, GatewayKind.APNS
WEBPUSH, WNS = GatewayKind.WEBPUSH, GatewayKind.WNS


class Phone(NamedTuple):
    """A test device; ``key`` follows its owner's name."""

    key: str
    platform: str
    gateway: str
    model: str
    system: str


TEST_PHONES = (
    Phone("test-phone-android", Platform.ANDROID, FCM, "Pixel 9", "15"),
    Phone("test-phone-ios", Platform.IOS, APNS, "iPhone 16", "18.1"),
    Phone("test-browser-chrome", Platform.WEB, WEBPUSH, "Chrome", "131"),
    Phone("test-browser-safari", Platform.WEB, WEBPUSH, "Safari", "18"),
    Phone("test-desktop-windows", Platform.WINDOWS, WNS, "Surface Laptop", "11"),
)
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What the sample of this seed consists of; ``is_new`` False: it was there."""

    people: int
    devices: int
    events: int
    is_new: bool


def make(*, people: int, events: int, seed: int, at: datetime, say: Say) -> Made:
    """Make the sample, or what a killed try left undone; never twice per seed."""
    owner = get_user_model().objects.filter(is_superuser=True).order_by("pk").first()
    application = shop.ensure(owner, at)
    tokens = shop.tokens()
    is_new = False
    for first in range(1, people + 1, SLICE):
        count = min(SLICE, people + 1 - first)
        crowd = Crowd(tokens, seed=seed, first=first, count=count, at=at)
        share = events * (first - 1 + count) // people - events * (first - 1) // people
        share = share if events < deeds.MANY else 0
        if _make_slice(application, crowd, share):
            is_new = True
            say(f"{first - 1 + count:,} of {people:,} people")
    if events >= deeds.MANY and not _has_events(application):
        say(f"{events:,} events: some minutes")
        deeds.load(application.pk, people=people, events=events, seed=seed, at=at)
        is_new = True
    if owner is not None:
        _ensure_test_phones(application, tokens, owner, at)
        answers.ensure(application, owner, seed=seed, at=at)
    if is_new:
        _teach(application, at)
        _analyze()
        _count_segments(application, at)
    return _counted(application, seed, is_new)


def _teach(application: Application, at: datetime) -> None:
    """The dictionary learns from the newest, as it would have when they arrived."""
    people = application.people.order_by("-pk").values_list("attributes", flat=True)
    dictionary.learn_attributes(application.pk, people[:LEARNT], at)
    mine = Event.objects.filter(application=application).order_by("-pk")
    happened = mine.values_list("name", "properties")[:LEARNT]
    dictionary.learn_events(application.pk, happened, at)


def _has_events(application: Application) -> bool:
    return EventTally.objects.filter(application=application).exists()


def _count_segments(application: Application, at: datetime) -> None:
    """So that their list begins with numbers; each is bounded in time."""
    for segment in Segment.objects.filter(application=application, counted_at=None):
        counting.count_segment(segment.pk, at=at)


@transaction.atomic
def _make_slice(application: Application, crowd: Crowd, happenings: int) -> bool:
    """A whole slice or nothing; False when it is there already."""
    people = crowd.people()
    if Person.objects.filter(
        application=application, external_id=people[0].external_id
    ).exists():
        return False
    ids = attributes.import_many(application, people)
    consent.import_many(
        (
            consent.BulkPreference(pk, state, person.created_at)
            for pk, person, state in zip(ids, people, crowd.answers(), strict=True)
            if state is not None
        ),
        source=SOURCE,
    )
    topics = dict(application.topics.values_list("key", "pk"))
    consent.import_topic_answers(
        (
            consent.BulkTopicAnswer(ids[place], topics[key], is_on, crowd.at)
            for place, key, is_on in crowd.topic_answers(sorted(topics))
        ),
        source=SOURCE,
    )
    registration.import_many(application, crowd.devices(ids, people))
    events.import_many(application.pk, crowd.events(ids, happenings), crowd.at)
    return True


def _ensure_test_phones(
    application: Application, tokens: Tokens, user: Any, at: datetime
) -> None:
    """Devices of the site's first user, enrolled to receive test sends."""
    name = user.get_username()
    wanted = {f"{name}-{phone.key}": phone for phone in TEST_PHONES}
    mine = Installation.objects.filter(application=application)
    known = set(mine.filter(key__in=wanted).values_list("key", flat=True))
    missing = {key: wanted[key] for key in wanted if key not in known}
    if not missing:
        return
    person = attributes.person_of(application, f"staff-{name}"[:128], at)
    attributes.set_attributes(person, {"first_name": user.first_name or name})
    consent.opt_in(person, consent.Said(source=SOURCE), at)
    devices = []
    for key, phone in missing.items():
        token = token_for(f"{name} {phone.model}")
        address = tokens.address(
            phone.gateway, Environment.PRODUCTION, token, model=phone.model
        )
        devices.append(_test_phone(phone, person, address, key=key, at=at))
    registration.import_many(application, devices)
    for installation in mine.filter(key__in=missing):
        registration.enrol_test_device(installation, user, at)


def _test_phone(
    phone: Phone, person: Person, address: dict[str, Any], *, key: str, at: datetime
) -> registration.BulkDevice:
    return registration.BulkDevice(
        person_id=person.pk,
        key=key,
        platform=phone.platform,
        permission=Permission.GRANTED,
        model=phone.model,
        os_version=phone.system,
        app_version="5.10.1",
        locale="en-US",
        zone="Europe/Paris",
        registered_at=at,
        seen_at=at,
        **address,
    )


def _analyze() -> None:
    """Tell the planner what came: else the first counts are planned for no rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE devices_person, devices_installation, devices_preference,"
            " devices_topicpreference, devices_event, devices_eventtally,"
            " push_notifications_gcmdevice,"
            " push_notifications_apnsdevice, push_notifications_webpushdevice,"
            " push_notifications_wnsdevice"
        )


def _counted(application: Application, seed: int, is_new: bool) -> Made:
    mine = Person.objects.filter(
        application=application, external_id__startswith=f"sample-{seed}-"
    )
    return Made(
        people=mine.count(),
        devices=Installation.objects.filter(person__in=mine).count(),
        events=EventTally.objects.filter(person__in=mine).aggregate(
            every=Coalesce(Sum("times"), 0)
        )["every"],
        is_new=is_new,
    )

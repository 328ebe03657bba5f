"""Make the sample: a shop, its people, their devices and what they did."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection, transaction

from devices import attributes, consent, events, registration
from devices.models import Application, Event, Installation, Person
from devices.models.installations import Permission, Platform
from devices.simulator.phones import token_for

from . import shop
from .crowd import Crowd

SLICE = 20_000
SOURCE = "sample"
TEST_PHONES = (
    ("test-phone-android", Platform.ANDROID, "Pixel 9", "15"),
    ("test-phone-ios", Platform.IOS, "iPhone 16", "18.1"),
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
    application = shop.ensure(owner)
    is_new = False
    for first in range(1, people + 1, SLICE):
        count = min(SLICE, people + 1 - first)
        crowd = Crowd(seed=seed, first=first, count=count, at=at)
        share = events * (first - 1 + count) // people - events * (first - 1) // people
        if _make_slice(application, crowd, share):
            is_new = True
            say(f"{first - 1 + count:,} of {people:,} people")
    if owner is not None:
        _ensure_test_phones(application, owner, at)
    if is_new:
        _analyze()
    return _counted(application, seed, is_new)


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


def _ensure_test_phones(application: Application, user: Any, at: datetime) -> None:
    """Two phones of the site's first user, enrolled to receive test sends."""
    name = user.get_username()
    keys = [f"{name}-{key}" for key, *_ in TEST_PHONES]
    if Installation.objects.filter(application=application, key__in=keys).exists():
        return
    person = attributes.person_of(application, f"staff-{name}"[:128], at)
    attributes.set_attributes(person, {"first_name": user.first_name or name})
    said = consent.Said(source=SOURCE)
    consent.opt_in(person, said, at)
    registration.import_many(
        application,
        [
            registration.BulkDevice(
                person_id=person.pk,
                key=key,
                token=token_for(f"{name} {model}"),
                platform=platform,
                permission=Permission.GRANTED,
                model=model,
                os_version=system,
                app_version="5.10.1",
                locale="en-US",
                zone="Europe/Paris",
                registered_at=at,
                seen_at=at,
            )
            for key, (_, platform, model, system) in zip(keys, TEST_PHONES, strict=True)
        ],
    )
    for phone in Installation.objects.filter(application=application, key__in=keys):
        registration.enrol_test_device(phone, user, at)


def _analyze() -> None:
    """Tell the planner what came: else the first counts are planned for no rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE devices_person, devices_installation, devices_preference,"
            " devices_topicpreference, devices_event, push_notifications_gcmdevice"
        )


def _counted(application: Application, seed: int, is_new: bool) -> Made:
    mine = Person.objects.filter(
        application=application, external_id__startswith=f"sample-{seed}-"
    )
    return Made(
        people=mine.count(),
        devices=Installation.objects.filter(person__in=mine).count(),
        events=Event.objects.filter(person__in=mine).count(),
        is_new=is_new,
    )

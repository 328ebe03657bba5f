"""Valid rows for tests: every argument has a default, a test states what matters.

People, devices and campaigns made without an application share one, called "Shop".
"""

import hashlib
import itertools
import random
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser, Permission
from push_notifications.models import APNSDevice, GCMDevice, WebPushDevice, WNSDevice

from campaigns.delivery import partitions
from campaigns.models import Batch, Campaign, Primer, Revision, Run, Segment
from devices.models import (
    Application,
    Credential,
    Event,
    Installation,
    Person,
    Preference,
    TestGroup,
    Topic,
    TopicPreference,
)
from devices.models.applications import library_id
from devices.models.installations import version_order

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
EVERYBODY = {
    "version": 1,
    "match": "all",
    "rules": [{"field": "bucket", "operator": "between", "value": [0, 9_999]}],
}

GATEWAY_OF = {"ios": "apns", "android": "fcm", "web": "webpush", "windows": "wns"}
LIBRARY_OF = {
    "fcm": ("gcm", GCMDevice),
    "apns": ("apns", APNSDevice),
    "webpush": ("webpush", WebPushDevice),
    "wns": ("wns", WNSDevice),
}

_numbers = itertools.count(1)


def application(**changes: Any) -> Application:
    """Without arguments the shared one; with any, a new one."""
    if not changes:
        return Application.objects.get_or_create(slug="shop", name="Shop")[0]
    number = next(_numbers)
    return Application.objects.create(
        **{"name": f"Brand {number}", "slug": f"brand-{number}"} | changes
    )


def credential(**changes: Any) -> Credential:
    """A row that says a key is there; its secret opens no gateway."""
    changes.setdefault("application", application())
    facts = {
        "gateway": "fcm",
        "sealed": b"sealed",
        "fingerprint": f"{next(_numbers):08x}",
        "account": "shop-project",
        "simulated": True,
        "check_ok": True,
        "checked_at": NOW,
    }
    return Credential.objects.create(**facts | changes)


def person(*, preference: str | None = None, **changes: Any) -> Person:
    """``preference`` is a state of PreferenceState; None leaves no row: subscribed."""
    changes.setdefault("application", application())
    made = new_person(**changes)
    made.save(force_insert=True)
    if preference is not None:
        Preference.objects.create(
            person=made, state=preference, changed_at=NOW, source="test"
        )
    return made


def new_person(**changes: Any) -> Person:
    """Of a given application, not saved."""
    number = next(_numbers)
    facts = {
        "external_id": f"person-{number}",
        "bucket": random.Random(number).randrange(10_000),
        "created_at": NOW - timedelta(days=30),
        "last_seen_at": NOW - timedelta(days=1),
    }
    return Person(**facts | changes)


def installation(
    person_: Person | None = None,
    *,
    token: str | None = None,
    active: bool = True,
    **changes: Any,
) -> Installation:
    """A device that can be reached: a live token and permission granted.

    ``platform`` chooses the gateway (Android and FCM by default); ``active`` is the
    library row's own flag.
    """
    owner = person_ or changes.pop("person", None) or person()
    token = token or f"token-{next(_numbers)}"
    platform = changes.setdefault("platform", "android")
    gateway = changes.setdefault("gateway", GATEWAY_OF[platform])
    link, _library = LIBRARY_OF[gateway]
    changes[link] = library_device(gateway, token, owner.application, on=active)
    made = new_installation(owner, token, **changes)
    made.save(force_insert=True)
    return made


def new_installation(owner: Person, token: str, **changes: Any) -> Installation:
    """With its library row among the changes, not saved."""
    number = next(_numbers)
    facts = {
        "application": owner.application,
        "person": owner,
        "key": f"installation-{number}",
        "token_hash": token_hash(token),
        "secret_hash": hashlib.sha256(b"secret").digest(),
        "permission": "granted",
        "created_at": NOW - timedelta(days=30),
        "last_registered_at": NOW - timedelta(days=1),
        "last_seen_at": NOW - timedelta(days=1),
        "app_version_order": version_order(changes.get("app_version", "")),
    }
    return Installation(**facts | changes)


def library_device(
    gateway: str,
    token: str,
    application_: Application,
    *,
    environment: str = "production",
    on: bool = True,
) -> Any:
    """The row of django-push-notifications that holds the token."""
    keys = {"p256dh": f"p256dh of {token}"[:88], "auth": "auth"}
    extra = keys if gateway == "webpush" else {}
    return LIBRARY_OF[gateway][1].objects.create(
        registration_id=token,
        active=on,
        application_id=library_id(application_.pk, environment),
        **extra,
    )


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def tester(**changes: Any) -> Installation:
    """An enrolled test device of a member of staff."""
    return installation(
        is_test=True, tester=changes.pop("tester", None) or user(), **changes
    )


def group_of_testers(
    devices: Iterable[Installation] = (),
    colleagues: Iterable[AbstractUser] = (),
    **changes: Any,
) -> TestGroup:
    """A test group of the shared application with these devices and colleagues."""
    changes.setdefault("application", application())
    facts = {"name": f"Group {next(_numbers)}"}
    made = TestGroup.objects.create(**facts | changes)
    made.devices.set(devices)
    made.colleagues.set(colleagues)
    return made


def event(person_: Person, name: str = "purchase", **changes: Any) -> Event:
    facts = {
        "application": person_.application,
        "person": person_,
        "key": uuid.uuid4().hex,
        "name": name,
        "at": NOW - timedelta(days=1),
        "received_at": changes.get("at", NOW - timedelta(days=1)),
    }
    return Event.objects.create(**facts | changes)


def topic(**changes: Any) -> Topic:
    changes.setdefault("application", application())
    number = next(_numbers)
    facts = {"key": f"topic-{number}", "name": f"Topic {number}"}
    return Topic.objects.create(**facts | changes)


def topic_answer(person_: Person, topic_: Topic, *, is_on: bool) -> TopicPreference:
    return TopicPreference.objects.create(
        person=person_, topic=topic_, is_on=is_on, changed_at=NOW
    )


def user(*permissions: str, **changes: Any) -> AbstractUser:
    """A member of staff with these permissions, as in "campaigns.stop_run"."""
    number = next(_numbers)
    facts = {"username": f"staff-{number}", "is_staff": True, "password": "!"}
    made = get_user_model().objects.create(**facts | changes)
    for permission in permissions:
        app_label, codename = permission.split(".")
        made.user_permissions.add(
            Permission.objects.get(content_type__app_label=app_label, codename=codename)
        )
    return made


def segment(**changes: Any) -> Segment:
    """Its rule matches everybody unless the test gives one."""
    changes.setdefault("application", application())
    facts = {"name": f"Segment {next(_numbers)}", "rule": EVERYBODY}
    return Segment.objects.create(**facts | changes)


def campaign(**changes: Any) -> Campaign:
    """A complete draft to everyone, to be sent now."""
    if "segment" in changes:
        changes.setdefault("application", changes["segment"].application)
        changes.setdefault("audience", "segment")
    changes.setdefault("application", application())
    facts = {
        "name": f"Campaign {next(_numbers)}",
        "title": "Hello",
        "body": "Something new is waiting for you.",
        "audience": "everyone",
        "schedule": {"kind": "now"},
    }
    return Campaign.objects.create(**facts | changes)


def primer(**changes: Any) -> Primer:
    """A live primer in English and French that every platform gets, at once."""
    changes.setdefault("application", application())
    facts = {
        "name": f"Primer {next(_numbers)}",
        "state": "live",
        "event": "price_alert",
        "title": "Never miss a lower price",
        "text": "About twice a month.",
        "benefits": ["Only what you looked at"],
        "accept": "Tell me",
        "later": "Not now",
        "blocked": "Messages are switched off.",
        "settings": "Open the settings",
        "translations": [
            {"locale": "fr", "title": "Aucune baisse manquée", "accept": "Prévenez-moi"}
        ],
        "platforms": ["ios", "android", "web"],
        "skips_first_session": False,
        "created_at": NOW,
        "updated_at": NOW,
        "live_at": NOW,
    }
    return Primer.objects.create(**facts | changes)


def revision(campaign_: Campaign | None = None, **changes: Any) -> Revision:
    """What a run points to, frozen from the campaign."""
    source = campaign_ or campaign()
    facts = {
        "number": source.revisions.count() + 1,
        "content": source.content(),
        "audience": {
            "kind": source.audience,
            "rule": source.segment and source.segment.rule,
            "segment": source.segment_id,
            "name": source.segment.name if source.segment else "",
        },
        "schedule": source.schedule,
        "settings": {
            "purpose": source.purpose,
            "topic": source.topic_id,
            "ttl": source.ttl,
            "policy": source.policy,
        },
        "digest": uuid.uuid4().hex * 2,
    }
    return Revision.objects.create(campaign=source, **facts | changes)


def run(campaign_: Campaign | None = None, **changes: Any) -> Run:
    """A run that is about to freeze its audience; its partitions exist."""
    frozen = changes.pop("revision", None) or revision(campaign_)
    facts = {
        "campaign": frozen.campaign,
        "revision": frozen,
        "application": frozen.campaign.application,
        "slot": f"now:{next(_numbers)}",
        "due_at": NOW,
        "state": "preparing",
        "policy": frozen.settings["policy"],
        "ttl": frozen.settings["ttl"],
    }
    made = Run.objects.create(**facts | changes)
    partitions.ensure_partitions(made.pk)
    return made


def batch(run_: Run, *, lo: int = 0, hi: int, **changes: Any) -> Batch:
    """A range (lo, hi] of the run that waits to be claimed."""
    facts = {
        "application": run_.application,
        "gateway": "fcm",
        "environment": "production",
        "due": NOW,
        "done": lo,
        "next": lo,
    }
    return Batch.objects.create(run=run_, lo=lo, hi=hi, **facts | changes)

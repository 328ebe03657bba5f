"""Devices of our own staff, the only ones that a test send may reach."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from devices import consent
from devices.models import Application, AuditEvent, Installation, TestGroup
from devices.refusals import Refused

from .log import Kind, Log

MOST = 20
"""Test devices of one member of staff: a test goes to few, by design."""


def enrol_by_key(
    application: Application, key: str, user: Any, at: datetime
) -> Installation:
    """Enrol the device with this installation id, which its own app shows.

    Knowing the id is what makes it one's own. Raises Refused.
    """
    require_right(user)
    found = Installation.objects.filter(
        application=application, key=key, retired_at=None
    ).first()
    if found is None:
        raise Refused("/key", "unknown", _("No device has this installation id."))
    if found.is_test and found.tester_id != user.pk:
        raise Refused("/key", "taken", _("This is another person's test phone."))
    require_room(user, but=found)
    enrol_test_device(found, user, at)
    return found


@transaction.atomic
def enrol_for_tests_only(
    application: Application, key: str, user: Any, at: datetime
) -> Installation:
    """The same for a device that nobody but the tester has: campaigns leave it out.

    Its person is unsubscribed, unless it is somebody whom the application knows.
    Raises Refused.
    """
    found = enrol_by_key(application, key, user, at)
    if found.person.external_id is None:
        said = consent.Said(source="test device", actor=str(user))
        consent.unsubscribe(found.person, said, at)
    return found


@transaction.atomic
def enrol_test_device(installation: Installation, user: Any, at: datetime) -> int:
    """This device is ``user``'s own; 0 when it was so already. Raises Refused."""
    require_right(user)
    changed = (
        Installation.objects.filter(pk=installation.pk)
        .exclude(is_test=True, tester=user)
        .update(is_test=True, tester=user)
    )
    if changed:
        # Groups were made with whoever had it before in mind.
        installation.test_groups.clear()
        note(installation, "test device", user, at)
    return changed


@transaction.atomic
def withdraw_test_device(installation: Installation, user: Any, at: datetime) -> int:
    """No test sends to this device any more; 0 when it got none. Raises Refused."""
    require_right(user)
    changed = Installation.objects.filter(pk=installation.pk, is_test=True).update(
        is_test=False, tester=None
    )
    if changed:
        note(installation, "no test device", user, at)
    return changed


def require_right(user: Any) -> None:
    """Raise Refused unless this member of staff may send tests."""
    if not user.has_perm("campaigns.send_test"):
        raise Refused("", "not_allowed", _("You are not allowed to send tests."))


def require_room(user: Any, *, but: Installation | None = None) -> None:
    """Raise Refused unless this user may have one more test device beside ``but``."""
    mine = Installation.objects.filter(is_test=True, tester=user)
    others = mine.exclude(pk=but.pk) if but else mine
    if others.count() >= MOST:
        raise Refused("", "too_many", _("You have 20 test phones: remove one."))


def within_reach(application_id: int, user: Any) -> QuerySet[Installation]:
    """Where this user's tests may go: to their own devices, and to those of groups.

    Asked of the database each time; never a device that is not enrolled, or whose
    tester is not with us any more.
    """
    grouped = TestGroup.objects.filter(application=application_id)
    return Installation.objects.filter(
        Q(tester=user)
        | Q(pk__in=grouped.values("devices"))
        | Q(tester__in=grouped.values("colleagues")),
        application=application_id,
        is_test=True,
        tester__is_active=True,
        retired_at=None,
    )


def of_group(group: TestGroup) -> QuerySet[Installation]:
    """The devices that a test to this group reaches."""
    return _grouped(group.pk, group.application_id).distinct()


def with_reach(groups: QuerySet[TestGroup]) -> QuerySet[Any]:
    """The same groups, each with ``reached``: how many devices tests to it reach."""
    devices = _grouped(OuterRef("pk"), OuterRef("application"))
    counted = devices.values("application").annotate(n=Count("pk", distinct=True))
    return groups.annotate(reached=Coalesce(Subquery(counted.values("n")), 0))


def _grouped(group: Any, application: Any) -> QuerySet[Installation]:
    return Installation.objects.filter(
        Q(test_groups=group) | Q(tester__test_groups=group),
        application=application,
        is_test=True,
        tester__is_active=True,
        retired_at=None,
    )


def note(installation: Installation, action: str, user: Any, at: datetime) -> None:
    log = Log(at, action, actor=str(user))
    log.note(installation, Kind.TESTER, new=action)
    log.write()
    AuditEvent.objects.note(user, action, installation)

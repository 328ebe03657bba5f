"""Saved rules: the only writer of Segment, save for its counts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.audience import rules
from campaigns.models import Segment
from devices.models import AuditEvent


class Refused(Exception):
    """Nothing was saved; ``str()`` says why to whoever pressed the button."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(sentence)

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a person gave: ``rule`` is JSON as rules.parse reads it."""

    name: str
    description: str
    rule: Any


def create(
    wording: Wording, *, application_id: int, user: User, at: datetime
) -> Segment:
    """A new segment, not counted yet. Raises Refused or rules.RuleError."""
    require(user, "add_segment")
    kept = checked(wording)
    try:
        with transaction.atomic():
            made = Segment.objects.create(
                application_id=application_id, created_by=user, created_at=at, **kept
            )
            AuditEvent.objects.note(user, "segment.created", made)
    except IntegrityError as taken:
        raise name_taken() from taken
    return made


def change(segment: Segment, wording: Wording, *, version: int, user: User) -> None:
    """Save a segment as it was seen at ``version``; its counts are void then.

    Raises Refused or rules.RuleError. Scheduled campaigns keep the rule that they
    were scheduled with.
    """
    require(user, "change_segment")
    kept = checked(wording)
    uncounted = {"people_count": None, "device_count": None, "counted_at": None}
    try:
        with transaction.atomic():
            saved = Segment.objects.filter(pk=segment.pk, version=version).update(
                version=F("version") + 1, **kept, **uncounted
            )
            AuditEvent.objects.note(user, "segment.changed", segment, version=version)
            if not saved:
                raise Refused(
                    _(
                        "Somebody else changed this segment since you opened it. "
                        "Reload the page and change it again."
                    )
                )
    except IntegrityError as taken:
        raise name_taken() from taken


def archive(segment: Segment, *, user: User, at: datetime) -> None:
    """Put it away: no new campaign can choose it. Raises Refused."""
    require(user, "change_segment")
    if not Segment.objects.filter(pk=segment.pk, archived_at=None).update(
        archived_at=at
    ):
        raise Refused(_("This segment is archived already."))
    AuditEvent.objects.note(user, "segment.archived", segment)


def checked(wording: Wording) -> dict[str, Any]:
    """The columns to write; raises Refused or rules.RuleError."""
    name = wording.name.strip()
    if not 1 <= len(name) <= 120:
        raise Refused(_("Give the segment a name of 1 to 120 characters."))
    return {
        "name": name,
        "description": wording.description.strip()[:500],
        "rule": rules.to_json(rules.parse(wording.rule)),
    }


def name_taken() -> Refused:
    return Refused(_("Another segment has this name: choose a different one."))


def require(user: User, right: str) -> None:
    if not user.has_perm(f"campaigns.{right}"):
        raise Refused(_("You are not allowed to change segments."))

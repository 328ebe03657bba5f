"""Saved rules: the only writer of Segment, save for its counts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from campaigns.audience import memberships, rules
from campaigns.models import Campaign, Segment
from campaigns.models.states import CampaignState
from devices.models import AuditEvent

CREATED, CHANGED = "segment.created", "segment.changed"
KEPT = 20
SHOWN = 3
MOST = 1_000
"""Segments that are looked through for one that is made of another."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One that was saved: its number, by whom, when, and the rule as JSON."""

    number: int
    by: str
    at: datetime
    rule: Any


def create(
    wording: Wording, *, application_id: int, user: User, at: datetime
) -> Segment:
    """A new segment, not counted yet. Raises Refused or rules.RuleError."""
    require(user, "add_segment")
    kept = checked(wording, application_id=application_id)
    try:
        with transaction.atomic():
            made = Segment.objects.create(
                application_id=application_id, created_by=user, created_at=at, **kept
            )
            AuditEvent.objects.note(user, CREATED, made, version=0, rule=made.rule)
    except IntegrityError as taken:
        raise name_taken() from taken
    return made


def change(segment: Segment, wording: Wording, *, version: int, user: User) -> None:
    """Save a segment as it was seen at ``version``; its counts are void then.

    Raises Refused or rules.RuleError. Scheduled campaigns keep the rule that they
    were scheduled with.
    """
    require(user, "change_segment")
    kept = checked(wording, application_id=segment.application_id, inside=(segment.pk,))
    uncounted = {"people_count": None, "device_count": None, "counted_at": None}
    try:
        with transaction.atomic():
            saved = Segment.objects.filter(pk=segment.pk, version=version).update(
                version=F("version") + 1, **kept, **uncounted
            )
            AuditEvent.objects.note(
                user, CHANGED, segment, version=version, rule=kept["rule"]
            )
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
    """Put it away: no new campaign can choose it.

    Raises Refused, naming the first few, while scheduled campaigns or other
    segments use it.
    """
    require(user, "change_segment")
    if users := users_of(segment):
        sentence = _(
            "“%(name)s” is in use, so it stays: take it out of %(users)s first."
        )
        raise Refused(sentence % {"name": segment.name, "users": ", ".join(users)})
    if not Segment.objects.filter(pk=segment.pk, archived_at=None).update(
        archived_at=at
    ):
        raise Refused(_("This segment is archived already."))
    AuditEvent.objects.note(user, "segment.archived", segment)


def users_of(segment: Segment) -> list[str]:
    """The first names of what asks this segment: scheduled campaigns, segments."""
    scheduled = Campaign.objects.filter(segment=segment, state=CampaignState.SCHEDULED)
    others = Segment.objects.filter(
        application=segment.application_id, archived_at=None
    ).exclude(pk=segment.pk)
    made_of_it = (
        name
        for name, rule in others.values_list("name", "rule")[:MOST].iterator()
        if segment.pk in memberships.named(rule)
    )
    names = [*scheduled.values_list("name", flat=True)[:SHOWN], *made_of_it]
    return [_("“%(text)s”") % {"text": name} for name in names[:SHOWN]]


def versions(segment: Segment) -> list[Version]:
    """What was saved of it, newest first: the last twenty that were written down."""
    rows = AuditEvent.objects.filter(
        subject=segment._meta.label_lower,
        subject_id=segment.pk,
        action__in=(CREATED, CHANGED),
    ).select_related("user")
    return [
        Version(
            number=int(each.facts.get("version", 0)) + 1,
            by=each.user.get_username() if each.user else "",
            at=each.at,
            rule=each.facts["rule"],
        )
        for each in rows[:KEPT]
        if "rule" in each.facts
    ]


def checked(
    wording: Wording, *, application_id: int, inside: tuple[int, ...] = ()
) -> dict[str, Any]:
    """The columns to write; raises Refused or rules.RuleError."""
    name = wording.name.strip()
    if not 1 <= len(name) <= 120:
        raise Refused(_("Give the segment a name of 1 to 120 characters."))
    return {
        "name": name,
        "description": wording.description.strip()[:500],
        "rule": _usable(wording.rule, application_id, inside),
    }


def _usable(source: Any, application_id: int, inside: tuple[int, ...]) -> Any:
    """The JSON to keep, when every segment that it names can be asked."""
    rule = memberships.bare(rules.parse(source))
    memberships.known(rule, application_id, inside=inside)
    return rules.to_json(rule)


def name_taken() -> Refused:
    return Refused(_("Another segment has this name: choose a different one."))


def require(user: User, right: str) -> None:
    if not user.has_perm(f"campaigns.{right}"):
        raise Refused(_("You are not allowed to change segments."))

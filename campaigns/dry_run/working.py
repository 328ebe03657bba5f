"""Ask for a dry run, and work through its audience in slices that may be repeated."""

import time
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import QuerySet

from campaigns.audience import eligibility, limits, select
from campaigns.audience.limits import TooSlow
from campaigns.audience.rules import RuleError
from campaigns.audience.select import NoAudience
from campaigns.content.texts import ContentError
from campaigns.dry_run import messages, reading, tally
from campaigns.dry_run.messages import Messages
from campaigns.dry_run.tally import Teller
from campaigns.models import Campaign, DryRun, PersonList, contents
from campaigns.models.campaigns import DeviceReach
from campaigns.models.dry_runs import DryRunState

PEOPLE = 20_000
"""People in a slice: half a second to read, as long to render."""
COUNTING = 15.0
"""Seconds that the audience may take to be counted, for the bar."""
SILENT = timedelta(seconds=15)


def ask(campaign: Campaign, *, user: User, at: datetime) -> DryRun:
    """A new dry run of a campaign as it is now, in the place of an earlier one.

    Raises NoAudience and RuleError where the audience cannot be used; the caller
    has checked the content, and rings the bell.
    """
    audience = select.of_campaign(campaign)
    select.people(campaign.application_id, audience, at=at)
    with transaction.atomic():
        DryRun.objects.filter(campaign=campaign).delete()
        return DryRun.objects.create(
            campaign=campaign,
            version=campaign.version,
            content=campaign.content(),
            audience={
                **audience,
                "reach": campaign.reach,
                "win_back": campaign.win_back,
            },
            purpose=campaign.purpose,
            topic=campaign.topic_id,
            asked_by=user,
            asked_at=at,
            touched_at=at,
        )


def stop(campaign: Campaign, *, at: datetime) -> bool:
    """Stop the one at work; False when there is none."""
    mine = DryRun.objects.filter(campaign=campaign, state=DryRunState.WORKING)
    return bool(mine.update(state=DryRunState.STOPPED, touched_at=at))


def is_silent(dry_run: DryRun, *, at: datetime) -> bool:
    """Whether its worker has said nothing for so long that it is to be rung again."""
    return dry_run.state == DryRunState.WORKING and at - dry_run.touched_at > SILENT


def work(dry_run_id: int, *, seconds: float, at: datetime) -> bool:
    """Render slices for at most about ``seconds``; True when some are left.

    Many workers may be told to do it: one works, the others leave.
    """
    found = _open(dry_run_id)
    if found is None:
        return False
    try:
        said = messages.ready(found.content)
        ends = time.monotonic() + seconds
        teller = Teller(said.made, at=at)
        while _slice(dry_run_id, teller, said, at=at):
            if time.monotonic() > ends:
                return True
    except (RuleError, NoAudience, ContentError):
        # What it reads was deleted since it was asked for.
        _still_working(dry_run_id).update(state=DryRunState.FAILED)
    return False


def _open(dry_run_id: int) -> DryRun | None:
    found = _still_working(dry_run_id).select_related("campaign").first()
    if found is not None and not found.total:
        _still_working(dry_run_id).update(total=_count(found))
    return found


def _still_working(dry_run_id: int) -> QuerySet[DryRun]:
    return DryRun.objects.filter(pk=dry_run_id, state=DryRunState.WORKING)


def _count(dry_run: DryRun) -> int:
    """How many people there are, 0 when that is not known in time."""
    people = select.people(
        dry_run.campaign.application_id, dry_run.audience, at=dry_run.asked_at
    )
    try:
        with limits.seconds(COUNTING):
            return people.count()
    except TooSlow:
        return 0


def _slice(dry_run_id: int, teller: Teller, said: Messages, *, at: datetime) -> bool:
    """One slice more; False when it was the last, or another worker is at it."""
    with transaction.atomic():
        if not _lock(dry_run_id):
            return False
        found = _still_working(dry_run_id).select_related("campaign").first()
        if found is None:
            return False
        application = found.campaign.application_id
        people = select.people(application, found.audience, at=found.asked_at)
        ids = list(
            people.filter(pk__gt=found.cursor)
            .order_by("pk")
            .values_list("pk", flat=True)[:PEOPLE]
        )
        gates = eligibility.Gates(
            application_id=application,
            purpose=found.purpose,
            topic_id=found.topic,
            at=found.asked_at,
            left_out=contents.left_out(found.content),
            reach=found.audience.get("reach", DeviceReach.ALL),
            control=found.content.get("control", 0),
            campaign=found.content.get("drawn_by", 0),
            win_back=found.audience.get("win_back", False),
            excluded=PersonList.objects.excluded(application),
            silent=contents.is_silent(found.content.get("platforms", {})),
        )
        counted = tally.read(found.tally)
        if ids:
            chosen = people.filter(pk__gt=found.cursor, pk__lte=ids[-1])
            teller.add(counted, reading.rows(chosen, gates, said))
        more = len(ids) == PEOPLE
        _still_working(dry_run_id).update(
            cursor=ids[-1] if ids else found.cursor,
            people=counted.people,
            tally=counted.kept(),
            touched_at=at,
            state=DryRunState.WORKING if more else DryRunState.FINISHED,
        )
        return more


def _lock(dry_run_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtext('dry run'), %s::int)",
            [dry_run_id],
        )
        return bool(cursor.fetchone()[0])

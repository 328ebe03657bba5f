"""The campaign of a run, launched or promised as a person would."""

import uuid
from datetime import UTC, datetime, timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User

from campaigns.delivery import clock, lifecycle
from campaigns.models import Campaign, Run
from campaigns.models.campaigns import Policy, Purpose
from campaigns.review import funnel
from tests.chaos import site

AHEAD = timedelta(seconds=6)
"""A slot lies so far ahead: long enough for counting and promising."""

LARGEST_PROMISED = 100_000
"""Deliveries up to which a run is scheduled and its first request awaited within 10 s
of its slot; freezing a larger audience takes longer, so those are launched."""


def begin(seed: int, *, size: int, policy: str) -> Campaign:
    """A campaign whose run will come: scheduled for a slot, or launched now."""
    campaign = _draft(policy)
    at = clock.now()
    counted = funnel.counted(campaign, at=at)
    people = counted.reached_people
    if size > LARGEST_PROMISED:
        _launch(campaign, people, at, about=not counted.exact)
    else:
        _promise(campaign, people, at)
    site.say(f"Seed {seed}: {people:,} people are to be reached, {policy}.")
    return campaign


def run_of(campaign: Campaign) -> Run | None:
    """The campaign's run, once it fired."""
    return Run.objects.filter(campaign=campaign).order_by("pk").first()


def owner() -> User:
    found: User = get_user_model().objects.get(is_superuser=True)
    return found


def _draft(policy: str) -> Campaign:
    """The sample's draft, or a copy of it once that was sent."""
    campaign = Campaign.objects.order_by("pk").first()
    assert campaign is not None
    if campaign.state != "draft":
        campaign = lifecycle.duplicate(campaign, user=owner(), at=clock.now())
    if policy == Policy.NEVER_MISS:
        # Only what somebody waits for may be sent again when an answer is lost.
        changes = {"policy": policy, "purpose": Purpose.TRANSACTIONAL}
        _save(campaign, changes)
    return campaign


def _save(campaign: Campaign, changes: dict[str, object]) -> None:
    lifecycle.save_draft(
        campaign, changes, user=owner(), version=campaign.version, at=clock.now()
    )
    campaign.refresh_from_db()


def _launch(campaign: Campaign, people: int, at: datetime, *, about: bool) -> None:
    run = lifecycle.launch_now(
        campaign,
        user=owner(),
        launch_key=uuid.uuid4(),
        version=campaign.version,
        counted_people=people,
        confirmed_people=people,
        about=about,
        at=at,
    )
    Run.objects.filter(pk=run.pk).update(countdown_until=clock.now())


def _promise(campaign: Campaign, people: int, at: datetime) -> None:
    slot = (at + AHEAD).astimezone(UTC)
    when = {
        "kind": "once",
        "start": slot.date().isoformat(),
        "time": f"{slot:%H:%M:%S}",
        "zone": "UTC",
    }
    _save(campaign, {"schedule": when})
    lifecycle.schedule(
        campaign,
        user=owner(),
        version=campaign.version,
        counted_people=people,
        confirmed_people=people,
        at=clock.now(),
    )

"""What a draft said before: one row for each sitting of each person.

Only campaigns.delivery.lifecycle.drafts calls this, inside its transactions: the row
of the campaign is locked by its guarded UPDATE, so two saves never interleave.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import models

from campaigns.models import Campaign, SavedDraft
from campaigns.models.drafts import NOT_SAID

SITTING = timedelta(minutes=10)
"""Saves of one person within this time of the first are one version to go back to."""
KEPT = 50
"""Versions of a campaign; older ones are forgotten."""


def columns(campaigns: models.QuerySet[Campaign]) -> dict[str, Any] | None:
    """What the one campaign of a query says, by field, and which version it is."""
    names = [each.name for each in Campaign._meta.concrete_fields]
    said = [each for each in names if each not in NOT_SAID]
    return campaigns.values(*said, "version", "owner_id").first()


@dataclass(frozen=True, slots=True)
class Saving:
    """Who saves, when, and which version is taken up again, if one is."""

    user: User
    at: datetime
    restored: int | None = None


def keep(campaign: Campaign, before: dict[str, Any], saving: Saving) -> None:
    """Write down what was saved just now, over ``before``."""
    last = campaign.saved_drafts.first()
    now = columns(Campaign.objects.filter(pk=campaign.pk)) or before
    if last is None:
        since = before["updated_at"]
        _write(campaign, before, author_id=before["owner_id"], at=since)
    elif _same_sitting(last, saving):
        campaign.saved_drafts.filter(pk=last.pk).update(
            version=now["version"], fields=_fields(now), saved_at=saving.at
        )
        return
    _write(
        campaign,
        now,
        author_id=saving.user.pk,
        at=saving.at,
        restored=saving.restored,
    )
    _forget_oldest(campaign)


def _same_sitting(last: SavedDraft, saving: Saving) -> bool:
    """A restored version stands alone: what it replaced stays to go back to."""
    if saving.restored is not None or last.restored is not None:
        return False
    is_mine = last.author_id == saving.user.pk
    return is_mine and last.began_at <= saving.at < last.began_at + SITTING


def _forget_oldest(campaign: Campaign) -> None:
    newest = campaign.saved_drafts.values("pk")[:KEPT]
    campaign.saved_drafts.exclude(pk__in=newest).delete()


def _fields(said: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in said.items()
        if name not in ("version", "owner_id", "updated_at")
    }


def _write(
    campaign: Campaign,
    said: dict[str, Any],
    *,
    author_id: int | None,
    at: datetime,
    restored: int | None = None,
) -> None:
    SavedDraft.objects.create(
        campaign=campaign,
        version=said["version"],
        fields=_fields(said),
        author_id=author_id,
        began_at=at,
        saved_at=at,
        restored=restored,
    )

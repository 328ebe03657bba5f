"""An amber of the review, accepted by somebody's name, or asked again."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from campaigns.delivery.lifecycle import rights
from campaigns.models import Campaign, CheckAcceptance
from devices.models import AuditEvent

RIGHTS = ("change_campaign", "launch_campaign")


def accept_checks(
    campaign: Campaign, checks: Sequence[CheckAcceptance], *, user: User, at: datetime
) -> None:
    """Keep who accepted what, and when; raises NotAllowed.

    ``checks`` are rows without a user, as campaigns.review.accepting makes them; one
    that was accepted before is now this user's.
    """
    rights.require(user, *RIGHTS)
    with transaction.atomic():
        for each in checks:
            campaign.acceptances.update_or_create(
                key=each.key,
                defaults={
                    "mark": each.mark,
                    "sentence": each.sentence,
                    "user": user,
                    "at": at,
                },
            )
            AuditEvent.objects.note(
                user, "accepted a check", campaign, check=each.key, said=each.sentence
            )


def ask_again(campaign: Campaign, key: str, *, user: User) -> bool:
    """Take an acceptance back; False when there was none. Raises NotAllowed."""
    rights.require(user, *RIGHTS)
    with transaction.atomic():
        count, _rows = campaign.acceptances.filter(key=key).delete()
        if count:
            AuditEvent.objects.note(user, "asked a check again", campaign, check=key)
    return bool(count)

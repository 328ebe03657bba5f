"""Have what is scheduled ask its segment's rules as they are now."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from campaigns.audience import select
from campaigns.delivery import revisions
from campaigns.delivery.lifecycle import rights
from campaigns.delivery.lifecycle.refusals import WrongState
from campaigns.models import Campaign
from campaigns.models.states import CampaignState
from devices.models import AuditEvent


def retarget(
    campaign: Campaign, *, user: User, counted_people: int, at: datetime
) -> None:
    """Give later runs the segment's rules of today; a run under way keeps its own.

    ``counted_people`` is how many would get it, as the user saw and confirmed it.
    Raises NotAllowed as a launch does, and WrongState when nothing is scheduled.
    """
    rights.require_launch(user, counted_people)
    with transaction.atomic():
        live = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
        if live.state != CampaignState.SCHEDULED or live.revision is None:
            raise WrongState(_("This campaign is not scheduled."))
        audience = select.of_campaign(live)
        after = revisions.retargeted(live.revision, audience, user=user)
        Campaign.objects.filter(pk=live.pk).update(
            revision=after,
            confirmed_people=counted_people,
            version=F("version") + 1,
            updated_at=at,
        )
        AuditEvent.objects.note(user, "took newer rules", live, people=counted_people)

"""What a campaign must have before anything of it may leave.

The review page finds more to say; this is what no road to a gateway may lack.
"""

from django.utils.translation import gettext as _

from campaigns.delivery.lifecycle.refusals import Incomplete
from campaigns.models import Campaign
from campaigns.models.campaigns import AudienceKind, Policy, Purpose


def require_complete(campaign: Campaign) -> None:
    """Raise Incomplete, naming the field, for the first thing that is missing."""
    if not (campaign.title.strip() or campaign.body.strip()):
        raise Incomplete(_("Write a title or a text first."), field="title")
    _require_audience(campaign)
    topic = campaign.topic
    if topic is not None and topic.application_id != campaign.application_id:
        raise Incomplete(
            _("This topic belongs to another application: choose one of this one."),
            field="topic",
        )
    if (
        campaign.policy == Policy.NEVER_MISS
        and campaign.purpose != Purpose.TRANSACTIONAL
    ):
        raise Incomplete(
            _("Only a transactional message may be sent again when an answer is lost."),
            field="policy",
        )


def _require_audience(campaign: Campaign) -> None:
    if not campaign.audience:
        raise Incomplete(_("Choose who gets it first."), field="audience")
    if campaign.audience == AudienceKind.EVERYONE:
        return
    if campaign.segment is None:
        raise Incomplete(_("Choose a segment first."), field="segment")
    if campaign.segment.application_id != campaign.application_id:
        raise Incomplete(
            _("This segment belongs to another application: choose one of this one."),
            field="segment",
        )

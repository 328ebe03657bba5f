"""What a campaign must have before anything of it may leave.

The review page finds more to say; this is what no road to a gateway may lack.
"""

from django.utils.translation import gettext as _

from campaigns.audience import memberships, rules
from campaigns.content import limits
from campaigns.content.texts import ContentError
from campaigns.delivery.lifecycle.refusals import Incomplete
from campaigns.models import Campaign, contents, variants
from campaigns.models.campaigns import AudienceKind, Policy, Purpose


def require_complete(campaign: Campaign) -> None:
    """Raise Incomplete, naming the field, for the first thing that is missing."""
    _require_message(campaign)
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


def _require_message(campaign: Campaign) -> None:
    if wrong := variants.problem(campaign):
        raise Incomplete(wrong, field="variants")
    for key, each in variants.views(campaign):
        for field, sentence in _problems(each).items():
            if campaign.variants:
                sentence = variants.labelled(key, sentence)
            raise Incomplete(sentence, field=field)


def _problems(campaign: Campaign) -> dict[str, str]:
    """What is wrong with the message, by field."""
    schemes = campaign.application.link_schemes
    try:
        limits.check(campaign.content(), known=None, schemes=schemes)
    except ContentError as wrong:
        return wrong.problems
    return contents.unfilled(campaign.platforms, campaign.application)


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
    try:
        rule = rules.parse(campaign.segment.rule)
        memberships.known(rule, campaign.application_id, inside=(campaign.segment.pk,))
    except rules.RuleError as wrong:
        raise Incomplete(str(wrong), field="segment") from wrong

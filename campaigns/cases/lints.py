"""What a campaign that began as a use case should still have when it leaves."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from campaigns.cases.case import DAY, Case
from campaigns.cases.shelf import CASES
from campaigns.models import Campaign
from campaigns.models.campaigns import AudienceKind


def of(campaign: Campaign) -> Case | None:
    """The use case that it began with, None for any other campaign."""
    return CASES.get(campaign.use_case)


def doubts(campaign: Campaign) -> Iterator[tuple[str, str]]:
    """(field, sentence) for each thing that this use case is not meant to be."""
    case = of(campaign)
    if case is None:
        return
    facts = {"case": case.name}
    if case.rule is not None and campaign.audience == AudienceKind.EVERYONE:
        yield (
            "audience",
            _("“%(case)s” is meant for a segment, not for everyone.") % facts,
        )
    if case.every is not None and campaign.schedule.get("kind") != "recurring":
        yield (
            "schedule",
            _("“%(case)s” is meant to recur: it goes only once now.") % facts,
        )
    if case.ttl < DAY and campaign.ttl > 2 * case.ttl:
        yield (
            "ttl",
            _("“%(case)s” is out of date long before the phone gives up.") % facts,
        )
    if campaign.purpose != case.kind:
        yield "purpose", _("“%(case)s” has another purpose than was suggested.") % facts

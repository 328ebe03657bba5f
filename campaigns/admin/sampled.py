"""Some of the people behind a number of the review."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from campaigns.admin import compose
from campaigns.admin import people as people_pages
from campaigns.audience.limits import TooSlow
from campaigns.audience.rules import RuleError
from campaigns.audience.select import NoAudience
from campaigns.delivery import clock
from campaigns.models import Campaign
from campaigns.models.reasons import Reason
from campaigns.review import sample
from devices.admin import pages
from devices.models import Person


@require_GET
def page(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """People who are left out for ``reason``, or those who are reached."""
    campaign = compose.find(campaign_id)
    reason = _reason(request.GET.get("reason", ""))
    people, trouble = _found(campaign, reason)
    return pages.draw(
        request,
        "admin/campaigns/sampled.html",
        title=_("People behind the number"),
        campaign=campaign,
        reason=reason,
        people=people_pages.listed(people),
        trouble=trouble,
        most=sample.MOST,
    )


def _reason(code: str) -> Reason | None:
    if not code:
        return None
    try:
        return Reason(int(code))
    except ValueError as strange:
        raise Http404 from strange


def _found(campaign: Campaign, reason: Reason | None) -> tuple[list[Person], str]:
    try:
        return sample.people(campaign, reason, at=clock.now()), ""
    except (NoAudience, RuleError) as missing:
        return [], str(missing)
    except TooSlow:
        return [], _("They could not be found in time. Look again later.")

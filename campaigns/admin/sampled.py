"""Some of the people behind a number of the review, as a page or as a file."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from campaigns.admin import compose, person_facts
from campaigns.admin import people as people_pages
from campaigns.audience.limits import TooSlow
from campaigns.audience.rules import RuleError
from campaigns.audience.select import NoAudience
from campaigns.delivery import clock
from campaigns.models import Campaign
from campaigns.models.reasons import Reason
from campaigns.review import sample
from devices.admin import pages
from devices.models import AuditEvent, Person

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would compute."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a page lists: its heading, what it says of them, and how they are found."""

    heading: str
    lead: str
    find: Callable[[datetime], list[Person]]


@require_GET
def page(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """People who are left out for ``reason``, whom a check hits, or who are reached."""
    campaign = compose.find(campaign_id)
    asked = _asked(request, campaign)
    people, trouble = _found(asked)
    if request.GET.get("as") == "csv":
        return _file(request, campaign, people)
    query = request.GET.copy()
    query["as"] = "csv"
    return pages.draw(
        request,
        "admin/campaigns/sampled.html",
        title=_("People behind the number"),
        campaign=campaign,
        asked=asked,
        people=people_pages.listed(people, clear=person_facts.may_see(request.user)),
        trouble=trouble,
        file=f"?{query.urlencode()}",
    )


def _asked(request: HttpRequest, campaign: Campaign) -> Asked:
    if field := request.GET.get("missing", "")[:100]:
        return _of_check(
            _("No value for “%(field)s”") % {"field": field},
            lambda at: sample.without(campaign, field, at=at),
        )
    if request.GET.get("others"):
        return _of_check(
            _("Read another language than theirs"),
            lambda at: sample.others(campaign, at=at),
        )
    if request.GET.get("all"):
        return _of_check(
            _("Match the audience"), lambda at: sample.matching(campaign, at=at)
        )
    return _of_funnel(campaign, _reason(request.GET.get("reason", "")))


def _of_check(heading: str, find: Callable[[datetime], list[Person]]) -> Asked:
    lead = _("Up to %(most)d of them, the newest first.")
    return Asked(heading, lead % {"most": sample.MOST}, find)


def _of_funnel(campaign: Campaign, reason: Reason | None) -> Asked:
    most = {"most": sample.MOST}
    if reason is None:
        heading = _("Will get the message")
        lead = _(
            "Up to %(most)d of the people who would get it if it were launched now."
        )
    else:
        heading = _("Left out: %(reason)s") % {"reason": reason.label}
        lead = _(
            "Up to %(most)d of the people who get nothing for this reason, or have a "
            "device that does. Open one to see why."
        )
    return Asked(
        heading, lead % most, lambda at: sample.people(campaign, reason, at=at)
    )


def _reason(code: str) -> Reason | None:
    if not code:
        return None
    try:
        return Reason(int(code))
    except ValueError as strange:
        raise Http404 from strange


def _found(asked: Asked) -> tuple[list[Person], str]:
    try:
        return asked.find(clock.now()), ""
    except (NoAudience, RuleError) as missing:
        return [], str(missing)
    except TooSlow:
        return [], _("They could not be found in time. Look again later.")


def _file(
    request: HttpRequest, campaign: Campaign, people: list[Person]
) -> HttpResponse:
    """The same people for a spreadsheet; that somebody took it is written down."""
    user = compose.user_of(request)
    AuditEvent.objects.note(user, "took a list of people", campaign, people=len(people))
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="people.csv"'
    answer.write("\ufeff")
    lines = csv.writer(answer)
    lines.writerow([_("Person"), _("Language"), _("Country"), _("Last seen")])
    for each in people:
        seen = each.last_seen_at.isoformat() if each.last_seen_at else ""
        lines.writerow(map(cell, (str(each), each.locale, each.country, seen)))
    return answer


def cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text

"""Check on real people: 200 drawn at random, then a dry run of the whole audience."""

import random
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from campaigns.admin import compose, looks, personas
from campaigns.audience.limits import TooSlow
from campaigns.audience.rules import RuleError
from campaigns.audience.select import NoAudience
from campaigns.content import limits
from campaigns.content.surfaces import LABELS
from campaigns.content.texts import ContentError
from campaigns.delivery import bell, clock
from campaigns.dry_run import messages as dry_run_messages
from campaigns.dry_run import sample, tally, working
from campaigns.dry_run.messages import Messages
from campaigns.dry_run.tally import BUCKET, REACHED, Tally
from campaigns.models import Campaign, DryRun, variants
from campaigns.models.dry_runs import DryRunState
from campaigns.models.reasons import Reason
from devices.admin import pages
from devices.gateways.scales import SCALES
from devices.models.applications import GatewayKind
from devices.models.installations import Platform

PART = "admin/campaigns/dry_run_state.html"
BUCKETS = 10_000
TOO_SLOW = gettext_lazy("They could not be found in time. Look again later.")
UNREADY = gettext_lazy("The message is not complete: mend it first.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One count in words; ``person`` is an example's id, 0 for none."""

    words: str
    count: int
    person: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What a gateway's pushes weigh: columns of (bytes up to, devices)."""

    gateway: str
    most: int
    worst: int
    person: int
    columns: list[tuple[int, int]]


@require_GET
def page(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Both checks; ``part=state`` is what a script asks for while one works."""
    campaign = compose.find(campaign_id)
    context = _state(request, campaign)
    if request.GET.get("part") == "state":
        return render(request, PART, context)
    drawn, trouble = _drawn(campaign)
    return pages.draw(
        request,
        "admin/campaigns/dry_run.html",
        title=_("Check on real people"),
        **context,
        sample=told(drawn, campaign) if drawn else None,
        trouble=trouble,
        most=sample.PEOPLE,
    )


def _drawn(campaign: Campaign) -> tuple[Tally | None, str]:
    """What 200 people would get, or why nobody could be drawn."""
    try:
        said = ready(campaign)
        bucket = random.randrange(BUCKETS)  # noqa: S311
        return sample.tell(campaign, said, bucket=bucket, at=clock.now()), ""
    except ContentError:
        return None, str(UNREADY)
    except (NoAudience, RuleError) as wrong:
        return None, str(wrong)
    except TooSlow:
        return None, str(TOO_SLOW)


def ready(campaign: Campaign) -> Messages:
    """The message as it is saved, made ready; raises ContentError."""
    content = campaign.content()
    for each in variants.contents(content):
        limits.check(each, known=None, schemes=campaign.application.link_schemes)
    return dry_run_messages.ready(content)


def _state(request: HttpRequest, campaign: Campaign) -> dict[str, Any]:
    """The newest dry run as the page shows it; a silent one is rung again."""
    found = DryRun.objects.filter(campaign=campaign).first()
    now = clock.now()
    if found is not None and working.is_silent(found, at=now):
        bell.ring(bell.DRY_RUN, found.pk)
    return {
        "campaign": campaign,
        "dry_run": found,
        "is_working": found is not None and found.state == DryRunState.WORKING,
        "is_old": found is not None and found.version != campaign.version,
        "found": told(tally.read(found.tally), campaign) if found else None,
        "percent": _percent(found),
        "lasted": _lasted(found),
        "may_start": request.user.has_perm("campaigns.change_campaign"),
        "sees_people": request.user.has_perm(personas.RIGHT),
    }


def _percent(found: DryRun | None) -> int:
    if found is None or not found.total:
        return 0
    return min(100, 100 * found.people // found.total)


def _lasted(found: DryRun | None) -> str:
    if found is None or found.state != DryRunState.FINISHED:
        return ""
    seconds = max(1, round((found.touched_at - found.asked_at).total_seconds()))
    sentence = ngettext(
        "It took %(seconds)d second.", "It took %(seconds)d seconds.", seconds
    )
    return sentence % {"seconds": seconds}


def told(counted: Tally, campaign: Campaign) -> dict[str, Any]:
    """A tally in words, the most first."""
    return {
        "people": counted.people,
        "reached": counted.reached,
        "rows": _rows(counted, campaign),
        "variants": _variants(counted, campaign),
        "unreached": [
            Line(words=str(Reason(reason).label), count=count)
            for reason, count in counted.unreached.most_common()
        ],
        "missing": [
            Line(words=name, count=count, person=counted.without.get(name, 0))
            for name, count in counted.missing.most_common()
        ],
        "cut": [
            Line(words=str(LABELS[key]), count=n, person=counted.cut_of.get(key, 0))
            for key, n in counted.cut.most_common()
        ],
        "weights": [_weighed(counted, name) for name in counted.worst],
        "longest": counted.longest,
        "shortest": counted.shortest,
    }


def _rows(counted: Tally, campaign: Campaign) -> list[dict[str, Any]]:
    """Devices by platform, language and reason, without people who have none."""
    platforms = dict(Platform.choices)
    tags = looks.languages_of(campaign)
    ordered = sorted(counted.rows.items(), key=lambda each: (each[0][2], -each[1]))
    return [
        {
            "platform": str(platforms.get(platform, platform)),
            "language": looks.language(tags[number]) if number < len(tags) else "–",
            "reason": "" if reason == REACHED else str(Reason(reason).label),
            "count": count,
        }
        for (platform, number, reason), count in ordered
        if platform
    ]


def _variants(counted: Tally, campaign: Campaign) -> list[tuple[str, int, int]]:
    """(key, devices that would get it, devices skipped); none with one variant."""
    if not campaign.variants:
        return []
    found = []
    for number, key in enumerate(variants.keys(campaign)):
        mine = {why: n for (one, why), n in counted.variants.items() if one == number}
        reached = mine.pop(REACHED, 0)
        found.append((key, reached, sum(mine.values())))
    return found


def _weighed(counted: Tally, gateway: str) -> Weighed:
    sizes = {size: n for (name, size), n in counted.bytes.items() if name == gateway}
    worst, person = counted.worst[gateway]
    return Weighed(
        gateway=str(dict(GatewayKind.choices)[gateway]),
        most=SCALES[gateway].max_payload,
        worst=worst,
        person=person,
        columns=[
            ((size + 1) * BUCKET, sizes.get(size, 0))
            for size in range(min(sizes), max(sizes) + 1)
        ],
    )


@require_POST
def begin(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Render the whole audience in a task, from what is saved now."""
    campaign = compose.find(campaign_id)
    try:
        ready(campaign)
        asked = working.ask(campaign, user=compose.user_of(request), at=clock.now())
    except ContentError:
        messages.error(request, str(UNREADY))
    except (NoAudience, RuleError) as wrong:
        messages.error(request, str(wrong))
    else:
        bell.ring(bell.DRY_RUN, asked.pk)
    return redirect("admin:campaigns_campaign_check", campaign.pk)


@require_POST
def stop(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Count no further; what was counted so far stays."""
    campaign = compose.find(campaign_id)
    at: datetime = clock.now()
    working.stop(campaign, at=at)
    return redirect("admin:campaigns_campaign_check", campaign.pk)

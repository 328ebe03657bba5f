"""Whether these people hear from us too often, or in unusual numbers."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from campaigns.audience import limits, select
from campaigns.audience.limits import TooSlow
from campaigns.audience.rules import RuleError
from campaigns.audience.select import NoAudience
from campaigns.models import Batch, BatchReason, Campaign, Run
from campaigns.models.campaigns import AudienceKind
from campaigns.models.reasons import Reason
from campaigns.models.states import CampaignState, RunState
from campaigns.schedule import form, instants
from campaigns.schedule.rule import Kind, ScheduleError

from .audience import few, field_of
from .funnel import Funnel
from .problem import Problem, look, ok

WEEK, DAY = timedelta(days=7), timedelta(hours=24)
TIMES = 3
"""How many times what its author usually reaches asks for a look."""
EARLIER, FEWEST_RUNS, FEW = 20, 3, 100
SHARED = 0.3
MOST_OTHERS = 5
SECONDS = 1.0
LAST_RUNS, DEAD = 3, 0.1
NOT_SENT = (RunState.CANCELLED, RunState.MISSED)


def usual(campaign: Campaign, counted: Funnel | None) -> Iterator[Problem]:
    """Whether it reaches many more people than its author's launches do."""
    if counted is None or counted.reached_people < FEW:
        return
    earlier = Run.objects.filter(
        launched_by=campaign.owner_id, confirmed_people__isnull=False
    ).exclude(state=RunState.CANCELLED)
    sizes = earlier.order_by("-id").values_list("confirmed_people", flat=True)
    known = [each for each in sizes[:EARLIER] if each]
    if campaign.owner_id is None or len(known) < FEWEST_RUNS:
        return
    often = median(known)
    if counted.reached_people > TIMES * often:
        sentence = _(
            "It reaches %(people)d people; launches of its author reach %(usual)d."
        )
        yield look(
            sentence % {"people": counted.reached_people, "usual": often},
            _("Make sure that this message is meant for so many."),
            field_of(campaign),
            code="audience.usual",
        )


def repeated(campaign: Campaign, *, at: datetime) -> Iterator[Problem]:
    """Whether the same people were told the same within a week."""
    same = _sent(campaign, since=at - WEEK).filter(
        **_same_audience(select.of_campaign(campaign)),
        revision__content__title=campaign.title,
        revision__content__body=campaign.body,
    )
    run = same.select_related("campaign").order_by("-due_at").first()
    if run is not None:
        yield look(
            _("The same audience was sent the same words by “%(campaign)s”.")
            % {"campaign": run.campaign.name},
            _("Say something new, or leave those people out."),
            "body",
            code="repeated",
            about=("segment",),
        )


def crowded(campaign: Campaign, *, at: datetime) -> Iterator[Problem]:
    """Other campaigns that reach many of the same people within a day."""
    start = _start(campaign, at)
    some = [each.pk for each in few(campaign, at=at)]
    found = [
        name
        for name, audience in _others(campaign, start)
        if _shared(campaign, audience, some, at=at) > SHARED
    ]
    if found:
        yield look(
            _(
                "More than 30 %% of these people get another message within a day: "
                "%(campaigns)s."
            )
            % {"campaigns": ", ".join(found)},
            _("Choose another day, or another audience."),
            "schedule",
            code="crowded",
            about=("segment",),
        )
    elif some:
        yield ok(_("No other message goes to many of the same people that day."))


def dead_tokens(campaign: Campaign) -> Iterator[Problem]:
    """Whether the last runs to this audience met many devices that are gone."""
    runs = _sent(campaign, since=None).filter(state=RunState.FINISHED)
    same = runs.filter(**_same_audience(select.of_campaign(campaign)))
    last = list(same.order_by("-due_at").values_list("pk", flat=True)[:LAST_RUNS])
    if not last:
        return
    sums = Batch.objects.filter(run__in=last).aggregate(
        accepted=Sum("accepted"), failed=Sum("failed")
    )
    sent = (sums["accepted"] or 0) + (sums["failed"] or 0)
    reasons = BatchReason.objects.filter(batch__run__in=last, reason=Reason.TOKEN_DEAD)
    dead = reasons.aggregate(rows=Sum("rows"))["rows"] or 0
    if sent and dead / sent > DEAD:
        yield look(
            _("In its last runs %(percent)d %% of this audience’s devices were gone.")
            % {"percent": round(100 * dead / sent)},
            _("Leave out people who were not seen for months."),
            field_of(campaign),
            code="tokens",
        )


def _sent(campaign: Campaign, *, since: datetime | None) -> QuerySet[Run]:
    runs = Run.objects.filter(application=campaign.application_id)
    if since is not None:
        runs = runs.filter(due_at__gte=since)
    return runs.exclude(state__in=NOT_SENT)


def _same_audience(audience: Mapping[str, Any]) -> dict[str, Any]:
    if audience["kind"] == AudienceKind.SEGMENT:
        return {"revision__audience__segment": audience["segment"]}
    return {"revision__audience__kind": audience["kind"]}


def _start(campaign: Campaign, at: datetime) -> datetime:
    """When it goes out first; now, where that is not known."""
    try:
        planned = form.from_json(campaign.schedule)
    except ScheduleError:
        return at
    if planned.kind == Kind.NOW:
        return at
    coming = instants.next_occurrence(planned, after=at)
    return coming.instant if coming else at


def _others(
    campaign: Campaign, start: datetime
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(name, audience) of what left or leaves within a day of ``start``."""
    near = (start - DAY, start + DAY)
    runs = _sent(campaign, since=None).filter(due_at__range=near)
    for run in runs.exclude(campaign=campaign.pk).select_related(
        "campaign", "revision"
    )[:MOST_OTHERS]:
        yield run.campaign.name, run.revision.audience
    waiting = Campaign.objects.filter(
        Q(next_at__range=near),
        application=campaign.application_id,
        state=CampaignState.SCHEDULED,
        revision__isnull=False,
    ).exclude(pk=campaign.pk)
    for each in waiting.select_related("revision")[:MOST_OTHERS]:
        if each.revision is not None:
            yield each.name, each.revision.audience


def _shared(
    campaign: Campaign, audience: Mapping[str, Any], some: list[int], *, at: datetime
) -> float:
    """The share of these people who are in another audience too."""
    if not some:
        return 0.0
    try:
        theirs = select.people(campaign.application_id, audience, at=at)
        with limits.seconds(SECONDS):
            return theirs.filter(pk__in=some).count() / len(some)
    except (NoAudience, RuleError, TooSlow):
        return 0.0

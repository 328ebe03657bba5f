"""Finish a run when every row of it has its outcome, checked under its lock."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce

from campaigns.models import Batch, Campaign, LeftOut, Parked, Run
from campaigns.models.runs import RunQuerySet
from campaigns.models.states import BatchState, CampaignState, RunState

OUTCOMES = F("accepted") + F("failed") + F("skipped") + F("unknown")
ROWS = F("hi") - F("lo")


def finish_if_done(run_id: int, *, at: datetime) -> bool:
    """End a sending or stopping run whose rows all have their outcomes.

    The lock first, the check in a second statement: in one, its subqueries would
    keep the snapshot from before the wait for the lock (late truth holds the run).
    """
    with transaction.atomic():
        run = Run.objects.select_for_update().filter(pk=run_id).first()
        if run is None:
            return False
        done = settled(Run.objects.filter(pk=run_id))
        if run.state == RunState.SENDING:
            ended = done.move(RunState.FINISHED, finished_at=at)
        else:
            ended = done.filter(stopping=True).update(stopping=False, finished_at=at)
        if ended:
            finish_campaign(run.campaign_id)
    return bool(ended)


def finish_campaign(campaign_id: int) -> int:
    """Finish a campaign that has neither another occurrence nor a run under way.

    The lock makes the last of two runs that end together see the other's end.
    """
    Campaign.objects.select_for_update().filter(pk=campaign_id).first()
    return Campaign.objects.idle().filter(pk=campaign_id).move(CampaignState.FINISHED)


def settled(runs: RunQuerySet) -> RunQuerySet:
    """Runs without open batch or parked row, whose tallies equal their audience."""
    batches = Batch.objects.filter(run=OuterRef("pk"))
    parked = Parked.objects.filter(run=OuterRef("pk"))
    return runs.filter(
        ~Exists(batches.exclude(state=BatchState.CLOSED)),
        ~Exists(parked),
        audience=_sum(batches, OUTCOMES) + _left_out(),
    )


def conserved(runs: RunQuerySet) -> RunQuerySet:
    """Runs whose frozen rows are all in a first batch or left out with a reason."""
    first = Batch.objects.filter(run=OuterRef("pk"), members=None)
    return runs.filter(audience=_sum(first, ROWS) + _left_out())


def _left_out() -> Coalesce:
    return _sum(LeftOut.objects.filter(run=OuterRef("pk")), F("rows"))


def _sum(rows: QuerySet, value: F | CombinedExpression) -> Coalesce:
    total = rows.order_by().values("run").annotate(total=Sum(value)).values("total")
    return Coalesce(Subquery(total), 0)

"""One run of the sample campaign: for a first look at a new site, and for `smoke`."""

import json
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.contrib.auth import get_user_model
from django.db.models import Sum

from campaigns.delivery import lifecycle, recount
from campaigns.models import Batch, Campaign, Run
from campaigns.models.states import CampaignState, RunState
from campaigns.review import funnel


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What came of a run. Deliveries and what follows are rows of the ledger;
    duplicates are requests in the gateway's journal."""

    people: int
    deliveries: int
    accepted: int
    failed: int
    skipped: int
    unknown: int
    duplicates: int
    seconds: float

    @property
    def is_good(self) -> bool:
        settled = self.accepted + self.failed + self.skipped
        is_whole = self.deliveries == settled and self.accepted > 0
        return is_whole and not self.unknown and not self.duplicates

    def as_json(self) -> str:
        return json.dumps(asdict(self))


def launch(*, at: datetime) -> Run:
    """Launch the first draft of the site, or a copy of its first campaign.

    Raises campaigns.delivery.lifecycle.Refused.
    """
    user = get_user_model()._default_manager.filter(is_superuser=True).earliest("pk")
    campaign = Campaign.objects.order_by("pk").first()
    if campaign is None:
        raise lifecycle.Refused("There is no campaign: run manage.py sample first.")
    if campaign.state != CampaignState.DRAFT:
        campaign = lifecycle.duplicate(campaign, user=user, at=at)
    found = funnel.count(campaign, at=at)
    people = found.reached_people if found else 0
    return lifecycle.launch_now(
        campaign,
        user=user,
        launch_key=uuid.uuid4(),
        version=campaign.version,
        counted_people=people,
        confirmed_people=people,
        about=bool(found and not found.exact),
        at=at,
    )


def is_over(run: Run) -> bool:
    """Whether nothing more will happen to it; reads the run anew."""
    run.refresh_from_db()
    is_ended = run.state in (RunState.FINISHED, RunState.STOPPED)
    return is_ended and not run.stopping


def line(run: Run, journal: Path) -> Line:
    """What the ledger and the journal say of a run that is over."""
    count = recount.from_rows(run.pk)
    took = (run.finished_at - run.created_at).total_seconds() if run.finished_at else 0
    return Line(
        people=run.people,
        deliveries=run.audience,
        accepted=count.accepted,
        failed=count.failed,
        skipped=count.skipped,
        unknown=count.unknown,
        duplicates=duplicates(journal, str(run.public_id)),
        seconds=round(took, 1),
    )


def by_gateway(run: Run) -> dict[str, int]:
    """How many deliveries each gateway took, by the tallies of its batches."""
    batches = Batch.objects.filter(run=run).values_list("gateway")
    return dict(batches.annotate(taken=Sum("accepted")).order_by("gateway"))


def duplicates(journal: Path, run: str) -> int:
    """Requests of a run that may have reached a phone which had one before.

    A request that was refused (4xx) reached nobody; one with a server's error, or
    without an answer, may have.
    """
    arrived: Counter[str] = Counter(_arrivals(journal, run))
    return sum(times - 1 for times in arrived.values())


def _arrivals(journal: Path, run: str) -> Iterator[str]:
    with journal.open(encoding="utf-8") as lines:
        for text in lines:
            request = json.loads(text)
            status = request["status"]
            refused = status is not None and 300 <= status < 500
            if request["run"] == run and request["gateway"] != "auth" and not refused:
                yield request["token"]

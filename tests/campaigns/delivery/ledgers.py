"""Runs that are ready to be sent, for tests of the ledger's protocol."""

from django.db import transaction
from django.utils import timezone

from campaigns.delivery import recount
from campaigns.models import Delivery, Lane, Outcome, Parked, Run
from campaigns.models.states import DeliveryState
from tests import builders, crowds


@transaction.atomic
def sending_run(tokens: list[str], **changes) -> Run:
    """A run in state sending with one reachable delivery for each token, one batch.

    Its lane is open: earlier answers were good. ``narrow=True``: nothing is known.
    """
    narrow = changes.pop("narrow", False)
    campaign = builders.campaign(**changes.pop("campaign", {}))
    run = builders.run(
        campaign,
        state="sending",
        started_at=timezone.now(),
        audience=len(tokens),
        people=len(tokens),
        devices=len(tokens),
        **changes,
    )
    if not campaign.application.credentials.exists():
        builders.credential(application=campaign.application)
    devices = crowds.phones(campaign.application, tokens)
    Delivery.objects.bulk_create(
        Delivery(
            run_id=run.pk,
            seq=seq,
            person_id=device.person_id,
            installation_id=device.pk,
            token_hash=device.token_hash,
        )
        for seq, device in enumerate(devices, start=1)
    )
    builders.batch(run, hi=len(tokens), due=timezone.now())
    if not narrow:
        prove(run)
    return run


def prove(run: Run) -> None:
    """Every gateway of the run has answered well, with the keys there are."""
    for key in run.application.credentials.all():
        Lane.objects.create(
            run=run,
            gateway=key.gateway,
            environment=key.environment,
            proved_with=key.fingerprint,
        )


def reasons(run: Run) -> dict[int, list[int]]:
    """Every outcome's reason in order of attempts, by seq."""
    told: dict[int, list[int]] = {}
    for outcome in Outcome.objects.filter(run_id=run.pk).order_by("seq", "attempt"):
        told.setdefault(outcome.seq, []).append(outcome.reason)
    return told


def assert_conserved(run: Run) -> None:
    """Nobody lost: tallies agree with the rows, live and at the end."""
    run.refresh_from_db()
    rows = recount.from_rows(run.pk)
    tallies = recount.from_tallies(run.pk, audience=run.audience)
    assert tallies == rows
    batches = run.batches.all()
    open_rows = sum(b.hi - b.done for b in batches if b.members is None)
    assert rows.waiting == open_rows + sum(b.parked for b in batches)
    retries = sum(b.hi - b.done for b in batches if b.members is not None)
    parked = Parked.objects.filter(run=run).count()
    assert sum(b.parked for b in batches) == parked + retries


def state_counts(run: Run) -> dict[str, int]:
    count = recount.from_rows(run.pk)
    names = [state.name.lower() for state in DeliveryState]
    return {name: getattr(count, name) for name in names if getattr(count, name)}

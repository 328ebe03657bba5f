"""Every state and every legal move (docs/states.md draws them; a test compares).

A move is one guarded UPDATE; its row count is the answer.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CampaignState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SCHEDULED = "scheduled", _("Scheduled")
    FINISHED = "finished", _("Finished")
    ARCHIVED = "archived", _("Archived")


class PrimerState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    LIVE = "live", pgettext_lazy("primer", "Live")
    PAUSED = "paused", pgettext_lazy("primer", "Paused")
    ARCHIVED = "archived", pgettext_lazy("primer", "Archived")


class RunState(models.TextChoices):
    COUNTDOWN = "countdown", _("Countdown")
    PREPARING = "preparing", _("Preparing")
    SENDING = "sending", _("Sending")
    PAUSED = "paused", _("Paused")
    FINISHED = "finished", _("Finished")
    STOPPED = "stopped", _("Stopped")
    MISSED = "missed", _("Missed")
    CANCELLED = "cancelled", _("Cancelled")


class BatchState(models.IntegerChoices):
    WAITING = 0, _("waiting")
    LEASED = 1, _("leased")
    CLOSED = 2, _("closed")


class DeliveryState(models.IntegerChoices):
    """What the ledger keeps; WAITING is the absence of a final outcome."""

    WAITING = 0, _("waiting")
    ACCEPTED = 1, _("accepted")
    FAILED = 2, _("failed")
    SKIPPED = 3, _("skipped")
    UNKNOWN = 4, _("unknown")


C, R, B, P = CampaignState, RunState, BatchState, PrimerState

CAMPAIGN_MOVES: dict[CampaignState, frozenset[CampaignState]] = {
    C.DRAFT: frozenset({C.SCHEDULED, C.ARCHIVED}),
    C.SCHEDULED: frozenset({C.DRAFT, C.FINISHED}),
    C.FINISHED: frozenset({C.ARCHIVED}),
    C.ARCHIVED: frozenset(),
}

PRIMER_MOVES: dict[PrimerState, frozenset[PrimerState]] = {
    P.DRAFT: frozenset({P.LIVE, P.ARCHIVED}),
    P.LIVE: frozenset({P.PAUSED}),
    P.PAUSED: frozenset({P.LIVE, P.ARCHIVED}),
    P.ARCHIVED: frozenset(),
}

RUN_MOVES: dict[RunState, frozenset[RunState]] = {
    R.COUNTDOWN: frozenset({R.PREPARING, R.CANCELLED, R.STOPPED}),
    R.PREPARING: frozenset({R.SENDING, R.STOPPED}),
    R.SENDING: frozenset({R.PAUSED, R.FINISHED, R.STOPPED}),
    R.PAUSED: frozenset({R.SENDING, R.STOPPED}),
    R.FINISHED: frozenset(),
    R.STOPPED: frozenset(),
    R.MISSED: frozenset(),
    R.CANCELLED: frozenset(),
}

OPEN_RUNS = (R.COUNTDOWN, R.PREPARING, R.SENDING, R.PAUSED)
"""The states of a run that may still start a request."""

BATCH_MOVES: dict[BatchState, frozenset[BatchState]] = {
    B.WAITING: frozenset({B.LEASED}),
    B.LEASED: frozenset({B.LEASED, B.WAITING, B.CLOSED}),
    B.CLOSED: frozenset(),
}

DELIVERY_MOVES: dict[DeliveryState, frozenset[DeliveryState]] = {
    DeliveryState.WAITING: frozenset(
        {
            DeliveryState.ACCEPTED,
            DeliveryState.FAILED,
            DeliveryState.SKIPPED,
            DeliveryState.UNKNOWN,
        }
    ),
    DeliveryState.ACCEPTED: frozenset(),
    DeliveryState.FAILED: frozenset(),
    DeliveryState.SKIPPED: frozenset(),
    DeliveryState.UNKNOWN: frozenset({DeliveryState.ACCEPTED, DeliveryState.FAILED}),
}


def origins(moves: dict, to: models.Choices) -> list:
    """The states from which ``to`` may be reached."""
    return [state for state, targets in moves.items() if to in targets]

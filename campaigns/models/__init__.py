"""The tables of campaigns, in the order in which they point at each other."""

# isort: off
from .segments import Segment
from .campaigns import Campaign, Revision
from .runs import Heartbeat, LeftOut, Run, Switch
from .lanes import Lane
from .ledger import (
    Batch,
    BatchReason,
    Delivery,
    Outcome,
    Parked,
    Receipt,
)
from .test_sends import TestSend

__all__ = [
    "Batch",
    "BatchReason",
    "Campaign",
    "Delivery",
    "Heartbeat",
    "Lane",
    "LeftOut",
    "Outcome",
    "Parked",
    "Receipt",
    "Revision",
    "Run",
    "Segment",
    "Switch",
    "TestSend",
]

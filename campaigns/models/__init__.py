"""The tables of campaigns, in the order in which they point at each other."""

from .segments import Segment
from .campaigns import Campaign, Revision  # isort: skip
from .runs import Heartbeat, LeftOut, Run, Switch  # isort: skip
from .ledger import (  # isort: skip
    Batch,
    BatchReason,
    Delivery,
    Outcome,
    Parked,
    Receipt,
)
from .test_sends import TestSend  # isort: skip

__all__ = [
    "Batch",
    "BatchReason",
    "Campaign",
    "Delivery",
    "Heartbeat",
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

"""The tables of campaigns, in the order in which they point at each other."""

# isort: off
from .segments import Segment
from .media import MediaAsset, Rendition
from .registries import AndroidChannel, Destination, IosCategory, IosThread, Sound
from .primers import Primer, PrimerCount, PrimerResponse
from .templates import ContentBlock, MessageTemplate
from .promo_codes import PromoCode, PromoList
from .campaigns import Campaign, Revision
from .drafts import SavedDraft
from .dry_runs import DryRun
from .runs import Correction, Heartbeat, LeftOut, Run, Spoken, Switch
from .lanes import Lane
from .ledger import (
    Batch,
    BatchReason,
    Delivery,
    Outcome,
    Parked,
    Receipt,
)
from .rates import ChannelRate, RunRate
from .test_sends import TestSend

__all__ = [
    "AndroidChannel",
    "Batch",
    "BatchReason",
    "Campaign",
    "ChannelRate",
    "ContentBlock",
    "Correction",
    "Delivery",
    "Destination",
    "DryRun",
    "Heartbeat",
    "IosCategory",
    "IosThread",
    "Lane",
    "LeftOut",
    "MediaAsset",
    "MessageTemplate",
    "Outcome",
    "Parked",
    "Primer",
    "PrimerCount",
    "PrimerResponse",
    "PromoCode",
    "PromoList",
    "Receipt",
    "Rendition",
    "Revision",
    "Run",
    "RunRate",
    "SavedDraft",
    "Segment",
    "Sound",
    "Spoken",
    "Switch",
    "TestSend",
]

"""The tables of campaigns, in the order in which they point at each other."""

# isort: off
from .segments import Segment, SegmentSize
from .lists import ListedPerson, ListLine, PersonList
from .media import MediaAsset, Rendition
from .registries import AndroidChannel, Destination, IosCategory, IosThread, Sound
from .primers import Primer, PrimerCount, PrimerResponse
from .templates import ContentBlock, MessageTemplate
from .promo_codes import PromoCode, PromoList
from .campaigns import Campaign, Revision
from .acceptances import CheckAcceptance
from .drafts import SavedDraft, Writer
from .dry_runs import DryRun
from .house import HouseStyle
from .indexes import AttributeIndex
from .links import LinkVisit
from .runs import Correction, Heartbeat, LeftOut, Run, Spoken, Switch
from .languages import WrittenLanguage
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
    "AttributeIndex",
    "Batch",
    "BatchReason",
    "Campaign",
    "ChannelRate",
    "CheckAcceptance",
    "ContentBlock",
    "Correction",
    "Delivery",
    "Destination",
    "DryRun",
    "Heartbeat",
    "HouseStyle",
    "IosCategory",
    "IosThread",
    "Lane",
    "LeftOut",
    "LinkVisit",
    "ListLine",
    "ListedPerson",
    "MediaAsset",
    "MessageTemplate",
    "Outcome",
    "Parked",
    "PersonList",
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
    "SegmentSize",
    "Sound",
    "Spoken",
    "Switch",
    "TestSend",
    "Writer",
    "WrittenLanguage",
]

"""Count a segment beside the pages, which never wait for a query without a bound."""

import logging
from datetime import datetime

from campaigns.audience import estimate, sizes
from campaigns.audience.limits import TooSlow
from campaigns.audience.rules import RuleError
from campaigns.models import Segment
from campaigns.models.campaigns import AudienceKind

log = logging.getLogger(__name__)

PATIENCE = (15.0, 3.0, 3.0)
"""Seconds for everybody and for two samples: nobody waits for this in a browser."""


def count_segment(segment_id: int, *, at: datetime) -> bool:
    """Write how many people and devices match; False when that is not known.

    A rule that was changed meanwhile keeps no count that is not its own.
    """
    segment = Segment.objects.filter(pk=segment_id).first()
    if segment is None:
        return False
    audience = {"kind": AudienceKind.SEGMENT, "rule": segment.rule}
    try:
        found = estimate.count(
            segment.application_id, audience, at=at, patience=PATIENCE
        )
    except RuleError as wrong:
        log.warning("segment %s cannot be counted: %s", segment_id, wrong)
        sizes.note(segment, None, at=at)
        return False
    except TooSlow:
        log.warning("segment %s is too slow to count", segment_id)
        sizes.note(segment, None, at=at)
        return False
    sizes.note(segment, found, at=at)
    same = Segment.objects.filter(pk=segment_id, version=segment.version)
    return bool(
        same.update(
            people_count=found.people, device_count=found.devices, counted_at=at
        )
    )

"""What one intended row becomes as its chunk goes on board: a push, or why none."""

import logging

from campaigns.content.render import Skip, SkipReason
from campaigns.delivery.messages import Letter
from campaigns.delivery.reading import Row
from campaigns.models.reasons import Reason
from devices.gateways.base import Push

log = logging.getLogger(__name__)

SKIPPED = {
    SkipReason.MISSING_PERSONALISATION: Reason.MISSING_VALUE,
    SkipReason.EMPTY_MESSAGE: Reason.MISSING_VALUE,
    SkipReason.RENDER_FAILED: Reason.UNWRITABLE,
    SkipReason.TOO_LARGE: Reason.TOO_LARGE,
    SkipReason.LEFT_OUT: Reason.LEFT_OUT,
}


def push_of(row: Row, letter: Letter, *, ttl: int) -> Push | Reason:
    """The push for one row, or the reason for which this device gets none.

    ``ttl`` is what remains of the message's life, in seconds. A defect that one
    person's values bring about is that row's reason, and stops nobody else.
    """
    if row.reason is not None:
        return row.reason
    if ttl <= 0:
        return Reason.EXPIRED
    try:
        push = letter.push(
            position=row.position,
            seq=row.seq,
            token=row.token,
            values=row.values,
            ttl=ttl,
            subscription=row.subscription,
            platform=row.platform,
            translation=row.translation,
        )
    except Exception as error:  # noqa: BLE001 - one person must not stop the run
        log.warning("run %s seq %s: %s", letter.run, row.seq, type(error).__name__)
        return Reason.INTERNAL_ERROR
    return SKIPPED[push.reason] if isinstance(push, Skip) else push

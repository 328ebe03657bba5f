"""What an answer that turns a push away costs it of its tries."""

import pytest

from campaigns.delivery import outcomes
from campaigns.delivery.outcomes import Standing
from campaigns.models.reasons import Reason
from devices.gateways.base import Result, Scope, Verdict


def throttled(*, left: bool, tries: int) -> outcomes.Entry:
    result = Result(
        reference=1,
        verdict=Verdict.THROTTLED,
        code="HTTP_429",
        scope=Scope.DEVICE,
        retry_after=118.0,
        left=left,
    )
    standing = Standing(gateway="webpush", policy="never_duplicate", tries=tries)
    return outcomes.entry_of(1, result, standing)


def test_a_push_that_was_held_back_for_its_service_keeps_its_tries() -> None:
    entry = throttled(left=False, tries=5)

    assert (entry.reason, entry.tries) == (Reason.THROTTLED, 5)
    assert 118.0 <= entry.wait <= 124.0


@pytest.mark.parametrize(
    ("tries", "reason"), [(5, Reason.THROTTLED), (6, Reason.GAVE_UP)]
)
def test_a_push_that_was_asked_for_and_throttled_uses_them_up(
    tries: int, reason: Reason
) -> None:
    assert throttled(left=True, tries=tries).reason is reason

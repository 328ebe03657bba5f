"""When to try again: exponential, jittered, never before the provider said."""

import pytest

from campaigns.delivery import pacing


def longest() -> float:
    return 1.0


def shortest() -> float:
    return 0.0


def test_waits_double_up_to_the_ceiling():
    waits = [
        pacing.wait(pacing.UNAVAILABLE, tries, retry_after=None, random=longest)
        for tries in range(9)
    ]
    assert waits == [10, 20, 40, 80, 160, 320, 600, 600, 600]


def test_jitter_spreads_the_second_half():
    wait = pacing.wait(pacing.THROTTLED, 0, retry_after=None, random=shortest)
    assert wait == 30


@pytest.mark.parametrize("tries", range(6))
def test_apple_is_left_alone_for_the_quarter_of_an_hour_that_it_asks_for(tries):
    curve = pacing.after_answer("apns")

    wait = pacing.wait(curve, tries, retry_after=None, random=shortest)

    assert wait is not None
    assert 900 <= wait <= 3_600


def test_the_providers_own_word_is_the_least_that_is_waited():
    for random in (shortest, longest):
        wait = pacing.wait(pacing.THROTTLED, 0, retry_after=300, random=random)
        assert wait is not None
        assert 300 <= wait <= 306


def test_no_provider_keeps_a_run_open_for_days():
    wait = pacing.wait(pacing.THROTTLED, 0, retry_after=999_999, random=shortest)
    assert wait == pacing.LONGEST_ASKED


def test_a_throttled_push_is_given_up_after_its_tries():
    assert pacing.wait(pacing.THROTTLED, 8, retry_after=5, random=longest) is None


@pytest.mark.parametrize("curve", [pacing.UNAVAILABLE, pacing.BROKEN_STREAM])
def test_what_never_left_is_tried_for_as_long_as_the_message_lives(curve):
    wait = pacing.wait(curve, 20_000, retry_after=None, random=longest)
    assert wait == curve.cap

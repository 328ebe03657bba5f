"""The arithmetic of one claim's slots; time is an argument, nothing is asked."""

import pytest

from campaigns.delivery.grants import Grant
from campaigns.delivery.pacer import LATE, LOOK, OtherClock, Pacer, Slots

AHEAD_OF_US = 1_000_000.0
"""How far the database's clock is ahead of ours in these tests."""


class Answers:
    """What the database would grant, in order; remembers what was asked."""

    def __init__(self, *grants: Grant | None) -> None:
        self.grants = list(grants)
        self.asked: list[int] = []
        self.at = 0.0

    def __call__(self, want: int):
        self.asked.append(want)
        return self.grants.pop(0), self.at, self.at


def granted(count: int, *, distance: float = 0.01, start: float = 0.0, at=0.0) -> Grant:
    return Grant(count, distance, start + AHEAD_OF_US, at + AHEAD_OF_US)


def pacer(*grants: Grant | None) -> tuple[Pacer, Answers]:
    answers = Answers(*grants)
    return Pacer(answers, OtherClock()), answers


def test_pushes_are_admitted_as_their_slots_come() -> None:
    paced, _answers = pacer(granted(10))

    assert paced.admits(10, at=0.0) == 1
    assert paced.admits(10, at=0.035) == 4


def test_what_was_handed_over_is_not_admitted_twice() -> None:
    paced, _answers = pacer(granted(10))
    count = paced.admits(10, at=0.035)
    paced.hand(range(count))

    assert paced.admits(6, at=0.036) == 0
    assert paced.admits(6, at=0.041) == 1


def test_a_slot_is_used_once_whoever_comes_to_the_fence() -> None:
    paced, _answers = pacer(granted(10))
    paced.admits(10, at=0.0)

    assert [paced.leaves(n, at=0.015) for n in range(4)] == [True, True, False, False]


def test_slots_that_nobody_used_in_time_are_lost_and_make_no_heap() -> None:
    paced, _answers = pacer(granted(10, distance=0.1))
    paced.admits(10, at=0.0)
    late = 0.4 + LATE + 0.01

    assert sum(paced.leaves(n, at=late) for n in range(10)) == 0
    assert sum(paced.leaves(n, at=0.5) for n in range(10)) == 1


def test_what_waits_for_a_connection_keeps_its_place_and_holds_back_the_rest() -> None:
    paced, _answers = pacer(granted(100))
    paced.hand(range(paced.admits(5, at=0.03)))

    assert paced.admits(50, at=0.075) == 1
    assert sum(paced.leaves(n, at=0.075) for n in range(9)) == 5


def test_nothing_is_asked_while_slots_are_in_hand_and_in_time_before_they_end() -> None:
    paced, answers = pacer(granted(10), granted(10, start=0.1, at=0.085))
    paced.admits(500, at=0.0)
    paced.admits(490, at=0.05)
    assert answers.asked == [500]

    answers.at = 0.085
    paced.admits(480, at=0.085)

    assert answers.asked == [500, 480]


def test_a_refusal_tells_when_to_come_back_and_how_far_it_is() -> None:
    paced, answers = pacer(granted(0, start=0.3), granted(3, start=0.3, at=0.29))
    assert paced.admits(5, at=0.0) == 0
    assert paced.far(at=0.0) == pytest.approx(0.3)
    assert paced.admits(5, at=0.2) == 0
    assert answers.asked == [5]

    answers.at = 0.29
    paced.admits(5, at=0.29)

    assert answers.asked == [5, 5]
    assert paced.far(at=0.29) == 0


def test_a_long_refusal_is_asked_about_again_since_a_limit_may_rise() -> None:
    paced, answers = pacer(granted(0, start=300.0), granted(0, start=300.0, at=LOOK))
    paced.admits(5, at=0.0)
    answers.at = LOOK

    paced.admits(5, at=LOOK)

    assert len(answers.asked) == 2


def test_without_a_limit_any_more_everything_goes() -> None:
    paced, _answers = pacer(None)

    assert paced.admits(500, at=0.0) == 500
    assert paced.leaves(1, at=0.0)


def test_a_limit_that_went_and_came_again_begins_anew() -> None:
    paced, _answers = pacer(granted(10), None)
    paced.hand(range(paced.admits(5, at=0.03)))
    paced.admits(5, at=0.2)
    assert paced.free

    paced.forget()

    assert not paced.leaves(9, at=0.2)


def test_at_most_half_a_second_of_work_is_worth_intending() -> None:
    answers = [granted(10, start=n / 10, at=n / 10) for n in range(30)]
    paced, told = pacer(*answers)
    assert paced.rows(0) == 1

    for n in range(30):
        told.at = n / 10
        paced.admits(1, at=told.at)
        paced.leaves(n, at=told.at)

    assert paced.rows(0) == 50
    assert paced.rows(30) == 20
    assert paced.rows(80) == 0


@pytest.mark.parametrize("at", [0.0, 0.005, 0.2, 0.95, 2.0])
def test_a_wait_is_never_nothing(at: float) -> None:
    paced, _answers = pacer(granted(10, distance=0.1), granted(10, distance=0.1))
    paced.admits(10, at=0.0)

    assert paced.wait(at=at) > 0


def test_the_shortest_answer_tells_the_other_clock_best() -> None:
    clock = OtherClock()
    clock.learn(1000.0, before=0.0, after=0.5)
    clock.learn(1001.0, before=1.0, after=1.001)
    clock.learn(1002.0, before=1.6, after=2.4)

    assert clock.here(1003.0) == pytest.approx(3.001, abs=0.001)


@pytest.mark.parametrize("jump", [-3600.0, 3600.0])
def test_a_clock_that_was_set_is_believed_at_its_next_answer(jump: float) -> None:
    clock = OtherClock()
    clock.learn(1000.0, before=0.0, after=0.001)

    clock.learn(1001.0 + jump, before=1.0, after=1.001)

    assert clock.here(1002.0 + jump) == pytest.approx(2.001, abs=0.001)


def test_slots_lie_at_equal_distances() -> None:
    slots = Slots(start=5.0, distance=0.02, count=5)

    assert [slots.open(at) for at in (4.99, 5.0, 5.021, 5.04001)] == [0, 1, 2, 3]
    assert slots.end == pytest.approx(5.1)

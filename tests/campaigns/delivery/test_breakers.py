"""What a breaker makes of an outage that begins late."""

import pytest

from campaigns.delivery.breakers import WINDOW, Breaker, Halt
from campaigns.models.reasons import Reason
from devices.gateways.base import Result, Verdict


def answer(verdict: Verdict, **facts: object) -> Result:
    return Result(reference=1, verdict=verdict, **facts)


GOOD = answer(Verdict.ACCEPTED)
LOST = answer(Verdict.AMBIGUOUS, code="INTERNAL")


@pytest.mark.fault("F31")
@pytest.mark.parametrize("before", [0, 100, 4_000, 40_000])
def test_a_storm_stops_its_service_whenever_it_begins(before: int) -> None:
    breaker = Breaker("fcm")
    for _each in range(before):
        assert breaker.judge(GOOD) is None

    lost = 0
    for n in range(10 * WINDOW):
        lost += n % 5 == 0
        if found := breaker.judge(LOST if n % 5 == 0 else GOOD):
            break

    assert found
    assert found.halt is Halt.KEY
    assert lost <= WINDOW / 4


@pytest.mark.fault("F32")
def test_one_lost_answer_in_a_hundred_stops_nothing() -> None:
    breaker = Breaker("fcm")
    for n in range(20 * WINDOW):
        assert breaker.judge(LOST if n % 100 == 0 else GOOD) is None


@pytest.mark.fault("F57")
def test_few_messages_that_cannot_be_written_stop_nothing_and_many_do() -> None:
    few, many = Breaker("fcm"), Breaker("fcm")
    for n in range(5_000):
        few.judge(GOOD)
        if n % 125 == 0:
            assert few.left_out(Reason.UNWRITABLE) is None

    found = [many.left_out(Reason.UNWRITABLE) for _each in range(20)]

    assert found[:19] == [None] * 19
    assert found[19].halt is Halt.RUN


@pytest.mark.fault("F37")
def test_a_host_that_cannot_prove_itself_is_no_refused_key() -> None:
    fault = answer(Verdict.AUTH_CONFIG, code="certificate", left=False)

    found = Breaker("apns").judge(fault)

    assert found.halt is Halt.KEY
    assert "could not prove its identity" in found.why

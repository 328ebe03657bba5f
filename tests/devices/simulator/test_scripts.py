"""Faults that a token's or an application's script plays."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.gateways.base import Gateway, Verdict
from devices.gateways.registry import open_gateway
from devices.simulator.client import Client
from tests.devices.conftest import push
from tests.simulators import RunningSimulator


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[RunningSimulator]:
    """A simulator that no other test scripts or counts."""
    running = RunningSimulator(tmp_path)
    yield running
    running.stop()


@pytest.fixture
def gateway(alone: RunningSimulator) -> Gateway:
    return open_gateway("fcm", alone.service_account("shop"), alone.wire())


def received(simulator: RunningSimulator) -> int:
    found: int = Client(simulator.address, simulator.ca_path).phones("")["received"]
    return found


@pytest.mark.parametrize("script", ["internal", "badgateway", "unavailable"])
def test_a_provider_may_fail_after_it_took_the_message(
    alone: RunningSimulator, gateway: Gateway, script: str
):
    alone.script("taken", script, taken=True)
    alone.script("lost", script)

    results = gateway.send([push("taken", 1), push("lost", 2)])

    assert [each.verdict for each in results] == [Verdict.AMBIGUOUS] * 2
    assert received(alone) == 1


def test_every_third_request_of_an_application_may_be_turned_away(
    alone: RunningSimulator, gateway: Gateway
):
    alone.script("app:shop", "throttled", every=3, times=2)

    results = [gateway.send([push(f"t{n}", n)])[0] for n in range(9)]

    throttled = [n for n, each in enumerate(results) if each.code == "QUOTA_EXCEEDED"]
    assert throttled == [2, 5]
    assert {each.verdict for n, each in enumerate(results) if n not in throttled} == {
        Verdict.ACCEPTED
    }


def test_what_a_provider_delivers_twice_was_asked_for_once(
    alone: RunningSimulator, gateway: Gateway
):
    [result] = gateway.send([push("twice-over", 1, collapse="r1")])

    assert result.verdict is Verdict.ACCEPTED
    assert received(alone) == 2
    assert len(alone.journal(token="twice-over")) == 1
    [phone] = Client(alone.address, alone.ca_path).phones("")["phones"]
    assert len(phone["messages"]) == 1, "the same tag: the second replaces the first"


def test_one_application_s_script_is_not_another_s(
    alone: RunningSimulator, gateway: Gateway
):
    alone.script("app:elsewhere", "dead")

    assert gateway.send([push("here", 1)])[0].verdict is Verdict.ACCEPTED

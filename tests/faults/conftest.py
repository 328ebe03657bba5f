"""The tests of faults stand on the same ground as the journeys."""

from tests.journeys.conftest import host, simulator

__all__ = ["host", "simulator"]

"""What tests with processes of their own share: a gateway, and hosts of one site."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.journeys.hosts import Hosts
from tests.simulators import RunningSimulator


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[RunningSimulator]:
    (tmp_path / "provider").mkdir()
    made = RunningSimulator(tmp_path / "provider")
    yield made
    made.stop()


@pytest.fixture
def host(
    tmp_path: Path, site_environment: dict[str, str], simulator: RunningSimulator
) -> Iterator[Hosts]:
    """Hosts of one site: they share database, broker and keys, and no folder."""
    with ExitStack() as stack:
        yield Hosts(tmp_path, site_environment, simulator, stack)

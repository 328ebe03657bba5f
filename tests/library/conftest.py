"""A site that sends to a simulator, for what goes through the library."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.simulators import RunningSimulator


@pytest.fixture(scope="session")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    """Tests share it: use tokens of your own."""
    running = RunningSimulator(tmp_path_factory.mktemp("library_simulator"))
    yield running
    running.stop()


@pytest.fixture
def site(simulator: RunningSimulator, settings: Any, tmp_path: Path) -> Path:
    """Settings that lead to the simulator; gives the data folder."""
    (tmp_path / "simulator").mkdir()
    shutil.copy(simulator.ca_path, tmp_path / "simulator")
    settings.SIMULATOR, settings.VAR = simulator.address, tmp_path
    return tmp_path

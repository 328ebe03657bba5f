"""How much is measured: from the environment, or as much as the figures ask for."""

import os
from pathlib import Path

VAR = Path(os.environ.get("PUSHSITE_VAR", "var")).resolve()
FOLDER = VAR / "bench"
RUNS = int(os.environ.get("RUNS", "5"))
COUNT = int(os.environ.get("COUNT", "0"))
"""When set, the most pushes of a run of any key; for a quick look, and for tests."""

WITH_LIBRARY = os.environ.get("BENCH_LIBRARY", "yes") != "no"

BIG_AUDIENCE = 1_400_000
"""Devices of 1,000,000 people."""


def upto(usual: int) -> int:
    """Pushes of a run of a key that usually has so many."""
    return COUNT or usual


def audience_for(rows: int) -> int:
    """Devices of the audience from which so many are taken: few audiences are made."""
    return BIG_AUDIENCE if rows == 1_000_000 else rows

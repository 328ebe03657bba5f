"""What var/bench.json holds, and that each key can be measured."""

import json
import os
import subprocess
import sys

import pytest

from tests.benchmarks import tables, wires
from tests.benchmarks.figures import Baseline, Figure, Sample
from tests.benchmarks.keys import KEYS
from tests.journeys.processes import ROOT

SHAPE = {"value", "unit", "library", "ratio", "runs"}
SECONDS = 600


def samples(*values: float) -> list[Sample]:
    return [Sample(value=value, facts={"MiB": value / 10}) for value in values]


def test_a_figure_is_the_median_of_its_runs_beside_the_library():
    base = Baseline(device=50.0, bulk=100.0, note="As shipped.")

    kept = Figure(unit="/s", samples=samples(900, 1_000, 5_000), baseline=base)

    assert kept.as_json() == {
        "value": 1_000,
        "unit": "/s",
        "library": 50.0,
        "ratio": 20.0,
        "runs": [900, 1_000, 5_000],
        "library_bulk": 100.0,
        "ratio_bulk": 10.0,
        "facts": {"MiB": 100.0},
        "note": "As shipped.",
    }


def test_a_key_that_cannot_be_measured_has_a_sentence_and_no_figure():
    kept = Figure(unit="/s", missing=wires.MISSING)

    assert kept.as_json()["value"] is None
    assert kept.as_json()["runs"] == []
    assert wires.MISSING in tables.table({"fcm_send": kept})


def test_a_gateway_that_cannot_be_built_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(wires.NotBuilt, match="install a compiler"):
        wires.build(tmp_path)


def test_every_key_of_the_issue_is_there():
    assert list(KEYS) == [
        "fcm_send",
        "apns_send",
        "webpush_send",
        "end_to_end",
        "end_to_end_distinct",
        "end_to_end_wall",
        "latency_50ms",
        "snapshot",
        "first_push",
        "memory",
        "scaling",
        "preview",
        "dry_run",
        "estimate",
        "exact_count",
        "people_list",
        "explain",
        "ingest",
        "import",
    ]


@pytest.mark.slow
@pytest.mark.processes
def test_every_key_is_measured_in_one_run(tmp_path):
    """Tiny, and without the library, which is fetched from a package index."""
    environment = os.environ | {"PUSHSITE_VAR": str(tmp_path), "COUNT": "2000"}
    environment |= {"RUNS": "1", "BENCH_LIBRARY": "no"}
    command = [sys.executable, "-m", "tests.benchmarks"]

    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=SECONDS)

    kept = json.loads((tmp_path / "bench.json").read_text())
    assert list(kept) == list(KEYS)
    for name, figure in kept.items():
        assert set(figure) >= SHAPE, name
        assert figure["value"] > 0, name
        assert len(figure["runs"]) == 1, name

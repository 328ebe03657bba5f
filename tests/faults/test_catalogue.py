"""The catalogue of faults, and what the command says of it."""

from pathlib import Path

import pytest

from tests.faults import catalogue
from tests.faults.witness import Finding


def test_every_fault_that_must_be_survived_has_a_test():
    assert set(catalogue.ASKED) - set(catalogue.proofs()) == set()


def test_every_test_bears_a_number_of_the_catalogue():
    assert set(catalogue.proofs()) <= set(catalogue.FAULTS)


@pytest.mark.parametrize(
    ("came_to", "verdict"),
    [
        (["passed", "passed"], "passed"),
        (["passed", "not here"], "passed"),
        (["passed", "failed"], "failed"),
        (["not here"], "not here"),
        ([], "missing"),
    ],
)
def test_a_fault_holds_only_when_a_test_of_it_passed_and_none_failed(came_to, verdict):
    finding = Finding(tests={f"test {n}": word for n, word in enumerate(came_to)})

    assert finding.verdict == verdict
    assert finding.holds is (verdict == "passed")


def test_marks_of_a_function_and_of_its_file_both_count(tmp_path: Path):
    (tmp_path / "test_it.py").write_text(
        'pytestmark = [pytest.mark.fault("F01")]\n'
        '@pytest.mark.fault("F02", "F03")\n'
        "def test_one(): ...\n"
        '@pytest.mark.fault("F04")\n'
        "def helper(): ...\n"
    )

    one = ["test_it.py::test_one"]
    assert catalogue.proofs(tmp_path) == {"F01": one, "F02": one, "F03": one}

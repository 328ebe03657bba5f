"""docs/states.md draws what campaigns/models/states.py says."""

import re
from pathlib import Path

import pytest
from django.db.models import Choices

from campaigns.models.states import (
    BATCH_MOVES,
    CAMPAIGN_MOVES,
    DELIVERY_MOVES,
    OPEN_RUNS,
    PRIMER_MOVES,
    RUN_MOVES,
    RunState,
)

DRAWINGS = Path(__file__).resolve().parent.parent.parent / "docs" / "states.md"
ARROW = re.compile(r"^ *(\w+) --> (\w+)", re.MULTILINE)
TABLES = {
    "Campaign": CAMPAIGN_MOVES,
    "Primer": PRIMER_MOVES,
    "Run": RUN_MOVES,
    "Batch": BATCH_MOVES,
    "Delivery": DELIVERY_MOVES,
}


def drawn(subject: str) -> set[tuple[str, str]]:
    """The arrows between two states in one drawing."""
    section = DRAWINGS.read_text().split(f"## {subject}\n")[1].split("\n## ")[0]
    drawing = section.split("```mermaid")[1].split("```")[0]
    return set(ARROW.findall(drawing))


def name(state: Choices) -> str:
    return str(state.label if isinstance(state.value, int) else state.value)


@pytest.mark.parametrize("subject", TABLES)
def test_the_drawing_and_the_code_agree(subject):
    coded = {
        (name(here), name(there))
        for here, targets in TABLES[subject].items()
        for there in targets
    }

    assert drawn(subject) == coded


@pytest.mark.parametrize("moves", TABLES.values(), ids=TABLES)
def test_every_state_is_in_its_table(moves):
    assert set(moves) == set(type(next(iter(moves))))


def test_a_run_is_open_exactly_while_it_may_move():
    assert set(OPEN_RUNS) == {state for state in RunState if RUN_MOVES[state]}

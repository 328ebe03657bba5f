"""docs/architecture.md shows the floors that tests/test_layers.py guards."""

import re
from pathlib import Path

from tests.test_layers import FLOORS

PAGE = Path(__file__).resolve().parent.parent / "docs" / "architecture.md"


def test_the_drawn_floors_are_the_guarded_ones():
    drawing = PAGE.read_text().split("## Floors")[1].split("```")[1]

    floors = [
        re.findall(r"(?:campaigns|devices)\.\w+|pushsite", line.split("   ")[0])
        for line in drawing.strip().splitlines()
    ]

    assert floors == FLOORS


def test_every_module_that_the_page_names_is_there():
    root = PAGE.parent.parent
    named = set(re.findall(r"`(campaigns(?:[./]\w+)+)", PAGE.read_text()))

    missing = [
        name
        for name in named
        if not any(
            (root / f"{name.removesuffix('.py').replace('.', '/')}{end}").exists()
            for end in (".py", "/__init__.py")
        )
    ]

    assert missing == []

"""docs/audience.md tells of each row where it is and what shows it; both exist."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "audience.md").read_text()
ROW = re.compile(r"^\| ([A-Z]\d+) \| (.+) \| (.+) \|$", re.MULTILINE)


def test_every_file_that_the_table_names_exists() -> None:
    named = set(re.findall(r"`(\w+/[^` ]*)`", TEXT))

    assert named
    assert {each for each in named if not (ROOT / each).exists()} == set()


def test_every_row_stands_once_and_names_what_shows_it() -> None:
    rows = ROW.findall(TEXT)
    names = [name for name, _where, _seen in rows]

    assert rows
    assert sorted(names) == sorted(set(names))
    unseen = {
        name
        for name, _where, seen in rows
        if "`tests/" not in seen and "pictures/" not in seen
    }
    assert unseen == set()

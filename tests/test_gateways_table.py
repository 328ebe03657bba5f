"""docs/gateways.md against the gateways' own tables and the tests that it names."""

import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from campaigns.models.reasons import Reason
from devices.gateways import apns_answers, fcm_answers, webpush_answers, wns_answers
from devices.gateways.base import Verdict

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "gateways.md").read_text()
READS = {
    Verdict.ACCEPTED: [Reason.ACCEPTED],
    Verdict.TOKEN_DEAD: [Reason.TOKEN_DEAD],
    Verdict.TOKEN_MISMATCH: [Reason.WRONG_SENDER],
    Verdict.PAYLOAD_REJECTED: [Reason.MESSAGE_REFUSED],
    Verdict.AUTH_CONFIG: [Reason.KEY_REFUSED],
    Verdict.THROTTLED: [Reason.THROTTLED],
    Verdict.NOT_ACCEPTED: [Reason.UNAVAILABLE],
    Verdict.NOT_SENT: [Reason.UNAVAILABLE, Reason.NOT_SENT],
    Verdict.AMBIGUOUS: [Reason.SERVER_ERROR, Reason.NO_ANSWER],
    Verdict.DROPPED: [Reason.DROPPED],
}
KNOWN = {
    "Firebase Cloud Messaging": fcm_answers.VERDICT_OF,
    "Apple Push Notification service": apns_answers.VERDICT_OF,
    "Web Push": {
        **{(status, ""): v for status, v in webpush_answers.VERDICT_OF.items()},
        **{("4xx", word): v for word, v in webpush_answers.VERDICT_OF_WORD.items()},
    },
    "Windows Notification Service": {
        **{(status, ""): v for status, v in wns_answers.VERDICT_OF.items()},
        **{(200, state): v for state, v in wns_answers.VERDICT_OF_STATE.items()},
    },
}


class Row(NamedTuple):
    """A line of a table: what was answered, and what that means."""

    answer: tuple[str, ...]
    verdict: str
    reads: str
    test: str


def rows_of(section: str) -> list[Row]:
    part = re.split(rf"^## {section}$", TEXT, flags=re.MULTILINE)[1]
    lines = part.partition("\n## ")[0].splitlines()
    cells = [
        re.split(r"\s*\|\s*", line.strip("| ")) for line in lines if "`tests" in line
    ]
    return [
        Row(tuple(cell[:-3]), cell[-3], cell[-2], cell[-1].strip("`")) for cell in cells
    ]


SECTIONS = [*KNOWN, "The wire"]
ROWS = [row for section in SECTIONS for row in rows_of(section)]


@pytest.mark.parametrize("section", KNOWN)
def test_every_code_that_a_gateway_knows_is_in_the_table(section: str) -> None:
    told = {row.answer: row.verdict for row in rows_of(section)}

    known = {(str(s), code or "–"): v.value for (s, code), v in KNOWN[section].items()}

    assert known
    assert {answer: told.get(answer) for answer in known} == known


def test_each_verdict_is_told_in_the_marketer_s_words() -> None:
    wrong = [
        row
        for row in ROWS
        if row.reads not in [each.label for each in READS[Verdict(row.verdict)]]
    ]

    assert len(ROWS) > 100
    assert not wrong


def test_every_test_that_the_tables_name_exists() -> None:
    existing = collected(sorted({row.test.partition("::")[0] for row in ROWS}))

    missing = sorted({row.test for row in ROWS} - existing)

    assert not missing


def collected(paths: list[str]) -> set[str]:
    """The ids of the tests in these files, as a pytest of its own finds them."""
    only_list = ("-o", "addopts=", "-p", "no:cacheprovider", "--collect-only", "-q")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *only_list, *paths],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-2000:]
    return {line for line in done.stdout.splitlines() if line.startswith("tests/")}

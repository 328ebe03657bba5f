"""The faults that a site must survive, and the tests that prove it.

A test that proves one carries ``@pytest.mark.fault("F07")``; it may name several.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent

FAULTS = {
    "F01": "a process of a send worker is killed",
    "F02": "a send worker is killed, parent and children",
    "F03": "a process is stopped for longer than its lease, and wakes",
    "F04": "a process is stopped between its intent and the first byte",
    "F05": "a process is killed between an answer and its record",
    "F06": "the memory of a send worker runs out; one batch always kills",
    "F07": "a deploy: workers are replaced one by one during a run",
    "F08": "beat is killed just before a start",
    "F09": "five beats tick at once",
    "F10": "beat is frozen across a start",
    "F11": "everything is down for longer than the grace window",
    "F12": "the web process is killed in the middle of a launch",
    "F13": "whoever writes the audience down is killed between two slices",
    "F14": "the broker is killed and comes back empty",
    "F15": "the queues are emptied in the middle of a run",
    "F16": "the broker hangs",
    "F17": "the broker is full",
    "F18": "the connection to the broker is cut five times in three seconds",
    "F19": "one bell rings ten times at once",
    "F20": "a bell comes long after its run ended",
    "F21": "PostgreSQL ends at once and is started again",
    "F22": "connections to PostgreSQL are cut at random, many times",
    "F23": "the answer to a commit is lost",
    "F24": "PostgreSQL is slow, or its tables are locked",
    "F25": "the disk of PostgreSQL is full",
    "F26": "the disk of the application is full",
    "F27": "PostgreSQL has no connection left",
    "F28": "PostgreSQL fails over to a replica that lost two seconds",
    "F29": "PostgreSQL does not write durably",
    "F30": "a gateway asks for five minutes of rest",
    "F31": "a gateway fails often, and may have delivered",
    "F32": "one answer in a hundred takes half a minute",
    "F33": "a gateway takes leave of its connections (GOAWAY)",
    "F34": "a gateway resets streams",
    "F35": "answers are cut off, garbage, or huge",
    "F36": "answers drip in, or never come",
    "F37": "a gateway cannot prove who it is",
    "F38": "a gateway's name or address leads nowhere",
    "F39": "three tokens in ten are dead",
    "F40": "the credentials are those of another sender",
    "F41": "a provider's token expires in the middle of a run",
    "F42": "a gateway delivers twice by itself",
    "F43": "one provider is down and the others work",
    "F44": "two people launch at once, and click fifty times",
    "F45": "a launch meets an edit",
    "F46": "campaign, template or image change while they are sent",
    "F47": "what a run needs is deleted",
    "F48": "people leave or are erased in the middle of a run",
    "F49": "one token under two devices, or one that moves",
    "F50": "pause and resume a hundred times; stops at every moment",
    "F51": "all sending is stopped while broker and beat are dead",
    "F52": "clocks jump",
    "F53": "clock changes, new rules of zones, leap days, far years",
    "F54": "a copy of the installation is started",
    "F55": "a million people with five devices each",
    "F56": "a migration in the middle of a run",
    "F57": "the message cannot be made for one person",
    "F58": "the message is too long for one person",
    "F59": "one row crashes the process that renders it",
    "F60": "nobody can tell how fast sending may be",
    "F61": "fifty people read reports during a run",
    "F62": "a flight journal is read twice, or after a restart",
}
"""In our words; the numbers are those that the tests bear."""

NOT_ASKED = {
    *("F16", "F17", "F25", "F26", "F28", "F44", "F45", "F47"),
    *("F52", "F54", "F55", "F56", "F61", "F62"),
}
"""What may be without a test; where there is one, it must pass all the same."""

ASKED = [number for number in FAULTS if number not in NOT_ASKED]


def proofs(folder: Path = TESTS) -> dict[str, list[str]]:
    """The tests of each fault, read from their source: number to names of tests."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("test_*.py")):
        tree = ast.parse(path.read_text())
        everywhere = [n for line in tree.body for n in _of_module(line)]
        for test in ast.walk(tree):
            if isinstance(test, ast.FunctionDef) and test.name.startswith("test_"):
                for number in (*everywhere, *_numbers(*test.decorator_list)):
                    found.setdefault(number, []).append(f"{path.name}::{test.name}")
    return found


def _of_module(line: ast.stmt) -> list[str]:
    """What a whole file says it proves: ``pytestmark``."""
    if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "pytestmark":
        return list(_numbers(line.value))
    return []


def _numbers(*nodes: ast.expr) -> Iterator[str]:
    for node in nodes:
        for call in ast.walk(node):
            if isinstance(call, ast.Call) and _is_fault(call.func):
                yield from (ast.literal_eval(argument) for argument in call.args)


def _is_fault(function: ast.expr) -> bool:
    return ast.unparse(function) == "pytest.mark.fault"

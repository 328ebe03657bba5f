"""What axe-core finds on the page that is shown, of WCAG 2.2 A and AA."""

from importlib import resources
from typing import Any

from playwright.sync_api import Page

SCRIPT = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text()
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LOOKS = {
    "type": "rule",
    "values": ["color-contrast", "link-in-text-block", "target-size"],
}
"""The rules that a theme or a width decides; the others read what is written."""
RUN = """what => axe.run(document,
    {runOnly: what, resultTypes: ["violations"], elementRef: false})"""
GRAVE = ("serious", "critical")


def violations(page: Page) -> list[str]:
    """One line for each serious or critical finding, with the first elements."""
    return _found(page, LEVELS)


def unsightly(page: Page) -> list[str]:
    """The same by the rules of LOOKS alone, for a page seen in another look."""
    return _found(page, LOOKS)


def _found(page: Page, what: object) -> list[str]:
    # The script is large: a page that has it keeps it until the next is loaded.
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(SCRIPT)
    found = page.evaluate(RUN, what)
    return [said(each) for each in found["violations"] if each["impact"] in GRAVE]


def said(violation: dict[str, Any]) -> str:
    nodes = [node["html"][:110] for node in violation["nodes"][:3]]
    return f"{violation['id']}: {violation['help']} ({' / '.join(nodes)})"

"""What axe-core finds on the page that is shown, of WCAG 2.2 A and AA."""

from importlib import resources
from typing import Any

from playwright.sync_api import Page

SCRIPT = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text()
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = """levels => axe.run(document,
    {runOnly: levels, resultTypes: ["violations"], elementRef: false})"""
GRAVE = ("serious", "critical")


def violations(page: Page) -> list[str]:
    """One line for each serious or critical finding, with the first elements."""
    page.evaluate(SCRIPT)
    found = page.evaluate(RUN, LEVELS)
    return [said(each) for each in found["violations"] if each["impact"] in GRAVE]


def said(violation: dict[str, Any]) -> str:
    nodes = [node["html"][:110] for node in violation["nodes"][:3]]
    return f"{violation['id']}: {violation['help']} ({' / '.join(nodes)})"

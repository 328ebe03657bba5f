"""A browser in which a member of staff is signed in, and what it finds."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from playwright.sync_api import Browser, Page

from tests.campaigns.admin.staff import signed_in

TROUBLES = (Path(__file__).parent / "accessible.js").read_text()


@contextmanager
def visit(
    browser: Browser,
    site: str,
    *roles: str,
    language: str = "en",
    theme: Any = "light",
    width: int = 1280,
    scripts: bool = True,
    tolerate: str = "",
) -> Iterator[Page]:
    """A page that fails the test on any error in the browser's console.

    But those that hold the words ``tolerate``: an answer of 409 is one to a browser.
    """
    client = signed_in(*roles)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(
        base_url=site,
        color_scheme=theme,
        locale=language,
        viewport={"width": width, "height": 800},
        reduced_motion="reduce",
        java_script_enabled=scripts,
    )
    context.set_default_timeout(15_000)
    cookies = {settings.SESSION_COOKIE_NAME: session, "django_language": language}
    context.add_cookies(
        [{"name": name, "value": value, "url": site} for name, value in cookies.items()]
    )
    page = context.new_page()
    errors: list[str] = []
    page.on(
        "pageerror", lambda error: errors.append(f"{page.url}: {error.stack or error}")
    )
    page.on(
        "console",
        lambda line: (
            errors.append(f"{page.url}: {line.text}") if line.type == "error" else None
        ),
    )
    try:
        yield page
        grave = [each for each in errors if not tolerate or tolerate not in each]
        assert not grave, grave
    finally:
        context.close()


def troubles(page: Page) -> list[str]:
    """What keeps people out of the page that is shown now."""
    page.wait_for_load_state("networkidle")
    found: list[str] = page.evaluate(TROUBLES)
    return found

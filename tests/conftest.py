"""What every test may use, and what a run leaves behind: the migrated database."""

import atexit
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections
from playwright.sync_api import Browser, sync_playwright

from devices.gateways import library
from pushsite.embedded import EmbeddedPostgres
from tests import as_migrated, migrated

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
CHROMIUM_ON_MACOS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
# Nothing but the pages under test may go over the network.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LEFT_OUT = pytest.StashKey[list[str]]()
IN_USE = pytest.StashKey[ExitStack]()


def find_chromium() -> str | None:
    """The browser on this machine; CHROMIUM names another."""
    if named := os.environ.get("CHROMIUM"):
        return named
    found = (shutil.which(name) for name in CHROMIUM_NAMES)
    on_macos = (path for path in CHROMIUM_ON_MACOS if Path(path).exists())
    return next((path for path in (*found, *on_macos) if path), None)


def pytest_configure(config: pytest.Config) -> None:
    config.stash[LEFT_OUT] = []
    config.stash[IN_USE] = ExitStack()
    # Pictures of tests never lie among those of a site that uses the same folder.
    settings.MEDIA_ROOT = mkdtemp(prefix="pushsite-media-")
    atexit.register(shutil.rmtree, settings.MEDIA_ROOT, ignore_errors=True)
    if settings.EMBEDDED:
        config.stash[IN_USE].enter_context(EmbeddedPostgres(settings.VAR).in_use())


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Leave out what this machine cannot run, unless it has to."""
    # The library wants an event loop of its own; Playwright keeps one to the end.
    # What follows a transactional test finds an empty database, so these go last
    # rather than the library's first.
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
    if not find_chromium():
        leave_out(config, items, "browser", "no Chromium was found: install chromium")
    if packages := library.missing():
        why = f"{', '.join(packages)} not installed: pip install -r requirements-"
        leave_out(config, items, "library", f"{why}library.txt")


def leave_out(
    config: pytest.Config, items: list[pytest.Item], marker: str, why: str
) -> None:
    """PUSHSITE_BROWSER and PUSHSITE_LIBRARY say "required" where they must run."""
    chosen = [item for item in items if item.get_closest_marker(marker)]
    if os.environ.get(f"PUSHSITE_{marker.upper()}") == "required":
        raise pytest.UsageError(f"The {marker} tests must run, and {why}.")
    for item in chosen:
        item.add_marker(pytest.mark.skip(reason=why))
    if chosen:
        tests = dict.fromkeys(item.nodeid.partition("[")[0] for item in chosen)
        names = "\n  ".join(tests)
        line = f"Left out: {len(chosen)} {marker} tests ({why}):\n  {names}\n"
        config.stash[LEFT_OUT].append(line)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the embedded PostgreSQL that this run started, and say what it left out."""
    connections.close_all()
    config.stash[IN_USE].close()
    if settings.EMBEDDED and settings.EMBEDDED_STARTED_HERE:
        EmbeddedPostgres(settings.VAR).stop_if_unused()
    # The last lines of the run: below pytest's own summary.
    for line in config.stash[LEFT_OUT]:
        os.write(1, line.encode())


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None,
    django_test_environment: None,
    django_db_blocker: Any,
) -> None:
    """Where the test database comes from."""
    with django_db_blocker.unblock():
        migrated.use()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The test database, which remembers how the migrations left it."""
    with django_db_blocker.unblock():
        as_migrated.keep()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless Chromium, for tests marked `browser`."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=CHROMIUM_FLAGS
        )
        yield browser
        browser.close()


@pytest.fixture
def media_root(settings: Any, tmp_path: Path) -> Path:
    """A folder of its own for the pictures of a test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def database_in_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets a browser test use the database beside Playwright's event loop."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture
def site_environment(
    django_db_serialized_rollback: None, transactional_db: None, tmp_path: Path
) -> dict[str, str]:
    """The environment in which a process works on this test's database.

    Its queues (pgmq) are in that database too, so no other site hears them.
    """
    return {
        **os.environ,
        "DATABASE_URL": url_of_test_database(),
        "CELERY_BROKER_URL": "pgmq://",
        "SECRET_KEY": settings.SECRET_KEY,
        "CREDENTIAL_KEY": settings.CREDENTIAL_KEY,
        "SITE_URL": "http://127.0.0.1",
        "PUSHSITE_VAR": str(tmp_path / "var"),
    }


def url_of_test_database() -> str:
    """The test database's address in the form of DATABASE_URL."""
    name = connection.settings_dict["NAME"]
    url = settings.DATABASE_URL
    head, mark, options = url.partition("?")
    return f"{head.rpartition('/')[0]}/{name}{mark}{options}"

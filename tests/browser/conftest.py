"""What browser tests need beside the browser."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Browser

from tests.browser.pipeline import Pipeline


@pytest.fixture(scope="session")
def as_migrated(django_db_setup: None) -> str:
    """The rows that the migrations make, as Django kept them for serialized tests."""
    return connection._test_serialized_contents


@pytest.fixture(scope="session")
def chromium(as_migrated: str, chromium: Browser) -> Iterator[Browser]:
    """The browser, once the test database is there.

    Playwright keeps an event loop in this thread until the end of the session. Django
    refuses its database beside one unless it is told that this is meant, and opens
    another connection there, which has to learn what serialized tests begin with.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        connection._test_serialized_contents = as_migrated
        yield chromium


@pytest.fixture
def pipeline(
    transactional_db: None, tmp_path: Path, settings: Any
) -> Iterator[Pipeline]:
    """The workers of the site that the browser looks at, step by step."""
    made = Pipeline(tmp_path, settings)
    yield made
    made.simulator.stop()

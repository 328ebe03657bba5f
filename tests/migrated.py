"""The database as the migrations leave it: made once, then copied for every test run.

Migrating takes 15 s and a test run with two workers does it five times; a copy takes
one second. What is kept is named after all that goes into it.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.db import connection

PREFIX = "pushsite_migrated_"
LOCK = 7_241_968
"""An advisory lock: of several workers one migrates, and the others wait."""


def use() -> None:
    """Let the test database be a copy of the migrated one; make that if it is not."""
    kept = name()
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX]
        )
        found = {row[0] for row in cursor.fetchall()}
        if kept not in found:
            for old in found:
                cursor.execute(f'DROP DATABASE IF EXISTS "{old}"')
            migrate(f"{kept}_begun")
            cursor.execute(f'ALTER DATABASE "{kept}_begun" RENAME TO "{kept}"')
    test = connection.settings_dict["TEST"]
    test["TEMPLATE"], test["MIGRATE"] = kept, False


def name() -> str:
    """Another one as soon as a migration, an application or Django is another."""
    whole = hashlib.sha256(django.__version__.encode())
    for path in sorted(migrations()):
        whole.update(str(path).encode() + path.read_bytes())
    return PREFIX + whole.hexdigest()[:16]


def migrations() -> Iterator[Path]:
    for app in apps.get_app_configs():
        yield from (Path(app.path) / "migrations").glob("*.py")


def migrate(database: str) -> None:
    """Make a database by the migrations; nobody stays connected to it."""
    site, test = connection.settings_dict, connection.settings_dict["TEST"]
    before = site["NAME"], test["NAME"]
    test["NAME"] = database
    try:
        connection.creation.create_test_db(
            verbosity=0, autoclobber=True, serialize=False
        )
    finally:
        connection.close()
        site["NAME"], test["NAME"] = before
        settings.DATABASES[connection.alias]["NAME"] = before[0]

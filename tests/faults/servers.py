"""PostgreSQL servers of a test's own, to be ended, filled and misconfigured."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import environ
import psycopg
from django.conf import settings
from django.db import connection

from pushsite.embedded import EmbeddedPostgres, process
from tests.journeys.processes import MANAGE, ROOT


class Server(EmbeddedPostgres):
    """The embedded server in a folder of the test, with the site's tables."""

    def make(self) -> None:
        self.ensure()
        environment = self.environment(self.var)
        command = (*MANAGE, "migrate", "--no-input", "--verbosity", "0")
        subprocess.run(command, env=environment, cwd=ROOT, check=True)

    def environment(self, var: Path, *, role: str = "push") -> dict[str, str]:
        """The environment of a process that works on this server."""
        return {
            **os.environ,
            "DATABASE_URL": self.url.replace("://push@", f"://{role}@"),
            "CELERY_BROKER_URL": "pgmq://",
            "SECRET_KEY": settings.SECRET_KEY,
            "CREDENTIAL_KEY": settings.CREDENTIAL_KEY,
            "SITE_URL": "http://127.0.0.1",
            "PUSHSITE_VAR": str(var),
        }

    def say(self, *statements: str) -> None:
        """As the superuser, each by itself."""
        with psycopg.connect(self.url, autocommit=True) as admin:
            for each in statements:
                admin.execute(each)

    def end_at_once(self) -> None:
        """As `pg_ctl stop -m immediate` does."""
        pid = process.postmaster(self.data)
        if pid is not None:
            os.kill(pid, signal.SIGQUIT)

    @contextmanager
    def in_place_of_the_tests_own(self) -> Iterator[None]:
        """Have Django's models live here for a while."""
        was = dict(connection.settings_dict)
        connection.close()
        connection.settings_dict.update(environ.Env.db_url_config(self.url))
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict.clear()
            connection.settings_dict.update(was)


def address() -> Path | tuple[str, int]:
    """Where the tests' own server listens."""
    found: dict[str, Any] = connection.get_connection_params()
    host, port = str(found.get("host") or "127.0.0.1"), int(found.get("port") or 5432)
    return Path(host) / f".s.PGSQL.{port}" if host.startswith("/") else (host, port)


def url_at(folder: Path) -> str:
    """The tests' own database, by a socket in this folder."""
    found: dict[str, Any] = connection.get_connection_params()
    who = quote(str(found.get("user", "")))
    if found.get("password"):
        who += f":{quote(str(found['password']))}"
    return f"postgresql://{who}@/{found['dbname']}?host={quote(str(folder), safe='')}"

"""What Celery's transport needs to know, by the scheme of the broker's address."""

from collections.abc import Mapping
from typing import Any

from psycopg.conninfo import make_conninfo

# Longer than a task may live (CELERY_TASK_TIME_LIMIT): a message that comes back
# while its task still works would do the work twice.
VISIBILITY_SECONDS = 600
OWN_DATABASE = "pgmq://"

NEVER_IDLE = "-c idle_in_transaction_session_timeout=5s"
"""A process that is frozen while it makes a queue or writes to one keeps its locks,
and no worker hears of anything (seen with a frozen beat). The server ends such a
session; who wakes connects again."""

NEVER_STUCK = "-c lock_timeout=8s -c statement_timeout=12s"
"""Whoever rings gives up in the end, and the next look rings again: a control worker's
bells were once silent for a minute beside a frozen beat. Longer than NEVER_IDLE."""

CONNECTION_KEYWORDS = {
    "NAME": "dbname",
    "USER": "user",
    "PASSWORD": "password",
    "HOST": "host",
    "PORT": "port",
}


def scheme_of(url: str) -> str:
    """The transport that an address names: pgmq, amqp, redis, memory, ..."""
    scheme = url.partition("://")[0].partition("+")[0]
    aliases = {"amqps": "amqp", "pyamqp": "amqp", "rediss": "redis", "valkey": "redis"}
    return aliases.get(scheme, scheme)


def address(url: str) -> str:
    """The address for Celery, which warns of one without a host."""
    return f"{url}localhost" if url == OWN_DATABASE else url


def transport_options(url: str, database: Mapping[str, Any]) -> dict[str, Any]:
    """kombu's options for this broker.

    `pgmq://` alone means queues in the site's own database, given here in the form
    of Django's DATABASES.
    """
    options = {"pgmq": _pgmq, "amqp": _rabbitmq, "redis": _redis}.get(scheme_of(url))
    made = options() if options else {}
    if url == OWN_DATABASE:
        made["conn_string"] = conn_string(database)
    return made


def conn_string(database: Mapping[str, Any]) -> str:
    """libpq keywords for a database of Django's DATABASES.

    kombu drops the host of the URL form silently and goes to localhost. The session
    may not rest inside a transaction.
    """
    given = dict(database.get("OPTIONS") or {})
    # The last word counts: what an operator sets wins.
    given["options"] = f"{NEVER_IDLE} {NEVER_STUCK} {given.get('options', '')}".strip()
    named = {
        keyword: database[name]
        for name, keyword in CONNECTION_KEYWORDS.items()
        if database.get(name)
    }
    return make_conninfo(**named | given)


def _pgmq() -> dict[str, Any]:
    return {
        "init_extension": False,
        "visibility_timeout": VISIBILITY_SECONDS,
        "use_notify": True,
        "notify_throttle_interval_ms": 20,
        "polling_interval": 0.5,
        "wait_time_seconds": 0,
        "pool_size": 4,
        "pool_timeout": 5,
    }


def _rabbitmq() -> dict[str, Any]:
    return {"confirm_publish": True}


def _redis() -> dict[str, Any]:
    # With the defaults a killed worker's messages come back after 100 s or more.
    return {
        "visibility_timeout": VISIBILITY_SECONDS,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        "socket_keepalive": True,
        "health_check_interval": 25,
    }

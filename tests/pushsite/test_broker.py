"""The queues' own connections to the site's database."""

import time
from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection
from psycopg.errors import LockNotAvailable

from pushsite import broker
from pushsite.celery import Wakeful

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

SOON = 20


@pytest.fixture
def queue() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE frozen_queue (id int)")
        yield "frozen_queue"
        cursor.execute("DROP TABLE frozen_queue")


def address(**options: str) -> str:
    settings = connection.settings_dict
    return broker.conn_string(settings | {"OPTIONS": settings["OPTIONS"] | options})


def test_a_process_frozen_inside_a_transaction_holds_up_nobody_for_long(queue: str):
    frozen = psycopg.connect(address())
    frozen.execute(f"LOCK TABLE {queue}")

    began = time.monotonic()
    with psycopg.connect(address()) as waking:
        waking.execute(f"LOCK TABLE {queue}")

    assert time.monotonic() - began < SOON
    with pytest.raises(psycopg.errors.IdleInTransactionSessionTimeout):
        frozen.execute("SELECT 1")


def test_whoever_waits_for_a_lock_that_nobody_lets_go_of_gives_up(queue: str):
    with psycopg.connect(
        address(options="-c idle_in_transaction_session_timeout=0")
    ) as (busy):
        busy.execute(f"LOCK TABLE {queue}")

        began = time.monotonic()
        with psycopg.connect(address()) as waking, pytest.raises(LockNotAvailable):
            waking.execute(f"LOCK TABLE {queue}")

        assert time.monotonic() - began < SOON


def test_options_of_the_site_s_own_stay():
    with psycopg.connect(address(options="-c statement_timeout=7s")) as opened:
        told = opened.execute("SHOW statement_timeout").fetchone()

    assert told == ("7s",)


def test_a_process_that_only_rings_listens_to_nothing():
    app = Wakeful("ringing")
    app.conf.broker_url = "pgmq://localhost"
    app.conf.broker_transport_options = broker.transport_options(
        "pgmq://", connection.settings_dict
    )

    with app.connection_for_write() as ringing:
        ringing.default_channel._new_queue("rung")
        assert listeners() == []
    with app.connection_for_read() as reading:
        reading.default_channel._new_queue("rung")
        assert listeners() == ['LISTEN "pgmq.q_rung.INSERT";']


def listeners() -> list[str]:
    """What the sessions of this database listen to."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT query FROM pg_stat_activity"
            " WHERE datname = current_database() AND query LIKE 'LISTEN%'"
        )
        return [row[0] for row in cursor.fetchall()]

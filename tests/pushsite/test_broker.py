"""The queues' own connections to the site's database."""

import time
from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection

from pushsite import broker

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


def test_options_of_the_site_s_own_stay():
    with psycopg.connect(address(options="-c statement_timeout=7s")) as opened:
        told = opened.execute("SHOW statement_timeout").fetchone()

    assert told == ("7s",)

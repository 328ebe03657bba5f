import socket
import threading
import time
from collections.abc import Iterator

import pytest
from celery import Celery, current_app
from django.db import transaction

from campaigns.delivery import bell
from pushsite import celery_app


@pytest.fixture
def broker_that_never_answers() -> Iterator[None]:
    """Accepts connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        app = Celery("deaf", broker=f"amqp://127.0.0.1:{port}//", set_as_current=False)
        app.conf.broker_connection_timeout = 0.5
        app.set_default()
        yield
        bell._ringer.wait(5)
        celery_app.set_default()


def messages(queue: str) -> list[tuple[str, list[int]]]:
    """What waits in a queue of the broker in memory; taken out."""
    found = []
    with celery_app.connection_for_read() as connection:
        waiting = connection.SimpleQueue(queue)
        while waiting.qsize():
            message = waiting.get(block=False)
            message.ack()
            found.append((message.headers["task"], message.payload[0]))
    return found


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_bell_rings_after_the_commit_and_never_after_a_rollback():
    bell._ringer.wait(5)
    messages("control")
    with transaction.atomic():
        bell.ring(bell.PREPARE, 1)
        bell._ringer.wait(5)
        assert messages("control") == []
    with transaction.atomic():
        bell.ring(bell.PREPARE, 2)
        transaction.set_rollback(True)

    assert bell._ringer.wait(5)
    assert messages("control") == [(bell.PREPARE, [1])]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.usefixtures("broker_that_never_answers")
def test_nobody_waits_for_a_broker_that_does_not_answer():
    begun = time.monotonic()

    for _each in range(20):
        bell.ring(bell.SEND)

    assert time.monotonic() - begun < 0.2


def test_a_thread_of_the_web_server_finds_our_broker():
    found: list[str] = []

    thread = threading.Thread(target=lambda: found.append(current_app.main))
    thread.start()
    thread.join(5)

    assert found == ["pushsite"]

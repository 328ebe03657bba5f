"""Wakes workers by ringing a task; the only place that knows the tasks' names.

PostgreSQL is the truth and a bell is a hint: whatever is lost here, the sweep rings
again within seconds (campaigns.delivery.ticking).
"""

import atexit
import logging
import os
import queue
import threading
import time

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

CONTROL = "control"
"""The queue of everything but sending."""

SEND = "campaigns.send"
PREPARE = "campaigns.prepare"
TEST_SEND = "campaigns.test_send"
COUNT_SEGMENT = "campaigns.count_segment"
INDEX_ATTRIBUTE = "campaigns.index_attribute"
FILL_LIST = "campaigns.fill_list"
DRY_RUN = "campaigns.dry_run"
IMPORT = "campaigns.import"
TICK = "campaigns.tick"
HOUSEKEEPING = "campaigns.housekeeping"

log = logging.getLogger(__name__)

Bell = tuple[str, tuple[int, ...]]


def ring(task: str, *ids: int) -> None:
    """Start ``task`` with ``ids`` in a worker, once this transaction has committed.

    Returns at once and never raises for a broker that is away.
    """
    transaction.on_commit(lambda: _publish(task, ids))


class Ringer:
    """A thread of this process that talks to the broker.

    A broker that is down takes 4 to 6 s to say so (seen with RabbitMQ and pgmq), and
    a page that launches or stops a run must not wait for it. A process that was
    forked gets a thread of its own.
    """

    def __init__(self) -> None:
        self.bells: queue.Queue[Bell] = queue.Queue(maxsize=1_000)
        self.process = 0
        self.starting = threading.Lock()

    def take(self, bell: Bell) -> None:
        """Ring this one soon; with too many waiting it is left to the sweep."""
        if self.process != os.getpid():
            self._start()
        try:
            self.bells.put_nowait(bell)
        except queue.Full:
            log.warning("Too many bells wait for the broker: left to the sweep")

    def wait(self, seconds: float) -> bool:
        """Wait until all have rung, for a process that is about to end."""
        ends = time.monotonic() + seconds
        while self.bells.unfinished_tasks and time.monotonic() < ends:
            time.sleep(0.01)
        return not self.bells.unfinished_tasks

    def _start(self) -> None:
        with self.starting:
            if self.process == os.getpid():
                return
            self.bells = queue.Queue(maxsize=self.bells.maxsize)
            threading.Thread(target=self._work, name="bells", daemon=True).start()
            self.process = os.getpid()

    def _work(self) -> None:
        bells = self.bells
        while True:
            task, ids = bells.get()
            try:
                current_app.send_task(task, args=ids, retry=False, ignore_result=True)
            except (OperationalError, OSError) as trouble:
                log.warning("The broker is away, the sweep rings again: %s", trouble)
            except Exception:
                # The thread outlives a defect, or this process would fall silent.
                log.exception("A bell could not be rung")
            finally:
                bells.task_done()


_ringer = Ringer()
atexit.register(_ringer.wait, 1.0)


def _publish(task: str, ids: tuple[int, ...]) -> None:
    _ringer.take((task, ids))

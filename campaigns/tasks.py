"""Celery tasks: each parses, calls one function of delivery, and answers."""

import contextlib
import functools
import os
import signal
import socket
from pathlib import Path

from billiard import active_children
from celery import shared_task, signals
from celery.apps.worker import Worker
from django.conf import settings

from campaigns.audience import fast, lists
from campaigns.delivery import (
    batches,
    bell,
    clock,
    collector,
    counting,
    durability,
    erasing,
    grants,
    heartbeats,
    housekeeping,
    instance,
    preparing,
    send,
    test_sends,
    ticking,
    watching,
)
from campaigns.delivery.pace import Pace
from campaigns.dry_run import working
from campaigns.primers import responses
from devices import imports

Facts = dict[str, int]

SEND_SECONDS = 10
"""A send task works this long at most, then rings again: others get their turn."""

FREE_EVERY = 0.5
"""Seconds between two looks at the flight journals for dead owners: some file locks."""


HURRY = signal.SIGWINCH
"""Tells a process that sends to end its turn; one that never did ignores it."""


@shared_task(name=bell.TICK)
def tick() -> None:
    ticking.tick(at=clock.now(), here=instance.here(settings.VAR))


@shared_task(name=bell.SEND)
def send_batches() -> None:
    heed_the_end()
    collector.calm()
    if send.work(SEND_SECONDS, pace=pace()):
        bell.ring(bell.SEND)


@shared_task(name=bell.HOUSEKEEPING)
def keep_house() -> None:
    at = clock.now()
    housekeeping.keep(at=at)
    responses.forget_erased()
    erasing.finish(at=at)


@shared_task(name=bell.PREPARE)
def prepare(run_id: int) -> None:
    if preparing.prepare(run_id, seconds=5, at=clock.now()):
        bell.ring(bell.PREPARE, run_id)


@shared_task(name=bell.TEST_SEND)
def send_test(test_send_id: int) -> None:
    test_sends.deliver(test_send_id, at=clock.now())


@shared_task(name=bell.INDEX_ATTRIBUTE)
def index_attribute(index_id: int) -> None:
    fast.work(index_id, at=clock.now())


@shared_task(name=bell.COUNT_SEGMENT)
def count_segment(segment_id: int) -> None:
    counting.count_segment(segment_id, at=clock.now())


@shared_task(name=bell.FILL_LIST)
def fill_list(list_id: int) -> None:
    lists.fill(list_id, at=clock.now())


@shared_task(name=bell.DRY_RUN)
def dry_run(dry_run_id: int) -> None:
    if working.work(dry_run_id, seconds=5, at=clock.now()):
        bell.ring(bell.DRY_RUN, dry_run_id)


@shared_task(name=bell.IMPORT)
def work_on_import(import_id: int) -> None:
    if imports.work(import_id, seconds=5, at=clock.now()):
        bell.ring(bell.IMPORT, import_id)


@signals.worker_process_shutdown.connect
def wait_for_stragglers(**_facts: object) -> None:
    """A process that ends in peace leaves nobody's answer unread."""
    send.drain()


def heed_the_end() -> None:
    """Let this process, when it is told to end, finish what is on the wire.

    At a task: billiard sets the signals of a new process after every hook of it.
    """
    signal.signal(signal.SIGTERM, end_shift)
    signal.signal(HURRY, end_shift)


def end_shift(number: int, frame: object) -> None:
    """Asked once: begin nothing more. Asked again later: end, whatever it costs."""
    if not send.shift.end() and number == signal.SIGTERM:
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)


@signals.worker_shutting_down.connect
def end_shifts(**_facts: object) -> None:
    """A worker that is told to end does not wait for the end of its turns."""
    for child in active_children():
        with contextlib.suppress(ProcessLookupError):
            os.kill(child.pid, HURRY)


@signals.celeryd_after_setup.connect
def open_eyes(sender: str, instance: Worker, **_facts: object) -> None:
    """Check that this installation may send, then look out until the worker ends.

    Needs no message: it works before the first one, and while the broker is away.
    """
    queues = instance.app.amqp.queues.consume_from
    look = look_as_control if bell.CONTROL in queues else look_as_sender
    name = f"{socket.gethostname()[:40]}:{os.getpid()}"
    look = functools.partial(look, name, {"processes": instance.concurrency})
    watch = watching.Watch(look)
    watch.once()
    watch.start()
    if bell.CONTROL not in queues:
        watching.Watch(free_dead, every=FREE_EVERY).start()


def look_as_control(name: str, facts: Facts) -> None:
    at = clock.now()
    durability.guard(at=at)
    ticking.tick(at=at, here=instance.here(settings.VAR))
    heartbeats.beat(f"{heartbeats.CONTROL_WORKER}{name}", at=at, **facts)


def look_as_sender(name: str, facts: Facts) -> None:
    at = clock.now()
    if instance.known(settings.VAR):
        instance.guard(instance.here(settings.VAR), at=at)
    else:
        instance.guard_database(at=at)
    durability.guard(at=at)
    heartbeats.beat(f"{heartbeats.SEND_WORKER}{name}", at=at, **facts)
    free_dead()


def free_dead() -> None:
    """Have others take at once what processes of this machine left that were killed."""
    for _each in range(batches.release_dead(flights())):
        bell.ring(bell.SEND)


def pace() -> Pace:
    """How a send worker of this site works."""
    return Pace(flights=flights(), lease=settings.SEND_LEASE, ramp=ramp())


def ramp() -> float:
    """Seconds of a climb to full speed; the simulator needs none."""
    return 0.0 if settings.SIMULATOR else grants.RAMP


def flights() -> Path:
    """Where the send workers of this machine keep their flight journals."""
    return settings.VAR / "flight"

"""kombu's pgmq transport, made prompt for Celery's blocking loop.

Celery acknowledges finished tasks only between two calls of `drain_events`, which it
lets wait for 2 s. A worker with room for two tasks would therefore run two every 2 s.
"""

import time
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, pgmq

# As long as the transport sleeps between two looks at an empty queue.
LONGEST_WAIT_SECONDS = 0.5
FULL_WAIT_SECONDS = 0.03


class Transport(pgmq.Transport):
    """Comes back soon, and sooner while the worker's hands are full."""

    def drain_events(
        self, connection: Any, timeout: float | None = None, **options: Any
    ) -> None:
        if not any(channel.qos.can_consume() for channel in self.channels):
            time.sleep(FULL_WAIT_SECONDS)
            raise TimeoutError
        wait = LONGEST_WAIT_SECONDS
        super().drain_events(connection, min(timeout or wait, wait))  # type: ignore[no-untyped-call]


def serve() -> None:
    """Have every pgmq:// address in this process use this transport."""
    TRANSPORT_ALIASES["pgmq"] = f"{__name__}:{Transport.__name__}"

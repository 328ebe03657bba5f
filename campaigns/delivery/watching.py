"""A worker's own eyes: a thread that works when beat, or its messages, do not."""

import logging
import threading
from collections.abc import Callable

from django.db import Error, close_old_connections, connection

log = logging.getLogger(__name__)

EVERY = 5.0
"""Seconds. A frozen beat costs a campaign no more than this."""


class Watch(threading.Thread):
    """Calls ``look`` every ``every`` seconds, whatever happens to it meanwhile.

    A lost database is tried again at the next look, with a new connection.
    """

    def __init__(self, look: Callable[[], None], *, every: float = EVERY) -> None:
        super().__init__(name="watch", daemon=True)
        self.look = look
        self.every = every
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.wait(self.every):
            self.once()

    def once(self) -> None:
        """Look once; trouble is written to the log and never ends the watch."""
        close_old_connections()
        try:
            self.look()
        except Error as trouble:
            log.warning("The watch found the database away: %s", trouble)
            connection.close()
        except Exception:
            # A defect here must not end the one thing that needs no message.
            log.exception("The watch failed")

    def end(self) -> None:
        """Stop looking; returns at once."""
        self.ended.set()

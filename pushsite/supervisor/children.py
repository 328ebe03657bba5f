"""One process of the site: its command, its output, its end."""

import contextlib
import logging.handlers
import os
import signal
import socket
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

LOG_BYTES = 10_000_000
Say = Callable[[str, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """What to run, and how to see that it is ready.

    A process is ready when it printed `ready_text` and listens at `ready_at`, where
    these are given. All start at once; the highest stage stops first.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    ready_text: str = ""
    ready_at: tuple[str, int] | None = None
    stage: int = 1


class Child:
    """A running Spec in a process group of its own; its lines go to `say` and a log."""

    def __init__(self, spec: Spec, logs: Path, say: Say) -> None:
        self.spec = spec
        self.say = say
        self.log = logs / f"{spec.name}.log"
        self.last_lines: deque[str] = deque(maxlen=30)
        self._has_said_ready = not spec.ready_text
        self._process = subprocess.Popen(  # noqa: S603
            spec.command,
            env=os.environ | spec.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self._pump = threading.Thread(target=self._read, daemon=True)
        self._pump.start()

    @property
    def group(self) -> int:
        return self._process.pid

    @property
    def exit_status(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    @property
    def was_ready(self) -> bool:
        """Whether it ever said that it works, if it says so at all."""
        return self._has_said_ready

    def is_ready(self) -> bool:
        if self.exit_status is not None or not self._has_said_ready:
            return False
        if self.spec.ready_at is None:
            return True
        try:
            socket.create_connection(self.spec.ready_at, timeout=1).close()
        except OSError:
            return False
        return True

    def tell(self, how: signal.Signals) -> None:
        """Signal the process alone: it tells its own children what to do."""
        if self.exit_status is None:
            self._process.send_signal(how)

    def kill_group(self) -> None:
        """End it and everything it started, at once."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.group, signal.SIGKILL)
        self._process.wait()
        self._pump.join(timeout=2)

    def last_words(self) -> str:
        """Its last line that says something, for a sentence about its death."""
        self._pump.join(timeout=2)
        lines = [line.strip() for line in self.last_lines if line.strip()]
        return lines[-1].rstrip(".") if lines else "it printed nothing"

    def _read(self) -> None:
        handler = logging.handlers.RotatingFileHandler(
            self.log, maxBytes=LOG_BYTES, backupCount=1
        )
        output = self._process.stdout
        with contextlib.closing(handler), output or contextlib.nullcontext():
            for line in output or ():
                text = line.rstrip("\n")
                handler.emit(logging.makeLogRecord({"msg": text}))
                self.last_lines.append(text)
                if text:
                    self.say(self.spec.name, text)
                if self.spec.ready_text and self.spec.ready_text in text:
                    self._has_said_ready = True

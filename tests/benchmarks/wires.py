"""The native gateway of the benchmarks: built, started on a processor of its own."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from devices.simulator import authority
from tests.journeys.processes import free_port

SOURCE = Path(__file__).with_name("gateway.c")
LIBRARIES = ("-lnghttp2", "-lssl", "-lcrypto")
MISSING = (
    "The gateway of the benchmarks could not be built. It is C: install a compiler and "
    "the headers of nghttp2 and OpenSSL (on Debian: apt-get install gcc "
    "libnghttp2-dev libssl-dev), then run make bench again."
)


class NotBuilt(Exception):
    """This machine cannot build the gateway: show the sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """A running gateway: where it listens, and the folder with its authority."""

    port: int
    folder: Path
    delay_ms: int
    process: "subprocess.Popen[str]"

    def told(self) -> dict[str, Any]:
        """Its own count: requests, pushes, connections, CPU seconds."""
        self.process.send_signal(signal.SIGUSR1)
        assert self.process.stdout
        counted: dict[str, Any] = json.loads(self.process.stdout.readline())
        return counted


def build(folder: Path) -> Path:
    """Compile the gateway. Raises NotBuilt."""
    folder.mkdir(parents=True, exist_ok=True)
    made, compiler = folder / "gateway", shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        raise NotBuilt(MISSING)
    command = [compiler, "-O2", "-o", str(made), str(SOURCE), *LIBRARIES]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        raise NotBuilt(MISSING)
    return made


@contextmanager
def open_wire(
    folder: Path, *, streams: int = 100, delay_ms: int = 0, pinned_to: int | None = -1
) -> Iterator[Wire]:
    """A gateway on the last processor (None: on any), until the block ends."""
    program = build(folder)
    _authority, certificate = authority.files(folder, at=datetime.now(UTC))
    port = free_port()
    numbers = [str(port), str(streams), str(delay_ms)]
    place = [] if pinned_to is None else pinned(pinned_to)
    process = subprocess.Popen(
        [*place, str(program), str(certificate), str(certificate), *numbers],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield Wire(port=port, folder=folder, delay_ms=delay_ms, process=process)
    finally:
        process.terminate()
        process.wait(10)


def pinned(place: int) -> Sequence[str]:
    """The start of a command that runs on one processor, where the system can."""
    if sys.platform != "linux" or not shutil.which("taskset"):
        return []
    return ["taskset", "-c", str(sorted(os.sched_getaffinity(0))[place])]

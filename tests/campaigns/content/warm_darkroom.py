"""Darkrooms without their start: one process that has imported Pillow forks for each.

An interpreter of its own for each of 270 files takes 0.2 s of a processor to begin. A
fork bounds itself and answers as campaigns.content.darkroom does, whose `main` it is.
"""

import io
import os
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from campaigns.content import darkroom

ASKED = struct.Struct(">I")
ANSWERED = struct.Struct(">idI")


class Warm:
    """Stands in for `subprocess.run` of the darkroom's command."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.seconds = 0.0

    def used(self) -> float:
        """Processor seconds of the forks since this was asked last."""
        used, self.seconds = self.seconds, 0.0
        return used

    def run(
        self, command: list[str], *, input: bytes, **_how: Any
    ) -> subprocess.CompletedProcess[bytes]:
        """As `subprocess.run` of the darkroom with ``check``."""
        assert command[-1] == darkroom.__name__
        asked, answers = self.process.stdin, self.process.stdout
        assert asked
        assert answers
        asked.write(ASKED.pack(len(input)) + input)
        asked.flush()
        code, seconds, length = ANSWERED.unpack(answers.read(ANSWERED.size))
        said = answers.read(length)
        self.seconds += seconds
        if code:
            raise subprocess.CalledProcessError(code, command)
        return subprocess.CompletedProcess(command, code, said)


@contextmanager
def kept_warm() -> Iterator[Warm]:
    command = [sys.executable, "-B", "-m", __name__]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as process:
        yield Warm(process)
        assert process.stdin
        process.stdin.close()


def main() -> None:
    """Answer until nobody asks any more."""
    while head := sys.stdin.buffer.read(ASKED.size):
        request = sys.stdin.buffer.read(*ASKED.unpack(head))
        code, seconds, said = forked(request)
        sys.stdout.buffer.write(ANSWERED.pack(code, seconds, len(said)) + said)
        sys.stdout.buffer.flush()


def forked(request: bytes) -> tuple[int, float, bytes]:
    """The exit code of a fork, the processor time it used, and what it wrote."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        answer(request, writer)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read()
    _pid, status, used = os.wait4(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return code, used.ru_utime + used.ru_stime, said


def answer(request: bytes, writer: int) -> None:
    """The whole life of a fork."""
    code = 1
    try:
        sys.stdin = io.TextIOWrapper(io.BytesIO(request))
        sys.stdout = io.TextIOWrapper(os.fdopen(writer, "wb"))
        darkroom.main()
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()

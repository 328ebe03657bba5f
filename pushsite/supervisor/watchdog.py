"""Ends what a killed `up` leaves behind; a program of its own, standard library only.

It reads lines from its standard input, whose other end only `up` holds: `+ group`
and `- group` (process groups), `at-end` and a command's words. When the input ends,
`up` is gone, whatever killed it: the groups still listed are ended, then the commands
are run. After `bye` there is nothing to do.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time

GRACE_SECONDS = 5.0


def main() -> None:
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    groups: set[int] = set()
    commands: list[list[str]] = []
    for line in sys.stdin:
        word, *rest = line.rstrip("\n").split("\t")
        if word == "+":
            groups.add(int(rest[0]))
        elif word == "-":
            groups.discard(int(rest[0]))
        elif word == "at-end":
            commands.append(rest)
        elif word == "bye":
            return
    end(groups)
    for command in commands:
        subprocess.run(  # noqa: S603
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )


def end(groups: set[int]) -> None:
    """End these process groups, kindly first."""
    tell(groups, signal.SIGTERM)
    until = time.monotonic() + GRACE_SECONDS
    while any(map(is_alive, groups)) and time.monotonic() < until:
        time.sleep(0.05)
    tell(groups, signal.SIGKILL)


def tell(groups: set[int], how: signal.Signals) -> None:
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, how)


def is_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    main()

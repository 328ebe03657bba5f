"""Keeps the processes of a site running, from the first start to the last stop."""

import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from types import FrameType, MappingProxyType

from . import watchdog
from .children import Child, Say, Spec
from .preconditions import CannotStart

READY_SECONDS = 90.0
STOP_SECONDS = 30.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
# A process that was ready and ran this long died of something new: it starts again at
# once. What cannot start is tried less and less often.
STEADY_SECONDS = 10.0
UPKEEP_SECONDS = 2.0
STEP = 0.1
NOTHING: Mapping[str, str] = MappingProxyType({})


def stage_of(child: Child) -> int:
    return child.spec.stage


class Watchdog:
    """The process that outlives this one and ends what it leaves (watchdog.py)."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._start()

    def _start(self) -> None:
        command = (sys.executable, "-S", watchdog.__file__)
        self._process = subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.PIPE, start_new_session=True, bufsize=0
        )

    def tell(self, *words: str) -> None:
        """Tell it one thing: watchdog.py lists the words."""
        self._lines.append("\t".join(words) + "\n")
        self._write(self._lines[-1])
        self.be_there()

    def be_there(self) -> None:
        """Start it again, and tell it everything again, should it have died."""
        if self._process.poll() is not None:
            self._start()
            self._write("".join(self._lines))

    def _write(self, text: str) -> None:
        with contextlib.suppress(BrokenPipeError):
            if self._process.stdin:
                self._process.stdin.write(text.encode())

    def dismiss(self) -> None:
        """Let it go: nothing is left behind."""
        self._write("bye\n")
        self._process.communicate(timeout=10)


class Supervisor:
    """Runs specs, restarts those that die, and stops them in order.

    `asked_to_stop` counts the signals of the person: one stops, two force. `upkeep`
    is called every few seconds, for what is no child of this process.
    """

    def __init__(self, logs: Path, say: Say, upkeep: Callable[[], object]) -> None:
        self.upkeep = upkeep
        self._next_upkeep = 0.0
        self.logs = logs
        self.say = say
        self.children: dict[str, Child] = {}
        self.watchdog = Watchdog()
        self.asked_to_stop = 0
        self._pauses: dict[str, float] = {}
        self._restart_at: dict[str, float] = {}
        self._started_at: dict[str, float] = {}
        logs.mkdir(parents=True, exist_ok=True)

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Take Ctrl-C, TERM and HUP as wishes to stop."""
        signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = [signal.signal(number, self._hear) for number in signals]
        try:
            yield
        finally:
            for number, handler in zip(signals, before, strict=True):
                signal.signal(number, handler)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self.asked_to_stop += 1

    def perform(
        self,
        name: str,
        command: tuple[str, ...],
        environment: Mapping[str, str] = NOTHING,
    ) -> None:
        """Run one command to its end; CannotStart when it fails."""
        spec = Spec(name=name, command=command, environment=environment)
        child = self._spawn(spec)
        while child.exit_status is None and not self.asked_to_stop:
            time.sleep(STEP)
        failed = child.exit_status
        self._end(child)
        del self.children[name]
        if failed:
            raise CannotStart(
                f"The {name} step failed ({child.last_words()}), so nothing was "
                f"started: repair that, then start again; its log is {child.log}."
            )

    def start(self, specs: Iterable[Spec]) -> None:
        """Start everything at once; CannotStart when a process dies at it."""
        for spec in specs:
            if not self.asked_to_stop:
                self._spawn(spec)
        self._wait_until_ready()

    def _spawn(self, spec: Spec) -> Child:
        child = Child(spec, self.logs, self.say)
        self.watchdog.tell("+", str(child.group))
        self.children[spec.name] = child
        self._started_at[spec.name] = time.monotonic()
        return child

    def _end(self, child: Child) -> None:
        child.kill_group()
        self.watchdog.tell("-", str(child.group))

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + READY_SECONDS
        while not self.asked_to_stop:
            self._look_after()
            waiting = [c for c in self.children.values() if not c.is_ready()]
            for child in waiting:
                self._must_live(child)
            if not waiting:
                return
            if time.monotonic() > until:
                name, log = waiting[0].spec.name, waiting[0].log
                raise CannotStart(
                    f"The {name} process was not ready after {READY_SECONDS:.0f} "
                    f"seconds, so everything was stopped: read {log}."
                )
            time.sleep(STEP)

    def _must_live(self, child: Child) -> None:
        if child.exit_status is None:
            return
        raise CannotStart(
            f"The {child.spec.name} process ended as it started "
            f"({child.last_words()}), so everything was stopped: repair that, then "
            f"start again; its log is {child.log}."
        )

    def _look_after(self) -> None:
        """What is not a child of ours: the watchdog's own life, and `upkeep`."""
        if time.monotonic() > self._next_upkeep:
            self.watchdog.be_there()
            self.upkeep()
            self._next_upkeep = time.monotonic() + UPKEEP_SECONDS

    def run(self, *, until: Callable[[], bool]) -> None:
        """Watch and restart until a person asks to stop or the condition holds."""
        while not self.asked_to_stop and not until():
            self._look_after()
            for child in list(self.children.values()):
                if child.exit_status is not None:
                    self._restart(child)
            time.sleep(STEP)

    def _restart(self, child: Child) -> None:
        """Start a dead process again, each time after a longer pause."""
        name, now = child.spec.name, time.monotonic()
        if name not in self._restart_at:
            self._end(child)
            lived = now - self._started_at[name]
            steady = child.was_ready and lived > STEADY_SECONDS
            pause = FIRST_PAUSE if steady else self._pauses.get(name, FIRST_PAUSE)
            self._pauses[name] = min(pause * 2, LONGEST_PAUSE)
            self._restart_at[name] = now + pause
            self.say("up", f"{name} ended ({child.exit_status}); again in {pause:g} s")
        elif now >= self._restart_at[name]:
            del self._restart_at[name]
            self._spawn(child.spec)

    def stop(self) -> None:
        """Stop everything, the last stage first; a second signal forces."""
        last_first = sorted(self.children.values(), key=stage_of, reverse=True)
        for _, stage in groupby(last_first, key=stage_of):
            children = list(stage)
            for child in children:
                child.tell(signal.SIGTERM)
            self._wait_until_gone(children)
            for child in children:
                self._end(child)

    def _wait_until_gone(self, children: list[Child]) -> None:
        until = time.monotonic() + STOP_SECONDS
        while any(child.exit_status is None for child in children):
            if self.asked_to_stop > 1 or time.monotonic() > until:
                return
            time.sleep(STEP)

"""Thirty minutes of ticks: `python -m tests.soak` runs a site and writes docs/soak.md.

It samples the queues' tables, the connections and the memory every 30 s, and restarts
PostgreSQL once in the middle. MINUTES, PUSHSITE_VAR and PORT choose another length
and place. Exit status 1 when something grew or did not recover.
"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from pushsite.embedded import EmbeddedPostgres

ROOT = Path(__file__).resolve().parent.parent
MINUTES = float(os.environ.get("MINUTES", "30"))
EVERY_SECONDS = 30.0
WARM_UP_SECONDS = 120.0
RECOVERY_SECONDS = 60.0
SAMPLE = """
SELECT (SELECT count(*) FROM pg_stat_activity WHERE datname = 'push'),
       (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
         WHERE nspname = 'pgmq' AND relkind = 'r'),
       (SELECT sum(pg_total_relation_size(c.oid)) / 1024 FROM pg_class c
          JOIN pg_namespace n ON n.oid = relnamespace
         WHERE nspname = 'pgmq' AND relname ~ '^q_'),
       (SELECT queue_length FROM pgmq.metrics('control')),
       (SELECT total_messages FROM pgmq.metrics('control')),
       (SELECT extract(epoch FROM now() - max(at)) FROM campaigns_heartbeat
         WHERE part = 'tick')
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One look at the site; sizes in KiB and MiB, ages in seconds."""

    second: float
    connections: int
    tables: int
    queues_kib: int
    waiting: int
    published: int
    tick_age: float
    memory_mib: int
    processes: int


def members(var: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("PUSHSITE_VAR") == str(var):
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def memory_mib(processes: list[psutil.Process]) -> int:
    total = 0
    for process in processes:
        try:
            total += process.memory_full_info().pss
        except (psutil.Error, OSError):
            continue
    return total // 2**20


def look(server: EmbeddedPostgres, second: float) -> Sample:
    with psycopg.connect(server.url) as connection:
        row = connection.execute(SAMPLE).fetchone()
    assert row
    alive = members(server.var)
    return Sample(
        second=second,
        connections=int(row[0]) - 1,
        tables=int(row[1]),
        queues_kib=int(row[2]),
        waiting=int(row[3]),
        published=int(row[4]),
        tick_age=float(row[5] or 0),
        memory_mib=memory_mib(alive),
        processes=len(alive),
    )


def restart(server: EmbeddedPostgres) -> float:
    """Stop PostgreSQL under the site; seconds until a published tick has run again."""
    with psycopg.connect(server.url) as connection:
        row = connection.execute("SELECT last_value FROM pgmq.q_control_msg_id_seq")
        (before,) = row.fetchone() or (0,)
    server.stop()
    started = time.monotonic()
    while time.monotonic() - started < RECOVERY_SECONDS:
        time.sleep(0.2)
        try:
            with psycopg.connect(server.url) as connection:
                row = connection.execute(
                    "SELECT (SELECT last_value FROM pgmq.q_control_msg_id_seq),"
                    " (SELECT count(*) FROM pgmq.q_control WHERE msg_id > %s)",
                    [before],
                )
                published, waiting = row.fetchone() or (0, 0)
        except psycopg.OperationalError:
            continue
        if published > before + 1 and waiting <= 1:
            return time.monotonic() - started
    return float("inf")


def soak(server: EmbeddedPostgres) -> tuple[list[Sample], float]:
    began = time.monotonic()
    samples: list[Sample] = []
    recovery: float | None = None
    while (second := time.monotonic() - began) < MINUTES * 60:
        samples.append(look(server, second))
        print(samples[-1], flush=True)
        if recovery is None and second >= MINUTES * 30:
            recovery = restart(server)
            print(f"recovered after {recovery:.1f} s", flush=True)
        next_look = (len(samples)) * EVERY_SECONDS + began
        time.sleep(max(0.0, next_look - time.monotonic()))
    return samples, recovery if recovery is not None else float("inf")


def faults(samples: list[Sample], recovery: float) -> list[str]:
    """What was not flat, each as a sentence."""
    settled = [s for s in samples if s.second >= min(WARM_UP_SECONDS, MINUTES * 6)]
    first, last = settled[0], settled[-1]
    peak = max(s.queues_kib for s in settled)
    ticks = last.published - first.published
    expected = (last.second - first.second) / 2
    rules = {
        f"connections rose from {first.connections} to {last.connections}": (
            last.connections > first.connections + 2
        ),
        f"queue tables rose from {first.tables} to {last.tables}": (
            last.tables > first.tables
        ),
        f"queue tables grew to {peak} KiB": peak > 4096,
        f"memory rose from {first.memory_mib} to {last.memory_mib} MiB": (
            last.memory_mib > first.memory_mib * 1.25 + 50
        ),
        f"{last.waiting} messages wait at the end": last.waiting > 5,
        f"only {ticks} of {expected:.0f} ticks": ticks < expected * 0.9,
        f"recovery took {recovery:.1f} s": recovery > RECOVERY_SECONDS,
    }
    return [sentence for sentence, is_broken in rules.items() if is_broken]


def page(samples: list[Sample], recovery: float, wrong: list[str]) -> str:
    """docs/soak.md: the figures as they came, one line every 2.5 minutes."""
    verdict = "Flat." if not wrong else "Not flat: " + "; ".join(wrong) + "."
    rows = "\n".join(
        f"| {s.second / 60:.1f} | {s.published} | {s.waiting} | {s.queues_kib} |"
        f" {s.tables} | {s.connections} | {s.processes} | {s.memory_mib} |"
        f" {s.tick_age:.1f} |"
        for s in (*samples[:-1:5], samples[-1])
    )
    return f"""# Soak

{MINUTES:.0f} minutes of a site at rest: beat publishes a tick every 2 s through
the queues in PostgreSQL (pgmq), the control worker runs it. PostgreSQL was stopped
once in the middle; `up` started it again, and published ticks ran again after
{recovery:.1f} s, without anything being done by hand. **{verdict}**

Memory is the proportional share (PSS) of web, workers, beat, simulator, `up` and its
watchdog; PostgreSQL's own is not in it. Made by `python -m tests.soak`.

Columns: minutes since the start, ticks published, messages waiting, size of the
queues (KiB), their tables, connections, processes, memory (MiB), age of the last
tick (s).

| minute | ticks | waiting | KiB | tables | connections | processes | MiB | age |
|---|---|---|---|---|---|---|---|---|
{rows}
"""


def main() -> int:
    var = Path(os.environ.get("PUSHSITE_VAR", ROOT / "var")).resolve()
    environment = os.environ | {"PUSHSITE_VAR": str(var)}
    with (
        subprocess.Popen(
            [
                sys.executable,
                str(ROOT / "manage.py"),
                "up",
                "--empty",
                "--workers",
                "1",
            ],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as site,
        open(os.devnull, "w") as nowhere,
    ):
        assert site.stdout
        for line in site.stdout:
            print(line, end="", flush=True)
            if "Pushsite is ready" in line:
                break
        drain = subprocess.Popen(["cat"], stdin=site.stdout, stdout=nowhere)
        try:
            samples, recovery = soak(EmbeddedPostgres(var))
        finally:
            site.terminate()
            site.wait()
            drain.wait()
    wrong = faults(samples, recovery)
    (ROOT / "docs" / "soak.md").write_text(page(samples, recovery, wrong))
    print("\n".join(wrong) or "flat")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

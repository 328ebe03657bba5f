"""What is seen of a run while it goes on: lines of JSON, for the checker.

``kind`` is sample (twice a second), fault (name, at, until), halt (name, since, until:
nothing may start after) or end. Times are Unix times of this machine.
"""

import json
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil
import psycopg
from django.db import connection

from campaigns.models import Run
from campaigns.reports import run as reports
from tests.chaos import site

NAME = "seen.jsonl"
STATES = ("waiting", "accepted", "failed", "skipped", "unknown")

LEDGER = """
SELECT r.audience, r.state, r.stopping,
       (SELECT coalesce(sum(rows), 0) FROM campaigns_leftout WHERE run_id = r.id),
       b.settled, b.parked, b.open, b.retried, b.ranges,
       (SELECT count(*) FROM campaigns_parked WHERE run_id = r.id), b.unknown
  FROM campaigns_run r,
       LATERAL (SELECT coalesce(sum(accepted + failed + skipped + unknown), 0) settled,
                       coalesce(sum(parked), 0) parked,
                       coalesce(sum(unknown), 0) unknown,
                       coalesce(sum(hi - done) FILTER (WHERE members IS NULL), 0) open,
                       coalesce(sum(hi - done) FILTER (WHERE members IS NOT NULL), 0)
                         retried,
                       coalesce(sum(hi - lo) FILTER (WHERE members IS NULL), 0) ranges
                  FROM campaigns_batch WHERE run_id = r.id) b
 WHERE r.id = %s
"""
"""In one statement, so all of one moment (the tallies' sums: reference ledger.md 4)."""

SESSIONS = """
SELECT coalesce(max(extract(epoch FROM clock_timestamp() - a.xact_start))
                FILTER (WHERE a.backend_type = 'client backend'), 0)::float8,
       coalesce((SELECT max(extract(epoch FROM clock_timestamp() - l.waitstart))
                   FROM pg_locks l WHERE NOT l.granted), 0)::float8
  FROM pg_stat_activity a WHERE a.pid <> pg_backend_pid()
"""


class Sights:
    """Looks at a run without disturbing it, and writes down what it sees."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        self.path.unlink(missing_ok=True)
        self.state = ""
        self.settled = self.ended = 0
        self.to_send = 0
        self._database: psycopg.Connection | None = None
        self._senders: dict[int, psutil.Process] = {}
        self._web = site.web()

    def note(self, kind: str, **facts: Any) -> None:
        with self.path.open("a") as lines:
            lines.write(json.dumps({"kind": kind, **facts}) + "\n")

    def take(self, run: Run) -> bool:
        """One sample; False while the database is away."""
        try:
            ledger = self._one(LEDGER, [run.pk])
            transaction, lock = self._one(SESSIONS, [])
        except psycopg.OperationalError:
            self.forget()
            return False
        self.state = "ending" if ledger[2] else ledger[1]
        self.ended = int(ledger[4])
        self.settled = int(ledger[3]) + self.ended
        if self.state not in ("countdown", "preparing"):
            self.to_send = int(ledger[8])
            self.note(
                "sample",
                at=time.time(),
                audience=ledger[0],
                # What is settled, left out, parked, and still ahead, in one moment.
                found=int(ledger[3] + ledger[4] + ledger[5] + ledger[6]),
                parked=int(ledger[5]),
                parked_found=int(ledger[7] + ledger[9]),
                told=told(run),
                send_mb=self._senders_mb(run),
                web_mb=max(map(site.peak_megabytes, self._web), default=0.0),
                transaction=transaction,
                lock=lock,
            )
        return True

    def forget(self) -> None:
        """The connections broke: later with new ones."""
        connection.close()
        if self._database is not None:
            self._database.close()
            self._database = None

    def _one(self, statement: str, parameters: list[Any]) -> Any:
        if self._database is None:
            facts = connection.get_connection_params()
            kept = ("dbname", "user", "password", "host", "port")
            facts = {name: facts[name] for name in kept if facts.get(name)}
            self._database = psycopg.connect(**facts, autocommit=True)
        return self._database.execute(statement, parameters).fetchone()

    def _senders_mb(self, run: Run) -> float:
        """The largest of the processes that hold a batch now, and of their parents."""
        owners = run.batches.filter(state=1).exclude(owner="")
        pids = {int(each.rpartition(":")[2]) for (each,) in owners.values_list("owner")}
        for pid in pids - set(self._senders):
            with suppress(psutil.Error):
                if site.is_ours(pid):
                    process = psutil.Process(pid)
                    parent = process.parent()
                    self._senders |= {pid: process}
                    self._senders |= {parent.pid: parent} if parent else {}
        peaks = {pid: site.peak_megabytes(p) for pid, p in self._senders.items()}
        self._senders = {pid: p for pid, p in self._senders.items() if peaks[pid]}
        return max(peaks.values(), default=0.0)


def told(run: Run) -> dict[str, int]:
    """The numbers that the product's own report shows."""
    numbers = asdict(reports.numbers(run))
    return {name: numbers[name] for name in ("audience", *STATES)}


class Gauge:
    """Counts a run's requests in the gateway's journal as they come."""

    def __init__(self, journal: Path, run: Run) -> None:
        self._journal = journal
        # A line is read from where this one begins: earlier runs cost nothing.
        self._offset = journal.stat().st_size if journal.exists() else 0
        self._name = str(run.public_id).encode()
        self.requests = 0

    def read(self) -> int:
        """How many came so far."""
        if self._journal.exists():
            with self._journal.open("rb") as journal:
                journal.seek(self._offset)
                new = journal.read()
            whole = new[: new.rfind(b"\n") + 1]
            self._offset += len(whole)
            self.requests += sum(self._name in line for line in whole.splitlines())
        return self.requests

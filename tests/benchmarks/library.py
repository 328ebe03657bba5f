"""The baseline: django-push-notifications 3.3 in an environment of its own."""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from tests.benchmarks import sizes, wires
from tests.benchmarks.ground import Ground
from tests.benchmarks.wires import Wire

LOCKED = Path(__file__).with_name("library.txt")
SENDER = Path(__file__).with_name("library_sender.py")
COUNTS = {
    ("fcm", "device"): 500,
    ("fcm", "bulk"): 1_500,
    ("apns", "device"): 300,
    ("apns", "bulk"): 3_000,
    ("webpush", "device"): 400,
}
"""Requests of a run; the library is some fifty times slower."""

WARM_UP = 3
"""Requests that its process makes before it is measured."""

AT_50_MS = 60
"""Requests of a run where each answer takes its time: some three seconds."""

CHUNK = 500
"""Devices of a call in bulk: APNs' limit of a second for each call loses no more."""


MISSING = (
    "django-push-notifications could not be installed to be compared with: a package "
    "index is needed once."
)


class NotInstalled(Exception):
    """The library's environment could not be made: show the sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Requests a CPU second of its process, and a second; calls that failed."""

    cpu: float
    wall: float
    failed: int


def ways(kind: str) -> list[str]:
    return [way for each, way in COUNTS if each == kind]


def sent(ground: Ground, wire: Wire, kind: str, way: str) -> Rate:
    """One run in a process of its own on the first processor."""
    count = AT_50_MS if wire.delay_ms else COUNTS[kind, way]
    count = min(count, sizes.COUNT or count)
    place = sizes.FOLDER / "library-facts.json"
    facts = {"kind": kind, "way": way, "port": wire.port, "count": count}
    place.write_text(json.dumps({**keys(ground), **facts, "chunk": CHUNK}))
    before = wire.told()["pushes"]
    told = _run(place, ground.keys / "ca.pem")
    # What it repeats is no further message, and what it gave up may have come.
    came = min(wire.told()["pushes"] - before - WARM_UP, count)
    if came < count / 2:
        raise SystemExit(f"The library sent {came} of {count} requests.")
    rate, wall = came / told["cpu"], came / told["wall"]
    return Rate(cpu=rate, wall=wall, failed=int(told["failed"]))


def _run(place: Path, authority: Path) -> dict[str, float]:
    trusted = {"SSL_CERT_FILE": str(authority), "REQUESTS_CA_BUNDLE": str(authority)}
    done = subprocess.run(
        [*wires.pinned(0), str(python()), str(SENDER), str(place)],
        check=True,
        env={**os.environ, **trusted},
        stdout=subprocess.PIPE,
        text=True,
    )
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


@lru_cache(maxsize=1)
def keys(ground: Ground) -> dict[str, Any]:
    found: dict[str, Any] = ground.perform("library_keys")
    return found


@lru_cache(maxsize=1)
def python() -> Path:
    """The interpreter of the library's environment, which is made when it is missing.

    A changed lock makes it anew. Raises NotInstalled.
    """
    digest = hashlib.sha256(LOCKED.read_bytes()).hexdigest()[:12]
    home = sizes.FOLDER / "library"
    made, found = home / f"locked-{digest}", home / "bin" / "python"
    if made.exists():
        return found
    print("Installing django-push-notifications ...", file=sys.stderr, flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
    quiet = ("--disable-pip-version-check", "--no-input", "--quiet")
    install = ("-m", "pip", *quiet, "install", "--require-hashes", "-r", str(LOCKED))
    done = subprocess.run([str(found), *install], capture_output=True, text=True)
    if done.returncode:
        raise NotInstalled(f"{MISSING}\n{done.stderr[-1000:]}")
    made.touch()
    return found

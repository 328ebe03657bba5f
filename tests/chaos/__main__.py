"""Kill send workers in the middle of a run, then let the checker judge.

``SIZE=20000 KILLS=20 SEED=1 python -m tests.chaos``: a whole site in a folder of its
own, a run to about SIZE deliveries, KILLS times kill -9 at random shares of the run's
progress (a worker that is sending; one time in five its parent and all its children).
Prints one JSON line, writes var/chaos.json, and exits 1 when anybody got a push twice,
anybody is stranded, or the ledger and the gateway's journal disagree.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
HOME = Path(os.environ.get("PUSHSITE_VAR", ROOT / "var"))
VAR = HOME / "chaos"
PORT = int(os.environ.get("PORT", "8900"))
PATIENCE = 60
"""Seconds without any progress after which the run counts as stuck."""

os.environ |= {
    "PUSHSITE_VAR": str(VAR),
    "PORT": str(PORT),
    "SIMULATOR": f"127.0.0.1:{PORT + 1}",
    "DJANGO_SETTINGS_MODULE": "pushsite.settings",
}


def manage(*words: str) -> tuple[str, ...]:
    return (sys.executable, str(ROOT / "manage.py"), *words)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201


def start() -> subprocess.Popen[str]:
    """`manage.py up`, once it has said that it is ready."""
    site = subprocess.Popen(
        manage("up", "--workers", "2"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert site.stdout is not None
    for line in site.stdout:
        if "Pushsite is ready" in line:
            return site
    raise SystemExit("The site did not start: see the log folder of its var.")


def stop(site: subprocess.Popen[str]) -> None:
    site.send_signal(signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        site.communicate(timeout=60)
    if site.poll() is None:
        site.kill()


def main() -> int:
    size, kills, seed = (
        int(os.environ.get(name, default))
        for name, default in (("SIZE", "20000"), ("KILLS", "20"), ("SEED", "1"))
    )
    shutil.rmtree(VAR, ignore_errors=True)
    people = str(max(50, round(size / 1.4)))
    for words in (
        ("migrate", "--no-input", "--verbosity", "0"),
        ("sample", "--people", people, "--events", "0", "--seed", str(seed)),
    ):
        subprocess.run(manage(*words), check=True, stdout=sys.stderr)
    site = start()
    try:
        line = shake(kills, random.Random(seed))
    finally:
        stop(site)
        subprocess.run(manage("embedded", "stop"), check=False, stdout=sys.stderr)
    (HOME / "chaos.json").write_text(json.dumps(line) + "\n")
    print(json.dumps(line))  # noqa: T201
    good = not (line["duplicates"] or line["stranded"]) and line["agrees"]
    return 0 if good else 1


def shake(kills: int, chance: random.Random) -> dict[str, object]:
    """Launch the sample campaign, kill its workers, judge the end."""
    import django

    django.setup()
    from tests.chaos import nemesis

    run = nemesis.launch()
    moments = sorted(chance.random() * 0.95 for _ in range(kills))
    killed, moved, last = 0, time.monotonic(), -1.0
    while not nemesis.is_over(run):
        share = nemesis.progress(run)
        if share != last:
            moved, last = time.monotonic(), share
        if time.monotonic() - moved > PATIENCE:
            say(f"Stuck at {share:.0%}.")
            break
        if moments and share >= moments[0] and nemesis.kill_one(run, chance):
            moments.pop(0)
            killed += 1
            say(f"Killed {killed} of {kills} at {share:.0%}.")
        time.sleep(0.02)
    return nemesis.verdict(run, VAR / "simulator" / "journal.jsonl", killed)


if __name__ == "__main__":
    raise SystemExit(main())

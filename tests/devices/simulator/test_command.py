"""The simulator as a process of its own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from devices.gateways.fcm import FcmGateway
from devices.gateways.http import Sender
from devices.gateways.oauth import parse_service_account
from devices.gateways.wire import Wire
from devices.simulator import accounts
from tests.devices.conftest import push

pytestmark = pytest.mark.processes
ROOT = Path(__file__).resolve().parents[3]


@contextmanager
def process(var: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The command, killed at the end if it still runs."""
    environ = {"PUSHSITE_VAR": str(var), "DATABASE_URL": "postgresql://nowhere/none"}
    keys = {"SECRET_KEY": "s" * 60, "CREDENTIAL_KEY": "k" * 43 + "="}
    with subprocess.Popen(
        [sys.executable, "manage.py", "simulator", *arguments],
        cwd=ROOT,
        env=os.environ | environ | keys,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        try:
            yield running
        finally:
            running.kill()


def address_of(running: subprocess.Popen[str]) -> str:
    assert running.stdout is not None
    return running.stdout.readline().split(";")[0].removeprefix("Simulator on ")


def test_what_was_answered_is_in_the_journal_though_the_process_is_killed(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "simulator"
    scripts = tmp_path / "scripts.jsonl"
    scripts.write_text('{"token": "from-the-file", "script": "dead"}\n')
    with process(
        tmp_path, "--listen", "127.0.0.1:0", "--scripts", str(scripts)
    ) as running:
        address = address_of(running)
        credential = parse_service_account(accounts.service_account(folder, "demo"))
        sender = Sender(Wire(simulator=address, ca_file=str(folder / "ca.pem")))

        [result] = FcmGateway(credential, sender).send([push("from-the-file")])
        running.kill()

    assert result.code == "UNREGISTERED"
    last = json.loads((folder / "journal.jsonl").read_text().splitlines()[-1])
    assert (last["token"], last["status"]) == ("from-the-file", 404)


def test_a_signal_ends_it_cleanly(tmp_path: Path) -> None:
    with process(tmp_path, "--listen", "127.0.0.1:0") as running:
        address_of(running)
        running.send_signal(signal.SIGTERM)

        assert running.wait(20) == 0
        assert running.stderr is not None
        assert running.stderr.read() == ""


def test_a_taken_port_is_one_sentence_without_a_traceback(tmp_path: Path) -> None:
    with process(tmp_path, "--listen", "127.0.0.1:0") as first:
        taken = address_of(first)
        with process(tmp_path, "--listen", taken) as second:
            _said, trouble = second.communicate(timeout=20)

    assert second.returncode == 1
    assert f"cannot listen on {taken}" in trouble
    assert "Traceback" not in trouble

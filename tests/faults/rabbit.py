"""A RabbitMQ node of a test's own, on loopback, to be killed and started empty."""

import os
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil

from tests.journeys.processes import free_port

SECONDS = 120


def is_here() -> bool:
    return shutil.which("rabbitmq-server") is not None


class Rabbit:
    """One node in a folder of its own, with a port mapper of its own."""

    def __init__(self) -> None:
        self.port, mapper = free_port(), free_port()
        self.name = f"fault{self.port}@localhost"
        self.home = Path(tempfile.mkdtemp(prefix="rabbit-"))
        # The packaged start-up script changes to the user rabbitmq.
        if os.geteuid() == 0:
            shutil.chown(self.home, "rabbitmq")
        self.environment = os.environ | {
            "RABBITMQ_NODENAME": self.name,
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": str(self.home / "data"),
            "RABBITMQ_LOG_BASE": str(self.home / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.home / "plugins"),
            "RABBITMQ_CONF_ENV_FILE": str(self.home / "none"),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(mapper),
        }

    def address(self, port: int | None = None) -> str:
        """What CELERY_BROKER_URL says."""
        return f"amqp://guest:guest@127.0.0.1:{port or self.port}//"

    def start(self) -> None:
        """Start it and wait until it serves."""
        with self.home.with_suffix(".log").open("ab") as log:
            self.server = subprocess.Popen(
                ["rabbitmq-server"],
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        ends = time.monotonic() + SECONDS
        while not self._serves():
            assert time.monotonic() < ends, self.home.with_suffix(".log").read_text()
            assert self.server.poll() is None, "RabbitMQ ended"

    def kill(self) -> None:
        """End it at once, with all that it kept."""
        for each in self.processes():
            with suppress(psutil.NoSuchProcess):
                each.kill()
        self.server.wait(10)
        shutil.rmtree(self.home / "data", ignore_errors=True)

    def stop(self) -> None:
        """End it and leave nothing behind."""
        self.kill()
        subprocess.run(["epmd", "-kill"], env=self.environment, capture_output=True)
        shutil.rmtree(self.home, ignore_errors=True)
        self.home.with_suffix(".log").unlink(missing_ok=True)

    def _serves(self) -> bool:
        asked = ("rabbitmqctl", "--quiet", "await_startup", "--timeout", "20")
        done = subprocess.run(asked, env=self.environment, capture_output=True)
        return done.returncode == 0

    def processes(self) -> list[psutil.Process]:
        """Those of this node: the scripts that started it, and the machine itself."""
        return [each for each in psutil.process_iter() if self._is_own(each)]

    def _is_own(self, process: psutil.Process) -> bool:
        try:
            return process.environ().get("RABBITMQ_NODENAME") == self.name
        except psutil.Error:
            return False

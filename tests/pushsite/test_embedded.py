"""The embedded PostgreSQL: started once, whatever it finds, without opening folders."""

import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from pushsite.embedded import (
    EmbeddedError,
    EmbeddedPostgres,
    account,
    binaries,
    process,
    sockets,
)

IS_ROOT = os.geteuid() == 0
needs_root = pytest.mark.skipif(not IS_ROOT, reason="only root meets this")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """One server for the tests that leave it able to serve."""
    made = EmbeddedPostgres(tmp_path_factory.mktemp("embedded"))
    made.ensure()
    yield made
    made.stop()


@pytest.fixture
def another(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """A server of this test alone, not started yet."""
    made = EmbeddedPostgres(tmp_path / "var")
    yield made
    made.stop()


def answer(server: EmbeddedPostgres, question: str) -> object:
    with psycopg.connect(server.url) as connection:
        row = connection.execute(question).fetchone()  # type: ignore[call-overload]
        return row[0] if row else None


def test_it_serves_and_a_second_ensure_starts_nothing(server: EmbeddedPostgres) -> None:
    server.ensure()

    assert server.ensure() is False
    assert answer(server, "SELECT 1 + 1") == 2


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("max_connections", "150"),
        ("client_connection_check_interval", "500ms"),
        ("listen_addresses", ""),
        ("server_encoding", "UTF8"),
    ],
)
def test_it_works_durably_and_only_on_its_socket(
    server: EmbeddedPostgres, setting: str, value: str
) -> None:
    server.ensure()

    assert answer(server, f"SELECT current_setting('{setting}')") == value


def test_text_sorts_the_same_whatever_the_locale(server: EmbeddedPostgres) -> None:
    server.ensure()

    provider = "SELECT datlocprovider::text FROM pg_database WHERE datname = 'push'"
    assert answer(server, provider) == "b"


def test_a_restart_keeps_what_was_written(server: EmbeddedPostgres) -> None:
    server.ensure()
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS number")

    assert server.stop() is True
    assert server.is_ready() is False
    assert server.ensure() is True
    assert answer(server, "SELECT number FROM kept") == 42


def test_a_pid_file_that_names_a_stranger_is_no_obstacle(
    server: EmbeddedPostgres,
) -> None:
    server.ensure()
    file = server.data / process.PID_FILE
    words = file.read_text()
    server.stop()
    file.write_text(words.replace(words.split("\n")[0], str(os.getppid()), 1))

    assert server.ensure() is True
    assert server.is_ready()


def test_a_zombie_is_not_taken_for_a_server(server: EmbeddedPostgres) -> None:
    server.stop()
    zombie = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)
    (server.data / process.PID_FILE).write_text(f"{zombie.pid}\n{server.data}\n")

    assert process.postmaster(server.data) is None
    assert server.ensure() is True
    zombie.wait()


def test_it_returns_after_a_kill_with_a_client_connected(
    server: EmbeddedPostgres,
) -> None:
    server.ensure()
    pid = process.postmaster(server.data)
    assert pid is not None
    client = psycopg.connect(server.url)

    os.kill(pid, signal.SIGKILL)

    while process.postmaster(server.data) == pid:
        os.sched_yield()
    assert server.ensure() is True
    client.close()


@pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="only Linux tells")
@pytest.mark.parametrize("is_deleted", [True, False], ids=["deleted", "moved"])
def test_a_server_that_lost_its_folder_does_not_take_the_new_ones_socket(
    another: EmbeddedPostgres, tmp_path: Path, is_deleted: bool
) -> None:
    another.ensure()
    old = process.postmaster(another.data)
    another.home.rename(tmp_path / "elsewhere")
    if is_deleted:
        shutil.rmtree(tmp_path / "elsewhere", ignore_errors=True)

    assert another.ensure() is True

    assert process.left_behind(another.data) == []
    assert process.postmaster(another.data) not in (None, old)
    assert answer(another, "SELECT 1") == 1


def test_a_server_without_its_socket_gets_it_back(another: EmbeddedPostgres) -> None:
    another.ensure()
    (another.sockets / sockets.NAME).unlink()

    assert another.ensure() is True
    assert answer(another, "SELECT 1") == 1


def test_many_that_come_at_once_start_one_server(another: EmbeddedPostgres) -> None:
    with ThreadPoolExecutor(4) as pool:
        started = list(pool.map(lambda _: another.ensure(), range(4)))

    assert sorted(started) == [False, False, False, True]


def test_a_making_that_was_interrupted_is_made_anew(another: EmbeddedPostgres) -> None:
    draft = another.data.with_name("data.new")
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")
    another.home.chmod(0o700)

    assert another.ensure() is True
    assert not draft.exists()


def test_a_long_path_gets_its_socket_in_a_short_private_folder(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / ("long" * 30))
    try:
        server.ensure()

        assert answer(server, "SELECT 1") == 1
        assert stat.S_IMODE(server.sockets.stat().st_mode) == 0o700
    finally:
        server.stop()
        shutil.rmtree(server.sockets, ignore_errors=True)


def test_a_socket_folder_that_others_may_enter_is_refused(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir(mode=0o755)

    with pytest.raises(EmbeddedError, match="is not a private folder"):
        sockets.guard(tmp_path / "open", uid=os.geteuid(), gid=os.getegid())


def test_a_socket_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "mine")

    with pytest.raises(EmbeddedError, match="is not a private folder"):
        sockets.guard(tmp_path / "link", uid=os.geteuid(), gid=os.getegid())


def test_stop_if_unused_leaves_a_server_that_somebody_uses(
    server: EmbeddedPostgres,
) -> None:
    server.ensure()

    with server.in_use():
        assert server.stop_if_unused() is False
    assert server.stop_if_unused() is True


def test_a_data_folder_of_an_unknown_version_is_named(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path)
    server.data.mkdir(parents=True)
    (server.data / "PG_VERSION").write_text("9\n")

    with pytest.raises(
        EmbeddedError, match="install PostgreSQL 9, or set DATABASE_URL"
    ):
        server.ensure()


def test_without_any_postgresql_the_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "WHEEL_FOLDERS", ())
    monkeypatch.setattr(binaries, "SYSTEM_FOLDERS", ())
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(EmbeddedError, match="install your system's postgresql"):
        EmbeddedPostgres(tmp_path).ensure()


def test_the_systems_postgresql_serves_where_the_wheel_does_not_fit(
    another: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "WHEEL_FOLDERS", ())
    if not any(map(binaries.major_of, binaries.folders())):
        pytest.skip("this system has no PostgreSQL of its own")

    assert another.ensure() is True
    assert answer(another, "SELECT current_setting('fsync')") == "on"


@needs_root
def test_root_works_below_a_folder_that_only_root_may_enter(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    server = EmbeddedPostgres(private / "var")
    try:
        assert server.ensure() is True

        assert stat.S_IMODE(private.stat().st_mode) == 0o700
    finally:
        server.stop()


@pytest.fixture
def no_namespaces(monkeypatch: pytest.MonkeyPatch) -> None:
    """A container whose rules forbid user namespaces."""
    monkeypatch.setattr(account, "MAPPED", ("false",))


@needs_root
def test_root_without_namespaces_works_as_nobody(no_namespaces: None) -> None:
    folder = Path("/tmp") / f"pushsite-nobody-{os.getpid()}"
    server = EmbeddedPostgres(folder)
    found = binaries.find(major=None)
    nobody = account._nobody()
    if nobody is None or not nobody.can_work(found.program("postgres"), Path("/tmp")):
        pytest.skip("nobody may not enter the folder of PostgreSQL's programs")
    try:
        assert server.ensure() is True

        assert server.data.stat().st_uid == nobody.uid
        assert server.stop() is True
        assert server.ensure() is True
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@needs_root
def test_root_who_cannot_work_at_all_is_told_which_settings_help(
    tmp_path: Path, no_namespaces: None
) -> None:
    (tmp_path / "private").mkdir(mode=0o700)

    with pytest.raises(EmbeddedError, match="set PUSHSITE_VAR") as failure:
        EmbeddedPostgres(tmp_path / "private" / "var").ensure()
    assert "DATABASE_URL" in str(failure.value)

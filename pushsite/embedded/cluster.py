"""Making the data folder and stating how its server works."""

import os
import shutil
import sys
from pathlib import Path

from . import trouble
from .account import Account
from .binaries import Binaries

ROLE = "push"
DATABASE = "push"
SETTINGS_FILE = "pushsite.conf"
# The builtin C.UTF-8 sorts the same on every system; it came with version 17.
BUILTIN_LOCALE = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")


def major_of(data: Path) -> int | None:
    """The major version that made the data folder; None when there is none yet."""
    version = data / "PG_VERSION"
    return int(version.read_text().strip()) if version.exists() else None


def make(data: Path, *, binaries: Binaries, account: Account) -> None:
    """Make the data folder, whole or not at all: it gets its name at the end."""
    draft = data.with_name(data.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)
    locale = BUILTIN_LOCALE if binaries.major >= 17 else ("--no-locale",)
    command = (
        *(binaries.program("initdb"), "-D", str(draft), "-U", ROLE),
        *("--auth=trust", "--encoding=UTF8", "--data-checksums", *locale),
    )
    _run(account, command, data=data, doing="making its data folder")
    with (draft / "postgresql.conf").open("a") as settings:
        settings.write(f"\ninclude_if_exists '{SETTINGS_FILE}'\n")
    command = (binaries.program("postgres"), "--single", "-D", str(draft), "postgres")
    doing = "making its database"
    _run(account, command, data=data, doing=doing, input=f"CREATE DATABASE {DATABASE}")
    draft.rename(data)


def _run(
    account: Account,
    command: tuple[str, ...],
    *,
    data: Path,
    doing: str,
    input: str = "",
) -> None:
    done = account.run(*command, capture_output=True, input=input)
    words = (done.stdout + done.stderr).splitlines()
    # In single-user mode a refused statement is printed, and the program ends well.
    if done.returncode or any("FATAL" in line or "PANIC" in line for line in words):
        raise trouble.from_words(data.parent, words, doing=doing)


def write_settings(
    data: Path, sockets: Path, *, binaries: Binaries, account: Account
) -> None:
    """State the server's settings anew; read at each start."""
    values = {
        "listen_addresses": "",
        "unix_socket_directories": str(sockets),
        "unix_socket_permissions": "0700",
        "port": "5432",
        "max_connections": "150",
        "shared_buffers": f"{shared_megabytes()}MB",
        "max_wal_size": "2GB",
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "timezone": "UTC",
        "log_timezone": "UTC",
        # A refused statement carries tokens and texts of messages: keep them out.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
    }
    # Before 16 only Linux could notice a client that went away.
    if sys.platform == "linux" or binaries.major >= 16:
        values["client_connection_check_interval"] = "500ms"
    quoted = ((name, value.replace("'", "''")) for name, value in values.items())
    text = "".join(f"{name} = '{value}'\n" for name, value in quoted)
    (data / SETTINGS_FILE).write_text(text)
    os.chown(data / SETTINGS_FILE, account.uid, account.gid)


def shared_megabytes() -> int:
    """A quarter of the memory, as PostgreSQL's own pages advise, up to 1 GB.

    Only what is used is taken. The server's own 128 MB hold no audience of a million.
    """
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return max(128, min(1024, pages * size // 4 // 2**20))

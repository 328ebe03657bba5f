"""The folder of the server's Unix socket, whose path must be short."""

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from .trouble import EmbeddedError

# sun_path holds 104 bytes on macOS and 108 on Linux, the final zero included.
LONGEST = 100
NAME = ".s.PGSQL.5432"


def folder_for(home: Path) -> Path:
    """Where the socket goes: the home itself, or a short folder for a long path."""
    if len(os.fsencode(home / NAME)) <= LONGEST:
        return home
    mark = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    short = Path(tempfile.gettempdir()) / f"pushsite-{mark}"
    if len(os.fsencode(short / NAME)) <= LONGEST:
        return short
    return Path("/tmp") / short.name  # noqa: S108


def guard(folder: Path, *, uid: int, gid: int) -> None:
    """Make the folder private to its owner, or refuse one that a stranger made."""
    try:
        folder.mkdir(mode=0o700)
        os.chown(folder, uid, gid)
    except FileExistsError:
        pass
    found = folder.lstat()
    private = stat.S_IMODE(found.st_mode) & 0o077 == 0
    if stat.S_ISDIR(found.st_mode) and private and found.st_uid == uid:
        return
    raise EmbeddedError(
        f"{folder} is not a private folder of uid {uid}, so the embedded PostgreSQL "
        "will not put its socket there: remove it, or set PUSHSITE_VAR to a shorter "
        "path."
    )

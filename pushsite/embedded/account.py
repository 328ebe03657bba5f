"""As whom PostgreSQL runs, because it refuses to run as root."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .trouble import EmbeddedError

# The number is free to choose: in the new user namespace our own uid bears it.
MAPPED = ("unshare", "-U", "--map-user=1000", "--map-group=1000")
TRIAL = '"$1" --version >/dev/null && test -w "$2" && cd "$2"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """How to start PostgreSQL's programs, and who owns the files that they make."""

    uid: int
    gid: int
    prefix: tuple[str, ...] = ()
    run_as: Mapping[str, Any] = field(default_factory=dict)

    def run(self, *command: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run one program to its end, with its output as text."""
        return subprocess.run(  # noqa: S603
            [*self.prefix, *command],
            text=True,
            cwd="/",
            env=os.environ | {"LC_ALL": "C", "TZ": "UTC"},
            **{**self.run_as, **options},
        )

    def can_work(self, program: str, folder: Path) -> bool:
        """Whether this account can run the program and write in the folder."""
        command = ("sh", "-c", TRIAL, "sh", program, str(folder))
        try:
            trial = self.run(*command, capture_output=True, timeout=20)
        except (OSError, subprocess.SubprocessError):
            return False
        return trial.returncode == 0

    def own(self, folder: Path) -> None:
        """Make the folder, 0700, this account's."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_uid != self.uid:
            os.chown(folder, self.uid, self.gid)


def choose(program: str, folder: Path) -> Account:
    """The account for a server whose data will be in the folder.

    Root runs it in a user namespace of its own (which also works below folders that
    only root may enter), else as nobody. A folder that exists keeps its owner.
    """
    if os.geteuid() != 0:
        return _own_account(folder)
    owner = folder.stat().st_uid if folder.exists() else None
    for account in (_mapped(), _nobody()):
        if account is None or owner not in (None, account.uid):
            continue
        made = owner is None
        account.own(folder)
        if account.can_work(program, folder):
            return account
        if made:
            folder.rmdir()
    raise EmbeddedError(
        "PostgreSQL refuses to run as root, and neither a user namespace (unshare -U) "
        f"nor the user nobody can use {folder} and {program} here: run Pushsite as "
        "another user, set PUSHSITE_VAR to a folder that nobody may enter and own, "
        "or set DATABASE_URL."
    )


def _own_account(folder: Path) -> Account:
    uid = os.geteuid()
    if folder.exists() and folder.stat().st_uid != uid:
        raise EmbeddedError(
            f"The embedded database in {folder} belongs to another user "
            f"(uid {folder.stat().st_uid}): run Pushsite as that user, or set "
            "PUSHSITE_VAR to a folder of your own."
        )
    return Account(uid=uid, gid=os.getegid())


def _mapped() -> Account | None:
    if not shutil.which(MAPPED[0]):
        return None
    return Account(uid=0, gid=0, prefix=MAPPED)


def _nobody() -> Account | None:
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        return None
    uid, gid = nobody.pw_uid, nobody.pw_gid
    run_as = {"user": uid, "group": gid, "extra_groups": []}
    return Account(uid=uid, gid=gid, run_as=run_as)

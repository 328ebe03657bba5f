"""The first sign-in of a site that was started to be tried out."""

import os
import secrets
from pathlib import Path

from django.contrib.auth import get_user_model

NAME = "admin"


def first_password(path: Path) -> str | None:
    """The password of the user "admin", for the person at the terminal.

    Made once, on a site that has no user yet, and kept in this file for its owner
    only. None when the file is gone or the password was changed since.
    """
    users = get_user_model()._default_manager
    if not users.exists():
        password = _kept(path) or secrets.token_urlsafe(12)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"{NAME} {password}\n")
        users.create_superuser(username=NAME, email="", password=password)
        return password
    kept = _kept(path)
    admin = users.filter(**{get_user_model().USERNAME_FIELD: NAME}).first()
    return kept if kept and admin and admin.check_password(kept) else None


def _kept(path: Path) -> str | None:
    if not path.exists():
        return None
    return path.read_text().partition(" ")[2].strip() or None

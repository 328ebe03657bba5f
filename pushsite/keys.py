"""The two secrets of a site that was started without being given any."""

import base64
import os
import secrets
from pathlib import Path

# For test runs on a database of their own, where nothing secret is kept.
FOR_TESTS = {
    "SECRET_KEY": "test-only-" + "0" * 50,
    "CREDENTIAL_KEY": "dGVzdC1vbmx5LWtleS0wMTIzNDU2Nzg5YWJjZGVmZ2g=",
}


def fresh() -> dict[str, str]:
    """New keys: Django's, and 32 bytes in URL-safe base64 to encrypt credentials."""
    credential_key = base64.urlsafe_b64encode(os.urandom(32)).decode()
    return {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "CREDENTIAL_KEY": credential_key,
    }


def kept_in(path: Path) -> dict[str, str]:
    """The keys in this file, made once, readable by its owner only.

    Two processes that come at once get the same keys: the file appears whole, and
    the first one stays. Lost keys make stored credentials unreadable, so keep it.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.writelines(f"{name}={value}\n" for name, value in fresh().items())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    lines = path.read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)

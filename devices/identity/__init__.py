"""Who is calling, and for whom: what proves it."""

from .proving import check_keys, verify, who
from .server_keys import Made, make, revoke, server_key, used

__all__ = [
    "Made",
    "check_keys",
    "make",
    "revoke",
    "server_key",
    "used",
    "verify",
    "who",
]

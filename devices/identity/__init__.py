"""Who is calling, and for whom: what proves it."""

from .proving import check_keys, verify, who

__all__ = ["check_keys", "verify", "who"]

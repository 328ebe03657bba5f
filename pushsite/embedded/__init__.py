"""The PostgreSQL that runs by itself when DATABASE_URL is not set.

Everything that may fail here ends in EmbeddedError, whose text is one sentence for
the person at the terminal.
"""

from .server import EmbeddedPostgres
from .trouble import EmbeddedError, cannot_write

__all__ = ["EmbeddedError", "EmbeddedPostgres", "cannot_write"]

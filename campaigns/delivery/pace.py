"""How a worker works."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Its files, seconds, rows and chunks.

    ``ramp``: seconds in which a fast channel with a limit climbs to full speed.
    """

    flights: Path
    lease: float = 30.0
    chunk: int = 500
    open_chunks: int = 2
    ramp: float = 0.0

"""What people do in the app, each event kept once: the only writer of Event."""

from .happenings import MAX_BATCH, NAME, Answer, Fate, Fault, Happening, read
from .reasons import REASONS, Code
from .recording import BulkEvent, import_many, move, record, record_of
from .refused import drop_old, of_week

__all__ = [
    "MAX_BATCH",
    "NAME",
    "REASONS",
    "Answer",
    "BulkEvent",
    "Code",
    "Fate",
    "Fault",
    "Happening",
    "drop_old",
    "import_many",
    "move",
    "of_week",
    "read",
    "record",
    "record_of",
]

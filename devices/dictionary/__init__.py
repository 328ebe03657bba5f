"""What arrives, learnt by name: the only writer of DictionaryEntry.

Learning is sampled: it costs a batch one statement at most, and nothing when all of
its names were looked at a moment ago.
"""

from .describing import describe
from .forgetting import forget
from .learning import learn_attributes, learn_events
from .observing import types_of
from .reading import Known, attributes, entry_of, events, everything, properties

__all__ = [
    "Known",
    "attributes",
    "describe",
    "entry_of",
    "events",
    "everything",
    "forget",
    "learn_attributes",
    "learn_events",
    "properties",
    "types_of",
]

"""What people agree to: the only writer of preferences and the consent ledger.

A preference is the person's, for all devices; the last explicit word wins. No
answer of a provider ever changes it (reference: subscription states A and B).
"""

from .answers import (
    LAST_ANDROID_WITHOUT_PROMPT,
    answer,
    asks_first,
    opt_in,
    permission_changed,
    preference_of,
    subscribe,
    unsubscribe,
)
from .bulk import (
    BulkPreference,
    BulkTopicAnswer,
    Imported,
    import_answers,
    import_many,
    import_topic_answers,
    keep_staged,
    keep_staged_topics,
)
from .choosing import Choice, keep, merge
from .erasing import erase
from .ledger import Said, keep_wording, wording
from .pausing import pause, paused_until, resume
from .topics import set_topics, topics_named, topics_of

__all__ = [
    "LAST_ANDROID_WITHOUT_PROMPT",
    "BulkPreference",
    "BulkTopicAnswer",
    "Choice",
    "Imported",
    "Said",
    "answer",
    "asks_first",
    "erase",
    "import_answers",
    "import_many",
    "import_topic_answers",
    "keep",
    "keep_staged",
    "keep_staged_topics",
    "keep_wording",
    "merge",
    "opt_in",
    "pause",
    "paused_until",
    "permission_changed",
    "preference_of",
    "resume",
    "set_topics",
    "subscribe",
    "topics_named",
    "topics_of",
    "unsubscribe",
    "wording",
]

"""Who can be reached: the only writer of Installation and of the token rows.

Locks are taken in one order everywhere: the names that a registration claims
(advisory), installations by id, then the library's rows.
"""

from .bulk import BulkDevice, import_many
from .erasing import erase
from .facts import Facts
from .identities import identify, reset
from .pairing import Offer, offer, pair
from .reasons import SILENCE, Retired
from .registering import Registered, Registration, register
from .reporting import Report, forget, is_secret_of, refresh_token, report, seen
from .retiring import lift_suspensions, retire_dead, revive, strike
from .servers import record_events
from .switching import switch_off, switch_on
from .testers import (
    enrol_by_key,
    enrol_for_tests_only,
    enrol_test_device,
    of_group,
    with_reach,
    withdraw_test_device,
    within_reach,
)
from .tokens import hash_of

__all__ = [
    "SILENCE",
    "BulkDevice",
    "Facts",
    "Offer",
    "Registered",
    "Registration",
    "Report",
    "Retired",
    "enrol_by_key",
    "enrol_for_tests_only",
    "enrol_test_device",
    "erase",
    "forget",
    "hash_of",
    "identify",
    "import_many",
    "is_secret_of",
    "lift_suspensions",
    "of_group",
    "offer",
    "pair",
    "record_events",
    "refresh_token",
    "register",
    "report",
    "reset",
    "retire_dead",
    "revive",
    "seen",
    "strike",
    "switch_off",
    "switch_on",
    "with_reach",
    "withdraw_test_device",
    "within_reach",
]

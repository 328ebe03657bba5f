"""Who can be reached: the only writer of Installation and of the token rows.

Locks are taken in one order everywhere: the names that a registration claims
(advisory), installations by id, then the library's rows.
"""

from .bulk import BulkDevice, import_many
from .facts import Facts
from .identities import identify, reset
from .reasons import SILENCE, Retired
from .registering import Registered, Registration, register
from .reporting import Report, forget, is_secret_of, refresh_token, report, seen
from .retiring import lift_suspensions, retire_dead, revive, strike
from .testers import enrol_by_key, enrol_test_device, withdraw_test_device
from .tokens import hash_of

__all__ = [
    "SILENCE",
    "BulkDevice",
    "Facts",
    "Registered",
    "Registration",
    "Report",
    "Retired",
    "enrol_by_key",
    "enrol_test_device",
    "forget",
    "hash_of",
    "identify",
    "import_many",
    "is_secret_of",
    "lift_suspensions",
    "refresh_token",
    "register",
    "report",
    "reset",
    "retire_dead",
    "revive",
    "seen",
    "strike",
    "withdraw_test_device",
]

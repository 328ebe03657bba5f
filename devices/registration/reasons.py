"""Why an installation is out of reach, and how long silence must last."""

from datetime import timedelta
from enum import StrEnum

SILENCE = timedelta(hours=24)
"""A device that said nothing for so long may lose its token to a newcomer."""


class Retired(StrEnum):
    """The value of ``retired_reason``."""

    TOKEN_DEAD = "token dead"
    """The provider says that the token is gone."""
    WRONG_SENDER = "wrong sender"
    """Two campaigns learnt that the token belongs to another project."""
    MOVED = "moved"
    """The token was registered by another installation."""
    HELD = "held"
    """The token still belongs to an installation that was heard of lately."""
    SWITCHED_OFF = "switched off"
    """A member of staff switched this device off, and only they bring it back."""
    FORGOTTEN = "forgotten"
    """The app asked us to forget this device."""
    ERASED = "erased"
    """Its person was erased."""

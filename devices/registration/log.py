"""The device log: one line per transition, appended, without a token.

Three facts of a device change apart from each other: what its system allows
(permission), whether its token lives, and whose it is. Each change is a line with
what was before, what is after, why, by whom and when; the person's own word is in
the consent ledger (devices.consent), and no line here ever changes it.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from devices.models import Installation, InstallationChange
from devices.models.installations import Permission

LIVE, SUSPENDED, STALE = "live", "suspended", "stale"
"""Three of the states of a token; the others are the words of Retired."""


class Kind(StrEnum):
    """What changed."""

    REGISTERED = "registered"
    """A device came, or came back as nobody's; ``new`` is its token's state."""
    PERMISSION = "permission"
    TOKEN = "token"
    """Another token; ``old`` and ``new`` begin their hashes."""
    RETIRED = "retired"
    """The token lives no longer: ``new`` is a word of Retired."""
    REVIVED = "revived"
    SUSPENDED = "suspended"
    STALE = "stale"
    """Not heard of for as long as the application allows."""
    TOOK_OVER = "took over"
    """This device has the token that another one had."""
    PERSON = "person"
    """It changed hands: a line for whoever left and one for whoever came."""
    REPLACED = "replaced"
    """The same installation id, from an app that could not prove to be the same."""
    SECRET = "secret"
    TESTER = "tester"


@dataclass(slots=True)
class Log:
    """Collects the changes of one call, then appends them in one statement."""

    at: datetime
    cause: str
    actor: str = ""
    lines: list[InstallationChange] = field(default_factory=list)

    def note(
        self,
        installation: Installation,
        kind: Kind,
        *,
        old: str = "",
        new: str = "",
        person_id: int | None = None,
    ) -> None:
        """A line on the device and on its person (or ``person_id``)."""
        self.lines.append(
            InstallationChange(
                installation=installation,
                person_id=person_id or installation.person_id,
                kind=kind,
                old=old[:80],
                new=new[:80],
                cause=self.cause,
                actor=self.actor,
                at=self.at,
            )
        )

    def came(self, installation: Installation) -> None:
        """A device is there: its token's state, and what its system allows."""
        self.note(installation, Kind.REGISTERED, new=state_of(installation))
        if installation.permission != Permission.UNKNOWN:
            self.note(
                installation,
                Kind.PERMISSION,
                old=Permission.UNKNOWN,
                new=installation.permission,
            )

    def woke(self, installation: Installation, *, silent_since: datetime) -> None:
        """It is heard of again: if it had been silent for too long, both lines."""
        days = installation.application.stale_after
        ended = silent_since + timedelta(days=days) if days else self.at
        if ended >= self.at or installation.retired_at is not None:
            return
        self.note(installation, Kind.STALE, old=LIVE, new=STALE)
        self.lines[-1].at, self.lines[-1].cause = ended, "not heard of"
        self.note(installation, Kind.REVIVED, old=STALE, new=LIVE)

    def write(self) -> None:
        InstallationChange.objects.bulk_create(self.lines)
        self.lines = []


def state_of(installation: Installation) -> str:
    """The token's state in a word: live, suspended, or why it is retired."""
    if installation.retired_at is not None:
        return installation.retired_reason
    return LIVE if installation.suspended_at is None else SUSPENDED

"""The device log: one line per change, appended, without a token."""

from dataclasses import dataclass, field
from datetime import datetime

from devices.models import Installation, InstallationChange


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
        kind: str,
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

    def write(self) -> None:
        InstallationChange.objects.bulk_create(self.lines)
        self.lines = []

"""What the ledger holds of one person in one run: each device with its attempts."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from campaigns.models import Run
from campaigns.models.reasons import Reason
from campaigns.models.states import DeliveryState
from devices.models import Installation, Person

BEST = (
    DeliveryState.ACCEPTED,
    DeliveryState.UNKNOWN,
    DeliveryState.WAITING,
    DeliveryState.FAILED,
    DeliveryState.SKIPPED,
)
"""Of a person with several devices, the best that became of one is the answer."""

# The delivery's own index on (person, run) finds the rows of one person.
ROWS = """
SELECT d.seq, d.installation_id, d.reason, d.translation, o.attempt, o.reason, o.code,
       o.at
  FROM campaigns_delivery d
  LEFT JOIN campaigns_outcome o ON o.run_id = d.run_id AND o.seq = d.seq
 WHERE d.run_id = %s AND d.person_id = %s
 ORDER BY d.seq, o.attempt
"""


@dataclass(slots=True, kw_only=True)
class Story:
    """One ledger row with its attempts: (attempt, reason, code, moment)."""

    seq: int
    installation: Installation | None
    left_out: Reason | None
    translation: int | None
    attempts: list[tuple[int, Reason, str, datetime]]

    @property
    def reason(self) -> Reason | None:
        """The final reason; None while it waits."""
        last = self.left_out or (self.attempts[-1][1] if self.attempts else None)
        if last is None or last.state is DeliveryState.WAITING:
            return None
        return last

    @property
    def state(self) -> DeliveryState:
        return self.reason.state if self.reason else DeliveryState.WAITING


def of(run: Run, person: Person) -> list[Story]:
    """Their rows in the order of the ledger; none for whom it does not know."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [run.pk, person.pk])
        found = cursor.fetchall()
    known = Installation.objects.in_bulk({row[1] for row in found if row[1]})
    stories: dict[int, Story] = {}
    for seq, installation, left_out, translation, attempt, reason, code, at in found:
        story = stories.setdefault(
            seq,
            Story(
                seq=seq,
                installation=known.get(installation),
                left_out=Reason(left_out) if left_out else None,
                translation=translation,
                attempts=[],
            ),
        )
        if attempt is not None:
            story.attempts.append((attempt, Reason(reason), code, at))
    return list(stories.values())


def rank(story: Story) -> tuple[int, int]:
    """The best first; of several reasons the one of the last gate, as in lists."""
    return BEST.index(story.state), -(story.reason or 0)

"""In which languages a run spoke, and what came of each."""

from collections import defaultdict
from dataclasses import dataclass

from django.db import connection
from django.utils.text import capfirst

from campaigns.audience import limits
from campaigns.content import languages
from campaigns.models import Revision, Run, Spoken, variants

PATIENCE = 2.0
"""Seconds that a page may wait for what came of each language."""

# Read along the primary keys of one run; what takes longer is left out.
CAME = """
SELECT d.translation, 'accepted', count(*) FROM campaigns_outcome o
  JOIN campaigns_delivery d ON d.run_id = o.run_id AND d.seq = o.seq
 WHERE o.run_id = %(run)s AND o.reason BETWEEN 100 AND 199 GROUP BY 1
UNION ALL
SELECT d.translation, 'opened', count(*) FROM campaigns_receipt r
  JOIN campaigns_delivery d ON d.run_id = r.run_id AND d.seq = r.seq
 WHERE r.run_id = %(run)s AND r.kind = 'opened' GROUP BY 1"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """Devices ``due`` in one language. ``accepted`` and ``opened`` are None where
    counting them would hold a page up; ``share`` is opened of accepted, in per cent."""

    tag: str
    name: str
    due: int
    accepted: int | None
    opened: int | None

    @property
    def share(self) -> float | None:
        if self.opened is None or not self.accepted:
            return None
        return 100 * self.opened / self.accepted


def of_run(run: Run) -> list[Language]:
    """Every language of the run's message; none where there is one only."""
    tags = tags_of(run.revision)
    if len(tags) < 2:
        return []
    due = dict(Spoken.objects.filter(run=run).values_list("translation", "rows"))
    came = _came(run)
    return [
        Language(
            tag=tag,
            name=capfirst(languages.name(tag)),
            due=due.get(number, 0),
            accepted=None if came is None else came[number, "accepted"],
            opened=None if came is None else came[number, "opened"],
        )
        for number, tag in enumerate(tags)
    ]


def tags_of(revision: Revision) -> list[str]:
    """The tags of a message's languages by their number, its own first."""
    return variants.tags_in(revision.content)


def name_in(revision: Revision, translation: int | None) -> str:
    """What a delivery's language is called; "" where the message has one only."""
    tags = tags_of(revision)
    if translation is None or len(tags) < 2 or translation >= len(tags):
        return ""
    return languages.name(tags[translation])


def _came(run: Run) -> dict[tuple[int, str], int] | None:
    try:
        with limits.seconds(PATIENCE), connection.cursor() as cursor:
            cursor.execute(CAME, {"run": run.pk})
            rows = cursor.fetchall()
    except limits.TooSlow:
        return None
    found: dict[tuple[int, str], int] = defaultdict(int)
    for translation, what, count in rows:
        found[translation or 0, what] += count
    return found

"""What is known of an application's names, for menus and for the dictionary's page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from devices.models import DictionaryEntry
from devices.models.dictionary import Kind

SURE = 3
"""Times that a text was seen before it is shown: once may be one person's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One name: ``values`` are texts with their share of what was looked at, 0 to 1."""

    pk: int
    kind: str
    event: str
    name: str
    types: frozenset[str]
    first_seen_at: datetime
    last_seen_at: datetime
    values: tuple[tuple[str, float], ...]
    varied: bool
    low: float | None
    high: float | None
    labels: dict[str, str]
    description: str
    hidden: bool

    def label(self, language: str) -> str:
        """What it is called in a language: another's label, or the name itself."""
        mine = self.labels.get(language.split("-")[0])
        return mine or next(iter(self.labels.values()), "") or self.name


def events(application_id: int, *, hidden: bool = False) -> dict[str, Known]:
    """Events by name, in the order of their names."""
    return _named(_rows(application_id, Kind.EVENT, hidden=hidden))


def attributes(application_id: int, *, hidden: bool = False) -> dict[str, Known]:
    return _named(_rows(application_id, Kind.ATTRIBUTE, hidden=hidden))


def properties(application_id: int, *, hidden: bool = False) -> list[Known]:
    """Properties of all events, ordered by event and name."""
    rows = _rows(application_id, Kind.PROPERTY, hidden=hidden)
    return [known_of(row) for row in rows]


def everything(application_id: int) -> list[Known]:
    """Every name of an application, what is hidden too; one statement."""
    rows = DictionaryEntry.objects.filter(application=application_id)
    return [known_of(row) for row in rows.order_by("kind", "event", "name")]


def entry_of(application_id: int, kind: str, event: str, name: str) -> Known | None:
    rows = DictionaryEntry.objects.filter(
        application=application_id, kind=kind, event=event, name=name
    )
    return next((known_of(row) for row in rows), None)


def _rows(application_id: int, kind: str, *, hidden: bool) -> QuerySet[DictionaryEntry]:
    rows = DictionaryEntry.objects.filter(application=application_id, kind=kind)
    return (rows if hidden else rows.filter(hidden=False)).order_by("event", "name")


def _named(rows: Iterable[DictionaryEntry]) -> dict[str, Known]:
    return {row.name: known_of(row) for row in rows}


def known_of(row: DictionaryEntry) -> Known:
    counted = sorted(row.values.items(), key=lambda each: (-each[1], each[0]))
    return Known(
        pk=row.pk,
        kind=row.kind,
        event=row.event,
        name=row.name,
        types=frozenset(row.types),
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
        values=tuple(
            (text, times / max(row.sampled, 1))
            for text, times in counted
            if times >= SURE
        ),
        varied=row.varied,
        low=row.low,
        high=row.high,
        labels=row.labels,
        description=row.description,
        hidden=row.hidden,
    )

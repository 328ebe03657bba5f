"""The consent ledger as evidence: who agreed to which words, when and where."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet

from devices.models import ConsentEvent

CHUNK = 2_000
COLUMNS = (
    *("line", "at", "application", "person", "topic", "before", "after", "until"),
    *("source", "actor", "device", "proof", "language", "text_version", "text"),
    "text_sha256",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def lines(
    *, application_id: int | None, since: datetime, until: datetime
) -> QuerySet[ConsentEvent]:
    """Lines from ``since`` to before ``until``, of one application or of all."""
    rows = ConsentEvent.objects.filter(at__gte=since, at__lt=until)
    if application_id is not None:
        rows = rows.filter(person__application=application_id)
    return rows.select_related(
        *("person__application", "person__merged_into"),
        *("topic", "wording", "installation"),
    )


def rows(found: QuerySet[ConsentEvent]) -> Iterator[list[str]]:
    """The heading, then a row for each line by its time; memory stays flat."""
    yield list(COLUMNS)
    for each in found.order_by("at", "id").iterator(chunk_size=CHUNK):
        yield [cell(text) for text in row(each)]


def row(each: ConsentEvent) -> list[str]:
    """One line, in the order of COLUMNS; an erased person has no name."""
    person, wording = each.person.merged_into or each.person, each.wording
    device = each.installation
    return [
        str(each.pk),
        each.at.isoformat(),
        person.application.slug,
        person.external_id or "",
        each.topic.key if each.topic else "",
        each.old,
        each.new,
        each.until.isoformat() if each.until else "",
        each.source,
        each.actor,
        f"{device.platform} {device.public_id}" if device else "",
        each.proof,
        each.locale,
        each.text_version,
        wording.text if wording else "",
        bytes(wording.hash).hex() if wording else "",
    ]


def cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text

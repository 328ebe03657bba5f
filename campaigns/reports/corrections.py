"""What was corrected while a run was on its way, and who had which message."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.models import Correction, Run

LABELS = {"title": _("Title"), "body": _("Text"), "link": _("Tap goes to")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One text that differs; ``language`` is a tag, "" for the message's own.

    ``variant`` is the key of another variant than A.
    """

    label: Promise
    language: str
    before: str
    after: str
    variant: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """``accepted`` devices had what stood before, and not what stood before that."""

    made_at: datetime
    made_by: str
    accepted: int
    changes: list[Change]


def of_run(run: Run) -> list[Corrected]:
    """Every correction of a run, the first one first."""
    rows = Correction.objects.filter(run=run).select_related(
        "before", "after", "made_by"
    )
    until = [row.done.get("accepted", 0) for row in rows]
    return [
        Corrected(
            made_at=row.made_at,
            made_by=row.made_by.get_username(),
            accepted=now - earlier,
            changes=list(changes(row.before.content, row.after.content)),
        )
        for row, now, earlier in zip(rows, until, [0, *until], strict=False)
    ]


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """Each text that differs, by language, A's first."""
    yield from _in_one(before, after)
    others = {each["key"]: each["content"] for each in after.get("variants", ())}
    for variant in before.get("variants", ()):
        key = variant["key"]
        for each in _in_one(variant["content"], others[key]):
            yield replace(each, variant=key)


def _in_one(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    yield from _changes("", before, after)
    others = {each["locale"]: each for each in after.get("translations", ())}
    for each in before.get("translations", ()):
        yield from _changes(each["locale"], each, others[each["locale"]])


def _changes(
    language: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Change]:
    for name, label in LABELS.items():
        old, new = before.get(name, ""), after.get(name, "")
        if old != new:
            yield Change(label=label, language=language, before=old, after=new)

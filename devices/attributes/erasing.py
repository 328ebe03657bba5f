"""What remains of a person who was erased: a number without a past."""

from datetime import datetime
from typing import Any

from devices import dictionary
from devices.models import AttributeOrigin, Person

KEPT = frozenset({"id", "application", "bucket", "created_at", "merged_into"})
"""The row stays, since counts of what was sent point to it."""


def erase(people: list[int], at: datetime) -> int:
    """Empty these rows for good, and what we learnt of them; returns how many."""
    rows = Person.objects.filter(pk__in=people)
    for application_id, told in rows.values_list("application_id", "attributes"):
        dictionary.forget(application_id, told)
    AttributeOrigin.objects.filter(pk__in=people).delete()
    return Person.objects.filter(pk__in=people).update(**emptied(), erased_at=at)


def emptied() -> dict[str, Any]:
    """Every other column as a new row has it: also those that are added one day."""
    return {
        field.name: None if field.null else field.get_default()
        for field in Person._meta.concrete_fields
        if field.name not in KEPT | {"erased_at"}
    }

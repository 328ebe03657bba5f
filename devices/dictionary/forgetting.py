"""Taking an erased person's texts out of what is known."""

from collections.abc import Mapping
from typing import Any

from django.db.models import F, Func, Value
from django.db.models.fields.json import JSONField

from devices.models import DictionaryEntry
from devices.models.dictionary import Kind

from .observing import text_of


def forget(application_id: int, attributes: Mapping[str, Any]) -> int:
    """Drop the texts of these attributes from the values that are kept of each.

    A frequent one comes back with the next person who has it. Returns the entries
    that changed.
    """
    changed = 0
    for name, value in attributes.items():
        if not (text := text_of(value)):
            continue
        rows = DictionaryEntry.objects.filter(
            application=application_id,
            kind=Kind.ATTRIBUTE,
            name=name,
            values__has_key=text,
        )
        changed += rows.update(values=_without(text))
    return changed


def _without(text: str) -> Func:
    """Of what is kept, all but one text: jsonb minus text."""
    return Func(
        F("values"),
        Value(text),
        template="(%(expressions)s::text)",
        arg_joiner=" - ",
        output_field=JSONField(),
    )

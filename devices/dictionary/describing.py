"""What a developer says about a name: words for marketers, or that they need it not."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from devices.models import AuditEvent, DictionaryEntry
from devices.refusals import Refused

MAX_LABEL = 60
MAX_DESCRIPTION = 500


@transaction.atomic
def describe(
    pk: int, *, labels: Mapping[str, str], description: str, hidden: bool, actor: Any
) -> int:
    """Keep labels by language, a description, and whether marketers are offered it.

    Raises Refused; returns 1 when the entry is there.
    """
    kept = {code: text.strip() for code, text in labels.items() if text.strip()}
    if any(len(text) > MAX_LABEL for text in kept.values()):
        raise Refused("/labels", "too_long", _("A label has at most 60 characters."))
    if len(description) > MAX_DESCRIPTION:
        sentence = _("A description has at most 500 characters.")
        raise Refused("/description", "too_long", sentence)
    entry = DictionaryEntry.objects.select_for_update().filter(pk=pk).first()
    if entry is None:
        return 0
    AuditEvent.objects.note(actor, "dictionary entry described", entry, hidden=hidden)
    return DictionaryEntry.objects.filter(pk=pk).update(
        labels=kept, description=description.strip(), hidden=hidden
    )

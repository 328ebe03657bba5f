"""Sentences that are kept: as they were written and with their facts.

A worker has no reader's language, so what it keeps is translated when it is shown.
"""

import json

from django.utils.translation import gettext


def keep(sentence: str, **facts: object) -> str:
    """A sentence of the catalogue (gettext_noop) with its facts, as text to store."""
    told = {name: str(value) for name, value in facts.items()}
    return json.dumps({"said": sentence, "facts": told}, ensure_ascii=False)


def shown(kept: str) -> str:
    """What was kept, in the reader's language; a plain text as it is."""
    try:
        told = json.loads(kept)
        return gettext(told["said"]) % told["facts"]
    except (ValueError, TypeError, KeyError):
        return kept

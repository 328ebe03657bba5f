"""Lists, numbers and days in words, as clauses need them."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils import formats
from django.utils.translation import gettext as _


def either(words: Sequence[str]) -> str:
    """“a”, “a or b”, “a, b or c”."""
    if len(words) == 1:
        return words[0]
    most = _(", ").join(words[:-1])
    return _("%(most)s or %(last)s") % {"most": most, "last": words[-1]}


def both(words: Sequence[str]) -> str:
    """“a”, “a and b”, “a, b and c”."""
    if len(words) == 1:
        return words[0]
    most = _(", ").join(words[:-1])
    return _("%(most)s and %(last)s") % {"most": most, "last": words[-1]}


def spoken(name: str) -> str:
    return name.replace("_", " ")


def quoted(text: str) -> str:
    return _("“%(text)s”") % {"text": text}


def counted(number: Decimal) -> str:
    return formats.number_format(number.normalize(), use_l10n=True)


def dated(day: date) -> str:
    return formats.date_format(day, "j F Y")

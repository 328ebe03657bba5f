"""Lists, numbers and days in words, as clauses need them."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from babel import Locale, UnknownLocaleError
from django.utils import formats
from django.utils.translation import get_language
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


def country(code: str) -> str:
    """A country's name in the language that is active, else its two letters."""
    return str(_names().territories.get(code, code))


def language(tag: str) -> str:
    """A language's name in the one that is active, else its tag."""
    try:
        spoken_of = Locale.parse(tag.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return tag
    return spoken_of.get_display_name(_names()) or tag


def _names() -> Locale:
    return Locale.parse(get_language() or "en", sep="-")

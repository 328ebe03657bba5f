"""How values are written in a message: dates, sums, plurals, and cutting at a word.

Each is a filter of the Liquid that messages may use. What depends on the reader, the
language of the text, the zone of the person and the present moment, stands in the
scope under the names of campaigns.content.moments, which no text can say.
"""

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, is_currency
from liquid import RenderContext
from liquid.exceptions import FilterArgumentError
from liquid.filter import liquid_filter, string_filter, with_context

from campaigns.content import moments
from campaigns.content.values import said

DATE_PARTS = re.compile(r"%(.[dmHMS]|.)")
NUMBERS = {"d", "m", "Y", "y", "H", "M", "-d", "-m", "-H", "%"}
WORDS = {"A": "EEEE", "a": "EEE", "B": "MMMM", "b": "MMM"}
"""Names of days and months, as the CLDR writes their patterns."""
STYLES = ("short", "medium", "long", "full")
MOST_DIGITS = 15


@with_context
@liquid_filter
def date(value: object, pattern: object = "%d/%m/%Y", *, context: RenderContext) -> str:
    """A day or a moment: %d %m %Y %y %H %M, %-d without 0, %A %B the names.

    Or a style, "short" to "full", as the language of the text writes it. A moment
    with an offset is told in the person's zone.
    """
    form = str(pattern)
    parts = set(DATE_PARTS.findall(form))
    if form not in STYLES and parts - NUMBERS - WORDS.keys():
        raise FilterArgumentError("date: unknown part", token=None)
    if said(value) is None:
        return ""
    moment = moments.local(value, zone=context.resolve(moments.ZONE, default=""))
    if moment is None:
        raise FilterArgumentError("date: not a date", token=None)
    language = _language(context)
    if form in STYLES:
        return format_date(moment, format=form, locale=language)
    return _written(moment, form, language)


def _written(moment: datetime, form: str, language: Locale) -> str:
    def part(found: re.Match[str]) -> str:
        name = found[1]
        if name in WORDS:
            return format_datetime(moment, WORDS[name], locale=language)
        return moment.strftime(f"%{name}")

    return DATE_PARTS.sub(part, form)


@with_context
@liquid_filter
def days_until(value: object, *, context: RenderContext) -> object:
    """Whole days from today to a date, both in the person's zone; 0 is today.

    Negative for the past. None for no date, so that ``default`` may follow.
    """
    return moments.days_until(
        value,
        now=context.resolve(moments.NOW, default=""),
        zone=context.resolve(moments.ZONE, default=""),
    )


@with_context
@liquid_filter
def currency(value: object, code: object, *, context: RenderContext) -> object:
    """A sum as the language of the text writes it: ``{{ price | currency: "EUR" }}``.

    Whole sums lose their zeros where ``code`` ends with a minus: "EUR-".
    """
    name = str(code).upper()
    bare = name.endswith("-")
    name = name.removesuffix("-")
    if not is_currency(name):
        raise FilterArgumentError("currency: unknown currency", token=None)
    number = _number(value)
    if number is None:
        return None
    keeps = not (bare and number == number.to_integral_value())
    return format_currency(
        number,
        name,
        format=None if keeps else "¤#,##0",
        locale=_language(context),
        currency_digits=keeps,
    )


def _number(value: object) -> Decimal | None:
    text = said(value)
    if text is None:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation as wrong:
        raise FilterArgumentError("this is not a number", token=None) from wrong
    if not number.is_finite() or abs(number.adjusted()) > MOST_DIGITS:
        raise FilterArgumentError("this is not a number", token=None)
    return number


@with_context
@liquid_filter
def plural(
    value: object,
    one: object,
    other: object,
    *,
    context: RenderContext,
    zero: object = None,
    two: object = None,
    few: object = None,
    many: object = None,
) -> str:
    """The word that a number asks for: ``{{ n | plural: "day", "days" }}``.

    By the CLDR's rules of the language of the text; ``zero:``, ``two:``, ``few:`` and
    ``many:`` are given by name where a language has them, as Arabic does.
    """
    number = _number(value)
    forms = {"zero": zero, "one": one, "two": two, "few": few, "many": many}
    kind = "other" if number is None else _language(context).plural_form(number)
    if number == 0 and zero is not None:
        kind = "zero"
    found = forms.get(kind)
    return str(other if found is None else found)


@string_filter
def shorten(value: str, most: object = 40) -> str:
    """At most so many characters, cut between two words, with … for what is gone."""
    limit = int(str(most))
    if limit < 2:
        raise FilterArgumentError("shorten: too short", token=None)
    if len(value) <= limit:
        return value
    kept = value[:limit]
    whole = kept[:-1] if value[limit - 1].isspace() else kept.rpartition(" ")[0]
    return (whole or kept[:-1]).rstrip(" ,;:.-–—") + "…"


def _language(context: RenderContext) -> Locale:
    return _locale(str(context.resolve(moments.LANGUAGE, default="en")))


@lru_cache(64)
def _locale(tag: str) -> Locale:
    while tag:
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            tag = tag.rpartition("-")[0]
    return Locale("en")


FORMATS: dict[str, Callable[..., Any]] = {
    "currency": currency,
    "date": date,
    "days_until": days_until,
    "plural": plural,
    "shorten": shorten,
}

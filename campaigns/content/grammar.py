"""The Liquid that messages may use: a closed set of tags and filters.

python-liquid parses and renders; nothing here loads files, loops, assigns, or
reaches an attribute of an object.
"""

import re
from datetime import datetime

from django.utils.translation import gettext as _
from liquid import Environment
from liquid.exceptions import FilterArgumentError, LiquidError
from liquid.filter import liquid_filter, string_filter

from campaigns.content.values import said

MAX_SOURCE = 4_000
"""Characters of one text. The largest payload of any provider is 4,096 bytes."""
MAX_PLACEHOLDERS = 50
MAX_RENDERED = 4_096
"""Bytes of one rendered text: more fits no provider."""

TAGS = {"if", "unless", "case", "comment", "#"}
STRUCTURE = {"content", "output", "illegal"}
FILTERS = {
    "abs",
    "append",
    "at_least",
    "at_most",
    "capitalize",
    "ceil",
    "default",
    "divided_by",
    "downcase",
    "floor",
    "lstrip",
    "minus",
    "modulo",
    "plus",
    "prepend",
    "remove",
    "remove_first",
    "round",
    "rstrip",
    "size",
    "squish",
    "strip",
    "strip_newlines",
    "times",
    "truncate",
    "truncatewords",
    "upcase",
    "url_encode",
}
BLANK_STAYS_BLANK = {
    "capitalize",
    "downcase",
    "lstrip",
    "remove",
    "remove_first",
    "rstrip",
    "squish",
    "strip",
    "strip_newlines",
    "truncatewords",
    "upcase",
}
"""Filters that may stand before ``default``: nothing in, nothing out."""

DATE_PARTS = re.compile(r"%(.[dmHMS]|.)")
DATE_PART_NAMES = {"d", "m", "Y", "y", "H", "M", "-d", "-m", "-H", "%"}


class MissingValue(LiquidError):
    """or_skip met a person without the value: leave this person out."""


@liquid_filter
def or_skip(value: object) -> object:
    """The value; raises `MissingValue` where ``default`` would stand in."""
    if said(value) is None:
        raise MissingValue("the value is missing", token=None)
    return value


@string_filter
def replace(value: str, old: object, new: object = "") -> str:
    """Every ``old`` by ``new``, unless the text would outgrow any message."""
    found, put = str(old), str(new)
    if len(value) + value.count(found) * len(put) > MAX_RENDERED:
        raise FilterArgumentError("replace: the text grows too long", token=None)
    return value.replace(found, put)


@liquid_filter
def date(value: object, pattern: object = "%d/%m/%Y") -> str:
    """An ISO date or date and time, in numbers: %d %m %Y %y %H %M, and %-d without 0.

    No names of months: they would be in one language for everybody.
    """
    parts = set(DATE_PARTS.findall(str(pattern)))
    if parts - DATE_PART_NAMES:
        raise FilterArgumentError("date: unknown part", token=None)
    text = said(value)
    if text is None:
        return ""
    try:
        return datetime.fromisoformat(text).strftime(str(pattern))
    except ValueError as wrong:
        raise FilterArgumentError("date: not a date", token=None) from wrong


class Sandbox(Environment):
    """python-liquid with the tags and filters of this page and resource limits."""

    block_nesting_limit = 5
    context_depth_limit = 10
    loop_iteration_limit = 1
    local_namespace_limit = 1
    output_stream_limit = 4 * MAX_RENDERED

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        super().setup_tags_and_filters(extra=False)
        self.tags = {
            name: tag for name, tag in self.tags.items() if name in TAGS | STRUCTURE
        }
        self.filters = {
            **{name: self.filters[name] for name in FILTERS},
            "date": date,
            "or_skip": or_skip,
            "replace": replace,
        }


SANDBOX = Sandbox()


def syntax_sentence(error: LiquidError) -> str:
    """What is wrong with the braces, in a marketer's words."""
    text = str(error.message)
    unknown = re.match(r"unexpected tag '(\w+)'", text)
    if unknown:
        return _(
            "{%% %(tag)s %%} cannot be used here. Messages know if, unless and case, "
            "each with its end."
        ) % {"tag": unknown[1]}
    if "endif" in text or "endunless" in text or "endcase" in text:
        return _("A condition is not closed: add {% endif %} where it ends.")
    if "found end of file" in text or "closing delimiter" in text:
        return _("A {{ or {% is not closed: add }} or %} where it ends.")
    return _(
        "This cannot be read. Write personalisation as "
        '{{ first_name | default: "there" }}.'
    )

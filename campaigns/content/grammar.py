"""The Liquid that messages may use: a closed set of tags and filters.

python-liquid parses and renders; nothing here loads files, loops, assigns, or
reaches an attribute of an object.
"""

import re
from typing import TextIO

from django.utils.translation import gettext as _
from liquid import Environment, RenderContext, TokenStream
from liquid.ast import Node
from liquid.exceptions import FilterArgumentError, LiquidError
from liquid.filter import liquid_filter, string_filter
from liquid.tag import Tag
from liquid.token import Token

from campaigns.content.formats import FORMATS
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
    "currency",
    "date",
    "days_until",
    "downcase",
    "lstrip",
    "remove",
    "remove_first",
    "rstrip",
    "shorten",
    "squish",
    "strip",
    "strip_newlines",
    "truncatewords",
    "upcase",
}
"""Filters that may stand before ``default``: nothing in, nothing out."""


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


class LeftOut(LiquidError):
    """The text itself says that this person gets no message."""


class LeaveOutNode(Node):
    """``{% leave_out %}``: whoever comes to it is left out."""

    def __init__(self, token: Token) -> None:
        super().__init__(token)
        # A block that holds nothing else is carried out all the same.
        self.blank = False

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        raise LeftOut("left out by the text", token=None)


class LeaveOut(Tag):
    """Reads ``{% leave_out %}``, which has no end."""

    name = "leave_out"
    block = False

    def parse(self, stream: TokenStream) -> Node:
        return LeaveOutNode(stream.current)


class Sandbox(Environment):
    """python-liquid with the tags and filters of this page and resource limits."""

    block_nesting_limit = 5
    context_depth_limit = 10
    loop_iteration_limit = 1
    local_namespace_limit = 1
    output_stream_limit = 4 * MAX_RENDERED
    logical_parentheses = True

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        super().setup_tags_and_filters(extra=False)
        self.tags = {
            name: tag for name, tag in self.tags.items() if name in TAGS | STRUCTURE
        }
        self.filters = {
            **{name: self.filters[name] for name in FILTERS},
            **FORMATS,
            "or_skip": or_skip,
            "replace": replace,
        }
        self.tags[LeaveOut.name] = LeaveOut(self)


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

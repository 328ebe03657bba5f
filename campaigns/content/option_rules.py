"""What is wrong with a message's options, each named "ios:relevance"."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from campaigns.content.options import (
    ALL,
    MOMENT,
    NOT_OPTIONS,
    PLATFORMS,
    Field,
    fields,
)

MOST_LINES = 10
LONGEST = 1_000
"""Characters of one text before anything personalised is filled in."""


def problems(platforms: object) -> Iterator[tuple[str, str]]:
    """(name, sentence) for each value that no gateway could take."""
    if not isinstance(platforms, Mapping):
        yield "platforms", _("Give the options by platform.")
        return
    for platform, said in platforms.items():
        if platform not in (ALL, *PLATFORMS) or not isinstance(said, Mapping):
            sentence = _("“%(field)s” is not a platform: remove it.")
            yield "platforms", sentence % {"field": platform}
            continue
        known = fields(platform)
        for name, value in said.items():
            if name in NOT_OPTIONS and platform != ALL:
                continue
            if name not in known:
                sentence = _(
                    "“%(field)s” is not an option of this platform: remove it."
                )
                yield f"{platform}:{name}", sentence % {"field": name}
            elif value not in (None, "") and (wrong := problem(known[name], value)):
                yield f"{platform}:{name}", wrong


def problem(field: Field, value: Any) -> str:
    """A sentence about what is wrong with one value, "" when nothing is."""
    return _CHECKS[field.kind](field, value)


def _text(field: Field, value: Any) -> str:
    if not isinstance(value, str):
        return _("Write text here.")
    if len(value) > LONGEST:
        return _("Write at most %(most)s characters.") % {"most": LONGEST}
    return ""


def _word(field: Field, value: Any) -> str:
    if not isinstance(value, str):
        return _("Write text here.")
    if not re.fullmatch(field.pattern, value) or not value.isprintable():
        return _sentence(field.name)
    if field.pattern == MOMENT and not _is_moment(value):
        return _sentence(field.name)
    return ""


def _choice(field: Field, value: Any) -> str:
    return "" if value in field.choices else _("Choose one of the list.")


def _flag(field: Field, value: Any) -> str:
    return "" if isinstance(value, bool) else _("Say yes or no.")


def _number(field: Field, value: Any) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and field.least <= value <= field.most:
        return ""
    facts = {"least": f"{field.least:g}", "most": f"{field.most:g}"}
    return _("Write a number from %(least)s to %(most)s.") % facts


def _lines(field: Field, value: Any) -> str:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        return _("Write one text in each line.")
    if len(value) > MOST_LINES:
        return _("Write at most %(most)s lines.") % {"most": MOST_LINES}
    return ""


_CHECKS = {
    "text": _text,
    "word": _word,
    "choice": _choice,
    "flag": _flag,
    "number": _number,
    "lines": _lines,
}


def _is_moment(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _sentence(name: str) -> str:
    """How a word must be written."""
    if name in ("color", "light_color"):
        return _("Write a colour as # and six digits, such as #0f766e.")
    if name == "vibrate":
        return _("Write milliseconds with commas between, such as 0, 200, 100, 200.")
    if name in ("event_time", "timestamp"):
        return _("Write a moment as 2026-11-27T09:00:00Z.")
    if name in ("large_icon", "badge_icon"):
        return _("Write a whole address that begins with https://.")
    if name == "icon":
        return _(
            "Write the name of a drawable of the app: small letters, digits and _."
        )
    if name == "label":
        return _(
            "Write at most 50 letters, digits and the characters - _ . ~ and per cent."
        )
    if name == "package":
        return _("Write the name of a package, such as com.example.shop.")
    if name == "language":
        return _("Write the tag of a language, such as fr or fr-CA.")
    return _("Write letters, digits and the characters . _ - without spaces.")

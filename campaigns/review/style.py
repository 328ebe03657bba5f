"""How it is said: shouting, clickbait, alarms, names, and what the house never says."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.content.render import CompiledContent
from campaigns.models import Campaign, HouseStyle
from campaigns.models.campaigns import Purpose

from . import vocabulary
from .problem import Problem, look, ok
from .readings import Text, within

SHORTEST = 8
"""Letters: fewer in capitals are an abbreviation."""
CAPITALS = 0.7
LONG_WORD = 3
MOST_EMOJI = 3
LONGEST = 60
"""Characters of a wording that a sentence says again."""


class Lint(NamedTuple):
    """``find`` gives what is wrong with a wording, "" when nothing is.

    ``sentence`` may say it again as %(text)s; ``name`` is how it should be written.
    """

    code: str
    find: Callable[[str], str]
    sentence: Promise
    fix: Promise
    name: str = ""


def style(
    campaign: Campaign, compiled: CompiledContent, texts: Sequence[Text]
) -> Iterator[Problem]:
    """Every check of how the texts are written."""
    is_offer = campaign.purpose == Purpose.PROMOTIONAL
    lints = [*LINTS, *([URGENT] if is_offer else ()), *_of_the_house(campaign)]
    found = [
        problem
        for text in texts
        for each in lints
        if (problem := _judged(compiled, text, each))
    ]
    yield from found
    if not found:
        yield ok(gettext("It is written calmly, and as your house style asks."))


def _judged(compiled: CompiledContent, text: Text, lint: Lint) -> Problem | None:
    found = next(filter(None, map(lint.find, text.shown)), "")
    if not found:
        return None
    said = str(lint.sentence) % {"text": found[:LONGEST], "name": lint.name}
    return look(within(compiled, text, said), lint.fix, text.field, code=lint.code)


def _capitals(text: str) -> str:
    letters = [each for each in text if each.lower() != each.upper()]
    loud = sum(each.isupper() for each in letters)
    if len(letters) >= SHORTEST and loud >= CAPITALS * len(letters):
        return text
    words = re.findall(r"[^\W\d_]+", text)
    rows = zip(words, words[1:], words[2:], strict=False)
    for row in rows:
        if all(each.isupper() and len(each) >= LONG_WORD for each in row):
            return " ".join(row)
    return ""


def _exclamations(text: str) -> str:
    return text if len(re.findall("[!！]", text)) > 1 else ""


def _many_emoji(text: str) -> str:
    return text if len(vocabulary.EMOJI.findall(text)) > MOST_EMOJI else ""


def _emoji_only(text: str) -> str:
    has_emoji = vocabulary.EMOJI.search(text)
    return text if has_emoji and not any(map(str.isalnum, text)) else ""


def _says(words: re.Pattern[str]) -> Callable[[str], str]:
    def find(text: str) -> str:
        found = words.search(text)
        return found[0] if found else ""

    return find


LINTS = [
    Lint(
        "style.capitals",
        _capitals,
        _("Much of it is in capitals: “%(text)s”."),
        _("Write it as a sentence."),
    ),
    Lint(
        "style.exclamation",
        _exclamations,
        _("More than one exclamation mark: “%(text)s”."),
        _("One is enough, and none is better."),
    ),
    Lint(
        "style.emoji_only",
        _emoji_only,
        _("Nothing but emoji: “%(text)s”."),
        _("Say it in words as well."),
    ),
    Lint(
        "style.emoji",
        _many_emoji,
        _("More than three emoji: “%(text)s”."),
        _("Keep the one that helps."),
    ),
    Lint(
        "style.clickbait",
        _says(vocabulary.CLICKBAIT),
        _("It teases instead of telling: “%(text)s”."),
        _("Say what people will find."),
    ),
    Lint(
        "style.alarm",
        _says(vocabulary.ALARM),
        _("It sounds like an alarm of the phone itself: “%(text)s”."),
        _("Say who you are and what it is about."),
    ),
]
URGENT = Lint(
    "honest.urgent",
    _says(vocabulary.URGENT),
    _("An offer that presses: “%(text)s”."),
    _("Say until when it holds instead."),
)


def _of_the_house(campaign: Campaign) -> Iterator[Lint]:
    """How names are written, and the words that are not used."""
    house = HouseStyle.objects.of(campaign.application_id)
    for name in house.names:
        yield Lint(
            "style.name",
            _otherwise(name),
            _("“%(text)s” is written “%(name)s”."),
            _("Write the name as your house style has it."),
            name,
        )
    if house.avoided:
        listed = "|".join(map(re.escape, house.avoided))
        yield Lint(
            "style.avoided",
            _says(re.compile(rf"(?<!\w)(?:{listed})(?!\w)", re.IGNORECASE)),
            _("Your house style avoids “%(text)s”."),
            _("Choose another word."),
        )


def _otherwise(name: str) -> Callable[[str], str]:
    """What is that name written in another way: other case, spaces or hyphens."""
    parts = [re.escape(each) for each in re.split(r"[\s-]+", name) if each]
    loosely = r"[\s-]*".join(parts)
    anyhow = re.compile(rf"(?<!\w){loosely}(?!\w)", re.IGNORECASE)

    def find(text: str) -> str:
        return next((each for each in anyhow.findall(text) if each != name), "")

    return find

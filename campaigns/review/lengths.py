"""How long a text is, as the people of its audience would read it (row C4)."""

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from django.utils.translation import ngettext

from campaigns.content.render import CompiledContent, Words

from .readings import Reader, readers

NAMES = ("title", "body")


class Length(NamedTuple):
    """Characters over ``people`` of the audience; 0 people: the same for everybody."""

    least: int
    median: int
    most: int
    people: int

    @property
    def sentence(self) -> str:
        if not self.people:
            sentence = ngettext(
                "%(number)d character", "%(number)d characters", self.most
            )
            return sentence % {"number": self.most}
        sentence = ngettext(
            "%(least)d to %(most)d characters, %(median)d in the middle: over "
            "%(people)d person of the audience",
            "%(least)d to %(most)d characters, %(median)d in the middle: over "
            "%(people)d people of the audience",
            self.people,
        )
        return sentence % self._asdict()


def lengths(compiled: CompiledContent, samples: Sequence[Reader]) -> dict[str, Length]:
    """By field ("title", "fr.body"); nothing where nobody reads a personal text."""
    found = {}
    for language in compiled.languages:
        prefix = "" if language is compiled else f"{language.content.locale}."
        mine = readers(compiled, language, samples)
        rendered = (language.words(each.values) for each in mine)
        said = [each for each in rendered if isinstance(each, Words)]
        for name in NAMES:
            source = getattr(language.content, name)
            read = [len(getattr(each, name)) for each in said]
            if length := _length(source, read):
                found[f"{prefix}{name}"] = length
    return found


def _length(source: str, read: Sequence[int]) -> Length | None:
    if "{{" not in source and "{%" not in source:
        size = len(source.strip())
        return Length(size, size, size, 0) if size else None
    if not read:
        return None
    return Length(min(read), round(median(read)), max(read), len(read))

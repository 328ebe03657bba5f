"""Every text of a message as it was written, and as real people would read it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from campaigns.content import languages
from campaigns.content.render import CompiledContent, Words

Values = Mapping[str, object]


class Reader(NamedTuple):
    """Somebody that the message is tried on, and the tag of what they read."""

    values: Values
    tag: str


class Text(NamedTuple):
    """One text: ``field`` names it on the compose page ("body", "fr.ios:title").

    ``name`` is what it is ("title", "body", "subtitle", "button", ...), ``source`` the
    template, ``read`` what people of the sample would read, each wording once.
    """

    field: str
    name: str
    locale: str
    source: str
    read: tuple[str, ...]

    @property
    def is_personal(self) -> bool:
        return "{{" in self.source or "{%" in self.source

    @property
    def shown(self) -> tuple[str, ...]:
        """What is read; where nobody is there to read it, what is written."""
        return self.read or (() if self.is_personal else (self.source,))


SHOWN = ("subtitle", "expanded", "summary")
"""Texts of one platform that its screens show."""


def texts(compiled: CompiledContent, samples: Sequence[Reader]) -> list[Text]:
    """The texts of every language and platform that somebody sees."""
    return [
        text
        for language in compiled.languages
        for text in _of_language(
            compiled, language, readers(compiled, language, samples)
        )
    ]


def readers(
    compiled: CompiledContent, language: CompiledContent, samples: Iterable[Reader]
) -> list[Reader]:
    """Those who would read that language."""
    return [each for each in samples if compiled.for_locale(each.tag) is language]


def within(compiled: CompiledContent, text: Text, sentence: str) -> str:
    """The sentence, with the text's language where there are several."""
    if len(compiled.languages) == 1:
        return sentence
    return languages.labelled(text.locale, sentence)


def in_language(
    compiled: CompiledContent, language: CompiledContent, sentence: str
) -> str:
    """As `within`, for a language of the message."""
    if len(compiled.languages) == 1:
        return sentence
    return languages.labelled(language.content.locale, sentence)


def _of_language(
    whole: CompiledContent, language: CompiledContent, mine: Sequence[Reader]
) -> Iterator[Text]:
    prefix = "" if language is whole else f"{language.content.locale}."
    for place, made in (("", language), *language.platforms.items()):
        own = language.content.platforms.get(place, {})
        said = _said(made, mine)
        for name, source, wordings in _each(made, said, own):
            if not place:
                yield _text(f"{prefix}{name}", name, language, source, wordings)
            elif own.get(name):
                field = f"{prefix}{place}:{name}"
                yield _text(field, name, language, source, wordings)


def _text(
    field: str,
    name: str,
    language: CompiledContent,
    source: str,
    wordings: Iterable[str],
) -> Text:
    is_button = name == "buttons"
    return Text(
        field="buttons" if is_button else field,
        name="button" if is_button else name,
        locale=language.content.locale,
        source=source,
        read=tuple(dict.fromkeys(filter(None, wordings))),
    )


def _said(made: CompiledContent, mine: Sequence[Reader]) -> list[Words]:
    found = (made.words(each.values) for each in mine)
    return [each for each in found if isinstance(each, Words)]


def _each(
    made: CompiledContent, said: Sequence[Words], own: Mapping[str, Any]
) -> Iterator[tuple[str, str, list[str]]]:
    """(name, template, what is read) of each text that a screen shows."""
    yield "title", made.content.title, [each.title for each in said]
    yield "body", made.content.body, [each.body for each in said]
    for number, button in enumerate(made.content.buttons):
        labels = [each.buttons[number].label for each in said if each.buttons[number:]]
        yield "buttons", button.label, labels
    for name in SHOWN:
        if own.get(name):
            yield name, own[name], [each.more.get(name, "") for each in said]

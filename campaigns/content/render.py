"""From a revision's content and one person's values to a push.

One renderer for preview, test send, dry run and send. What several people share is
rendered once: first names repeat.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from django.utils.translation import gettext as _

from campaigns.content import links, locales
from campaigns.content.grammar import MAX_RENDERED
from campaigns.content.personalisation import (
    Failed,
    Liquid,
    Missing,
    Template,
    TemplateError,
)
from campaigns.content.personalisation import compile as compile_text
from campaigns.content.texts import Content, ContentError
from campaigns.content.values import Scalar, spoken
from devices.gateways.base import Button, Push, Subscription

IMAGE_OF = {
    "android": "android_big",
    "ios": "ios_wide",
    "web": "web_image",
    "windows": "web_image",
}
"""Which rendition of a picture a platform shows."""

OWN = "data."
"""How the names of texts begin that reach the app as they are."""

NO_DATA: Mapping[str, str] = MappingProxyType({})
MEMO = 4_096
"""Different renderings remembered for one message, some 500 bytes each."""


class SkipReason(StrEnum):
    """Why a person gets no push of this message, whatever their devices are."""

    MISSING_PERSONALISATION = "missing_personalisation"
    RENDER_FAILED = "render_failed"
    EMPTY_MESSAGE = "empty_message"
    TOO_LARGE = "too_large"


@dataclass(frozen=True, slots=True)
class Skip:
    """Leave this person out. ``detail`` names a field, never holds a value."""

    reason: SkipReason
    detail: str = ""


class Words(NamedTuple):
    """One person's message: what the preview shows and the push carries."""

    title: str
    body: str
    link: str
    data: Mapping[str, str]
    image: str = ""
    buttons: tuple[Button, ...] = ()

    def __repr__(self) -> str:
        """Without what was said to somebody."""
        return "Words()"


class CompiledContent:
    """Content made ready to be rendered a million times, with its translations."""

    def __init__(
        self,
        content: Content,
        templates: Mapping[str, Template],
        translations: Sequence["CompiledContent"] = (),
    ) -> None:
        self.content = content
        self.languages = (self, *translations)
        self.variables = tuple(
            dict.fromkeys(
                name for each in templates.values() for name in each.variables
            )
        )
        self._constant = {
            name: _finished(name, str(each.render({})))
            for name, each in templates.items()
            if not each.variables
        }
        self._varying = [each for each in templates.items() if each[1].variables]
        own = [name for name in templates if name.startswith(OWN)]
        self._own = [(name, name.removeprefix(OWN)) for name in own]
        self._buttons = [name for name in templates if name.startswith("buttons.")]
        # What is joined from segments costs less than to look it up.
        self._is_slow = any(isinstance(each, Liquid) for each in templates.values())
        # Typed, since 1, 1.0 and True are equal keys and different words.
        self._remembered: Callable[..., Words | Skip] = lru_cache(MEMO, typed=True)(
            self._render_each
        )

    @property
    def fields(self) -> tuple[str, ...]:
        """What its languages read of a person."""
        read = (name for each in self.languages for name in each.variables)
        return tuple(dict.fromkeys(read))

    def translated(self, number: int) -> "CompiledContent":
        """The message in a language, by its number: see campaigns.content.locales."""
        return self.languages[number]

    def for_locale(self, tag: str) -> "CompiledContent":
        """The message in the language that this tag is answered with."""
        tags = [each.content.locale for each in self.languages[1:]]
        return self.languages[locales.match(tag, source=self.content.locale, tags=tags)]

    def words(self, values: Mapping[str, object]) -> Words | Skip:
        """The message for one person's values (built-in fields and attributes)."""
        if not self._is_slow:
            return self._render(values)
        return self._remembered(*[spoken(values.get(name)) for name in self.variables])

    def push(
        self,
        reference: int,
        token: str,
        values: Mapping[str, object],
        *,
        ttl: int,
        collapse: str,
        data: Mapping[str, str],
        subscription: Subscription | None = None,
        platform: str = "",
    ) -> Push | Skip:
        """The push for one device; ``ttl`` in seconds, ``data`` wins over our own.

        ``subscription`` is what a browser's endpoint needs beside itself; ``platform``
        chooses the picture.
        """
        words = self.words(values)
        if isinstance(words, Skip):
            return words
        return Push(
            reference,
            token,
            words.title,
            words.body,
            words.link,
            ttl,
            collapse,
            {**words.data, **data} if words.data else data,
            self.picture(platform) or words.image,
            self.content.icon,
            words.buttons,
            subscription,
        )

    def picture(self, platform: str) -> str:
        """The address of the rendition for a platform; "" without a picture."""
        renditions = self.content.renditions
        return renditions.get(IMAGE_OF.get(platform, ""), "") if renditions else ""

    def _render_each(self, *values: Scalar) -> Words | Skip:
        return self._render(dict(zip(self.variables, values, strict=True)))

    def _render(self, values: Mapping[str, object]) -> Words | Skip:
        texts = self._constant.copy()
        for name, template in self._varying:
            text = template.render(values)
            if isinstance(text, Missing):
                return Skip(SkipReason.MISSING_PERSONALISATION, text.variable)
            if isinstance(text, Failed):
                return Skip(SkipReason.RENDER_FAILED, name)
            if _too_long(text):
                return Skip(SkipReason.TOO_LARGE, name)
            texts[name] = _finished(name, text)
        title, body = texts["title"], texts["body"]
        if not title or not body:
            return Skip(SkipReason.EMPTY_MESSAGE, "body" if title else "title")
        return Words(
            title,
            body,
            texts["link"],
            {short: texts[name] for name, short in self._own} if self._own else NO_DATA,
            texts["image"],
            tuple(_buttons(texts)) if self._buttons else (),
        )


def _finished(name: str, text: str) -> str:
    """A rendered text as it leaves: an address is written as addresses are."""
    if name.startswith(OWN):
        return text
    text = text.strip()
    is_address = name in ("link", "image") or name.endswith(".link")
    return links.encoded(text) if is_address else text


def _too_long(text: str) -> bool:
    """Bytes are counted only where four for each character could be too many."""
    return len(text) * 4 > MAX_RENDERED and len(text.encode()) > MAX_RENDERED


def _buttons(texts: Mapping[str, str]) -> Iterator[Button]:
    """The buttons among the texts; one without a label is none."""
    number = 1
    while (label := texts.get(f"buttons.{number}.label")) is not None:
        if label:
            link = texts[f"buttons.{number}.link"]
            yield Button(id=f"b{number}", label=label, link=link)
        number += 1


def compile_content(
    revision_content: Mapping[str, object], known: Collection[str] | None
) -> CompiledContent:
    """Make a revision's content ready; raises `ContentError` with all problems.

    ``known`` as personalisation.known_fields gives it; None at send, when the content
    was checked at save. A problem of a translation is named "fr.title".
    """
    content = Content.from_json(revision_content)
    problems: dict[str, str] = {}
    translations = []
    for each in content.translations:
        made = _templates(each, known, problems, prefix=f"{each.locale}.")
        translations.append(CompiledContent(each, made))
    templates = _templates(content, known, problems)
    if problems:
        raise ContentError(problems)
    return CompiledContent(content, templates, translations)


def _templates(
    content: Content,
    known: Collection[str] | None,
    problems: dict[str, str],
    *,
    prefix: str = "",
) -> dict[str, Template]:
    """The texts made ready; what is wrong with them is put among the problems."""
    templates: dict[str, Template] = {}
    for name, text in content.texts():
        try:
            templates[name] = _made(text, known)
        except TemplateError as wrong:
            field = "buttons" if name.startswith("buttons.") else name
            problems[prefix + field] = wrong.sentence
    for name, unsafe in unsafe_links(content, schemes=None):
        problems.setdefault(prefix + name, unsafe)
    return templates


def unsafe_links(
    content: Content, *, schemes: Collection[str] | None
) -> Iterator[tuple[str, str]]:
    """(field, sentence) for each address that nobody should open (links.problem)."""
    opened = [("link", content.link)]
    opened += [("buttons", each.link) for each in content.buttons]
    checked = [(*each, schemes) for each in opened] + [("image", content.image, ())]
    for name, link, allowed in checked:
        unsafe = links.problem(link, schemes=allowed) if link else ""
        if unsafe:
            yield name, unsafe


def _made(text: str, known: Collection[str] | None) -> Template:
    template = compile_text(text, known=known)
    if not template.variables and _too_long(str(template.render({}))):
        sentence = _("This text is too long for any phone: %(most)s bytes at most.")
        raise TemplateError(sentence % {"most": MAX_RENDERED})
    return template

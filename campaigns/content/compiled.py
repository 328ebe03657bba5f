"""Content made ready, and one person's values filled in.

One renderer for preview, test send, dry run and send. What several people share is
rendered once: first names repeat.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from campaigns.content import links, locales
from campaigns.content.grammar import MAX_RENDERED
from campaigns.content.lint import PROMO
from campaigns.content.moments import NOW
from campaigns.content.personalisation import (
    Failed,
    Liquid,
    Missing,
    Template,
    Withheld,
)
from campaigns.content.texts import CARDS, Content
from campaigns.content.values import Scalar, spoken
from devices.gateways.base import Button, Push, Subscription
from devices.gateways.options import AndroidOptions, IosOptions, Options

IMAGE_OF = {
    "android": "android_big",
    "ios": "ios_wide",
    "web": "web_image",
    "windows": "web_image",
}
"""Which rendition of a picture a platform shows."""

OWN = "data."
"""How the names of texts begin that reach the app as they are."""

MORE = "more."
"""How the names of texts begin that one platform alone shows."""

HOURS = re.compile(r"[0-9]{1,3}([.,][0-9]{1,2})?")
"""How long one person's push is worth something."""

NO_DATA: Mapping[str, str] = MappingProxyType({})
MEMO = 4_096
"""Different renderings remembered for one message, some 500 bytes each."""


class SkipReason(StrEnum):
    """Why a person gets no push of this message, whatever their devices are."""

    MISSING_PERSONALISATION = "missing_personalisation"
    RENDER_FAILED = "render_failed"
    EMPTY_MESSAGE = "empty_message"
    TOO_LARGE = "too_large"
    LEFT_OUT = "left_out"


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
    more: Mapping[str, str] = NO_DATA

    def __repr__(self) -> str:
        """Without what was said to somebody."""
        return "Words()"


NO_PLATFORMS: Mapping[str, "CompiledContent"] = MappingProxyType({})


class CompiledContent:
    """Content made ready to be rendered a million times, with its translations."""

    def __init__(
        self,
        content: Content,
        templates: Mapping[str, Template],
        translations: Sequence["CompiledContent"] = (),
        *,
        platforms: Mapping[str, "CompiledContent"] = NO_PLATFORMS,
        options: Options | None = None,
    ) -> None:
        self.content = content
        self.languages = (self, *translations)
        self.platforms = platforms
        self.options = options
        self._is_silent = options is not None and options.silent
        self._wakes = isinstance(options, AndroidOptions | IosOptions)
        self.variables = tuple(
            dict.fromkeys(
                name for each in templates.values() for name in each.variables
            )
        )
        self._constant = {
            name: _finish(name)(str(each.render({})))
            for name, each in templates.items()
            if not each.variables
        }
        self._varying = [
            (name, each, _finish(name))
            for name, each in templates.items()
            if each.variables
        ]
        own = [name for name in templates if name.startswith(OWN)]
        self._own = [(name, name.removeprefix(OWN)) for name in own]
        more = [name for name in templates if name.startswith(MORE)]
        self._more = [(name, name.removeprefix(MORE)) for name in more]
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
        mine = self._everywhere()
        return tuple(
            each for each in mine if each != NOW and not each.startswith(f"{PROMO}.")
        )

    @property
    def reads_clock(self) -> bool:
        """Whether its texts differ from day to day: see moments.clock."""
        return NOW in self._everywhere()

    @property
    def lists(self) -> tuple[str, ...]:
        """The keys of the lists of codes of which each delivery takes one."""
        begun = f"{PROMO}."
        named = (each for each in self._everywhere() if each.startswith(begun))
        return tuple(each.removeprefix(begun) for each in named)

    def _everywhere(self) -> tuple[str, ...]:
        made = (
            each
            for language in self.languages
            for each in (language, *language.platforms.values())
        )
        return tuple(dict.fromkeys(name for each in made for name in each.variables))

    def on(self, platform: str) -> "CompiledContent":
        """The message as this platform has it."""
        return self.platforms.get(platform, self)

    def translated(self, number: int) -> "CompiledContent":
        """The message in a language, by its number: see campaigns.content.locales."""
        return self.languages[number]

    def number_as(self, tags: Sequence[str]) -> "CompiledContent":
        """Number its languages as these tags are, its own first.

        A variant that lacks a language speaks there what it answers that tag with.
        """
        found = tuple(self.for_locale(tag) for tag in tags[1:])
        self.languages = (self, *found)
        return self

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
        chooses the picture, and what the message says and does there alone.
        """
        mine = self.platforms.get(platform, self)
        words = mine.words(values)
        if isinstance(words, Skip):
            return words
        return Push(
            reference,
            token,
            words.title,
            words.body,
            words.link,
            _lasting(ttl, words.more["lasts"]) if "lasts" in words.more else ttl,
            words.more.get("replaces") or collapse,
            {**words.data, **data} if words.data else data,
            mine.picture(platform) or words.image,
            self.content.icon,
            words.buttons,
            subscription,
            mine.options,
            words.more,
        )

    def picture(self, platform: str) -> str:
        """The address of the rendition for a platform; "" without a picture."""
        renditions = self.content.renditions
        return renditions.get(IMAGE_OF.get(platform, ""), "") if renditions else ""

    def _render_each(self, *values: Scalar) -> Words | Skip:
        return self._render(dict(zip(self.variables, values, strict=True)))

    def _render(self, values: Mapping[str, object]) -> Words | Skip:
        texts = self._constant.copy()
        for name, template, finish in self._varying:
            text = template.render(values)
            if isinstance(text, Missing):
                return Skip(SkipReason.MISSING_PERSONALISATION, text.variable)
            if isinstance(text, Failed):
                return Skip(SkipReason.RENDER_FAILED, name)
            if isinstance(text, Withheld):
                return Skip(SkipReason.LEFT_OUT)
            if is_too_long(text):
                return Skip(SkipReason.TOO_LARGE, name)
            texts[name] = finish(text)
        more = NO_DATA
        if self._more:
            more = {short: texts[name] for name, short in self._more}
        own = (
            {short: texts[name] for name, short in self._own} if self._own else NO_DATA
        )
        if self._is_silent:
            unseen = Words("", "", "", own, more=more)
            return unseen if self._wakes else Skip(SkipReason.EMPTY_MESSAGE, "title")
        title, body = texts["title"], texts["body"]
        if not title or not body:
            return Skip(SkipReason.EMPTY_MESSAGE, "body" if title else "title")
        return Words(
            title,
            body,
            texts["link"],
            own,
            texts["image"],
            tuple(_buttons(texts)) if self._buttons else (),
            more,
        )


def _lasting(ttl: int, hours: str) -> int:
    """Seconds: the person's own hours, never more than what the run leaves."""
    found = HOURS.fullmatch(hours)
    if not found:
        return ttl
    return min(ttl, max(1, round(float(hours.replace(",", ".")) * 3_600)))


def _finish(name: str) -> Callable[[str], str]:
    """What a rendered text goes through: an address is written as addresses are."""
    if name.startswith(OWN) and not name.startswith(OWN + CARDS):
        return str
    is_address = name in ("link", "image") or name.endswith((".link", ".image"))
    return _as_address if is_address else str.strip


def _as_address(text: str) -> str:
    return links.encoded(text.strip())


def is_too_long(text: str) -> bool:
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

"""What a message may hold, and how heavy it gets."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from django.utils.translation import gettext as _

from campaigns.content import options
from campaigns.content.moments import NOW
from campaigns.content.render import (
    IMAGE_OF,
    CompiledContent,
    Skip,
    Words,
    compile_content,
    unsafe_links,
)
from campaigns.content.texts import CARDS, Content, ContentError
from campaigns.content.values import BIDI_MARKS, BIDI_SPANS, INVISIBLE, said
from devices.gateways.base import Push

MAX_TTL = 2_419_200
"""28 days: the most that FCM and web push keep a message."""
MAX_BUTTONS = 3
"""What Android shows; other systems show fewer."""
MIN_CARDS, MAX_CARDS = 2, 5
MAX_DATA = 20
DATA_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
DATA_RESERVED = re.compile(r"(from|message_type|notification|(google|gcm).*)$")
"""Names that FCM refuses in data (developer documentation of FCM HTTP v1)."""

HIDDEN_IN_TITLE = frozenset(BIDI_SPANS + BIDI_MARKS + INVISIBLE)
HIDDEN_IN_BODY = frozenset(BIDI_SPANS)
HEAVY = 0.8
TOKEN = "0" * 180


def check(
    content: Mapping[str, object],
    *,
    known: Collection[str] | None,
    schemes: Collection[str] = (),
) -> CompiledContent:
    """The content made ready, or `ContentError` with a sentence for each wrong field.

    ``known`` as personalisation.known_fields gives it; ``schemes`` are those that the
    application registered for its own links.
    """
    read = Content.from_json(content)
    problems = dict(_problems(read, schemes))
    for each in read.translations:
        found = _problems(each, schemes)
        problems |= {f"{each.locale}.{name}": said for name, said in found}
    try:
        compiled = compile_content(content, known)
    except ContentError as wrong:
        raise ContentError({**wrong.problems, **problems}) from wrong
    if problems:
        raise ContentError(problems)
    return compiled


def _problems(content: Content, schemes: Collection[str]) -> Iterator[tuple[str, str]]:
    is_seen = not options.is_silent(content.platforms)
    if is_seen and not content.title.strip():
        yield "title", _("Write a title.")
    elif _has_control(content.title, ""):
        yield "title", _("Remove line breaks and control characters from the title.")
    elif HIDDEN_IN_TITLE & set(content.title):
        yield (
            "title",
            _("Remove the invisible characters from the title: %(title)s")
            % {"title": revealed(content.title)},
        )
    if is_seen and not content.body.strip():
        yield "body", _("Write a text.")
    elif _has_control(content.body, "\n\r"):
        yield "body", _("Remove the control characters from the text.")
    elif HIDDEN_IN_BODY & set(content.body):
        yield "body", _("Remove the characters that turn the direction of the text.")
    yield from unsafe_links(content, schemes=schemes)
    yield from _button_problems(content)
    yield from _card_problems(content)
    if content.ttl is not None and not 0 <= content.ttl <= MAX_TTL:
        yield "ttl", _("Choose a time to live of at most 28 days.")
    yield from _data_problems(content.data)
    yield from _platform_problems(content, schemes)


def _platform_problems(
    content: Content, schemes: Collection[str]
) -> Iterator[tuple[str, str]]:
    """What is wrong with the words that one platform has of its own."""
    for platform in options.PLATFORMS:
        own = content.platforms.get(platform, {})
        mine = replace(content.on(platform), platforms={})
        found = _problems(mine, schemes) if own else ()
        yield from ((f"{platform}:{name}", said) for name, said in found if name in own)


def _button_problems(content: Content) -> Iterator[tuple[str, str]]:
    if len(content.buttons) > MAX_BUTTONS:
        yield "buttons", _("Give at most %(most)s buttons.") % {"most": MAX_BUTTONS}
    for label in (each.label for each in content.buttons):
        if not label.strip():
            yield "buttons", _("Write a label on each button.")
        elif _has_control(label, "") or HIDDEN_IN_TITLE & set(label):
            yield "buttons", _("Remove line breaks and hidden characters from buttons.")


def _card_problems(content: Content) -> Iterator[tuple[str, str]]:
    """Cards come in numbers that can be leafed through, and look alike."""
    cards = content.cards
    if not cards:
        return
    facts = {"least": MIN_CARDS, "most": MAX_CARDS}
    if not MIN_CARDS <= len(cards) <= MAX_CARDS:
        yield "cards", _("Make %(least)s to %(most)s cards, or none.") % facts
    if not all(each.image for each in cards):
        yield "cards", _("Choose a picture for each card.")
    for name in ("title", "body"):
        said = [bool(getattr(each, name).strip()) for each in cards]
        if any(said) and not all(said):
            words = {
                "title": _("Give every card a title, or none of them."),
                "body": _("Give every card a text, or none of them."),
            }
            yield "cards", words[name]
    if any(_has_control(each.title + each.body, "") for each in cards):
        yield "cards", _("Remove line breaks and control characters from the cards.")


def _data_problems(data: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if len(data) > MAX_DATA:
        yield (
            "data",
            _("Write at most %(most)s fields of custom data.") % {"most": MAX_DATA},
        )
    for name in data:
        if name.startswith(CARDS):
            sentence = _("“%(name)s” is kept for the cards: rename it.")
            yield "data", sentence % {"name": name}
        elif not DATA_NAME.fullmatch(name):
            yield "data", _("Names of custom data hold letters, digits, _, . and -.")
        elif DATA_RESERVED.match(name):
            sentence = _("“%(name)s” is reserved by the push services: rename it.")
            yield "data", sentence % {"name": name}


def _has_control(text: str, allowed: str) -> bool:
    return any(
        unicodedata.category(each) in ("Cc", "Cs", "Zl", "Zp") and each not in allowed
        for each in text
    )


def revealed(text: str) -> str:
    """The text with each invisible or direction-turning character named: ⟦U+202E⟧."""
    return "".join(
        f"⟦U+{ord(each):04X}⟧" if each in HIDDEN_IN_TITLE else each for each in text
    )


class Scale(Protocol):
    """What a provider counts, in bytes: every gateway is one."""

    @property
    def max_payload(self) -> int: ...

    def size(self, push: Push) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """The heaviest push among samples, in the provider's own count of bytes."""

    bytes: int
    limit: int
    fields: tuple[tuple[str, int], ...]
    """(field, bytes of its text), the largest first."""

    @property
    def too_large(self) -> bool:
        return self.bytes > self.limit

    @property
    def heavy(self) -> bool:
        """Over 80 % of the limit: warn."""
        return self.bytes > HEAVY * self.limit


def weigh(
    content: CompiledContent,
    gateway: Scale,
    samples: Iterable[Mapping[str, object]],
    *,
    data: Mapping[str, str],
) -> Weight | None:
    """The heaviest of the samples and of the worst case made from them.

    The worst case takes the longest value of each field; every language is weighed.
    None when every sample is skipped. ``data`` is what the run adds to each push.
    """
    people = list(samples)
    weights = [
        Weight(bytes=size, limit=gateway.max_payload, fields=_fields(push))
        for each in content.languages
        for push in _pushes(each, people, data)
        if (size := gateway.size(push))
    ]
    return max(weights, key=lambda each: each.bytes, default=None)


def _pushes(
    content: CompiledContent,
    people: list[Mapping[str, object]],
    data: Mapping[str, str],
) -> Iterator[Push]:
    """What these people, and the worst of them, would get in this language.

    On each platform that says something otherwise, and with the picture whose address
    is the longest.
    """
    widest = max(IMAGE_OF, key=lambda each: len(content.picture(each)))
    variables = (*content.fields, NOW)
    for values in [*people, longest(people, variables)]:
        for platform in {widest, *content.platforms}:
            push = content.push(
                0, TOKEN, values, ttl=MAX_TTL, collapse="", data=data, platform=platform
            )
            if not isinstance(push, Skip):
                yield push


def longest(
    people: Iterable[Mapping[str, object]], variables: Iterable[str]
) -> dict[str, object]:
    """One person who has the longest value of everybody in each field."""
    everybody = list(people)
    return {
        name: max(
            (each.get(name) for each in everybody),
            key=lambda value: len((said(value) or "").encode()),
            default=None,
        )
        for name in variables
    }


def _fields(push: Push) -> tuple[tuple[str, int], ...]:
    texts = {"title": push.title, "body": push.body, "link": push.link}
    texts["image"] = push.image
    texts["buttons"] = "".join(each.label + each.link for each in push.buttons)
    texts |= {f"data.{name}": text for name, text in push.data.items()}
    sizes = [(name, len(text.encode())) for name, text in texts.items() if text]
    return tuple(sorted(sizes, key=lambda each: -each[1]))


__all__ = ["Weight", "Words", "check", "weigh"]

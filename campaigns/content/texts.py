"""What a message says, as templates, in the shape that a revision keeps."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from campaigns.content import option_rules
from campaigns.content.options import OWN_WORDS


class ContentError(ValueError):
    """The content cannot be used; ``problems`` has a sentence for each field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = dict(problems)


BESIDE = ("variants", "control", "drawn_by")
"""What a revision keeps beside a message: campaigns.models.variants reads it."""

SHAPED = (*OWN_WORDS, "renditions", "buttons")
"""What a platform has in the same shape as the message itself."""


class ButtonText(NamedTuple):
    """A button as templates; ``link`` "" opens what the message opens."""

    label: str
    link: str = ""


class CardText(NamedTuple):
    """A card to leaf through, as templates; ``image`` an address.

    ``link`` "" opens what the message opens.
    """

    image: str = ""
    title: str = ""
    body: str = ""
    link: str = ""


LEAFING = ("android", "ios")
"""The platforms whose apps can show cards; the others show the message alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a message says, as templates. ``ttl`` in seconds, None: as the run says.

    ``locale`` is the language of its texts. ``image`` is an address for every platform,
    ``renditions`` addresses by kind, which win; ``icon`` an address for browsers.
    ``translations`` are whole messages, each with a ``locale`` of its own.
    ``leave_out`` is a text that shows nothing and may leave a person out; ``codes``
    has a stand-in for a code of each list that the texts name.
    ``platforms`` is what a platform says or does otherwise: campaigns.content.options.
    """

    title: str
    body: str
    link: str = ""
    image: str = ""
    buttons: tuple[ButtonText, ...] = ()
    cards: tuple[CardText, ...] = ()
    ttl: int | None = None
    data: Mapping[str, str] = field(default_factory=dict)
    locale: str = ""
    renditions: Mapping[str, str] = field(default_factory=dict)
    icon: str = ""
    translations: tuple["Content", ...] = ()
    platforms: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    leave_out: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_json(cls, value: object) -> "Content":
        """Read a revision's content; raises `ContentError` for an unknown shape.

        ``buttons`` is a list of {"label", "link"}, ``cards`` one of {"image", "title",
        "body", "link"}.
        """
        if not isinstance(value, Mapping):
            raise ContentError({"content": _("Write the message as named fields.")})
        value = {name: value[name] for name in value if name not in BESIDE}
        strange = sorted(set(map(str, value)) - set(cls.__dataclass_fields__))
        if strange:
            sentence = _("“%(field)s” is not a field of a message: remove it.")
            raise ContentError({each: sentence % {"field": each} for each in strange})
        made = {"title": "", "body": "", **value}
        wrong = dict(_misshapen(made))
        if wrong:
            raise ContentError(wrong)
        buttons = tuple(ButtonText(**each) for each in made.get("buttons", ()))
        cards = tuple(CardText(**each) for each in made.get("cards", ()))
        others = tuple(map(cls.from_json, made.get("translations", ())))
        parts = {"buttons": buttons, "cards": cards, "translations": others}
        return cls(**{**made, **parts})

    def to_json(self) -> dict[str, object]:
        """The form that `from_json` reads."""
        buttons = [each._asdict() for each in self.buttons]
        cards = [each._asdict() for each in self.cards]
        others = [each.to_json() for each in self.translations]
        parts = {"buttons": buttons, "cards": cards, "translations": others}
        return {**asdict(self), **parts}

    def on(self, platform: str) -> "Content":
        """The message with the words, picture and buttons of one platform."""
        own = self.platforms.get(platform, {})
        changes: dict[str, Any] = {
            name: own[name] for name in OWN_WORDS if own.get(name)
        }
        if own.get("renditions") or own.get("image"):
            changes["image"] = own.get("image", "")
            changes["renditions"] = own.get("renditions", {})
        if "buttons" in own:
            changes["buttons"] = tuple(ButtonText(**each) for each in own["buttons"])
        if platform not in LEAFING:
            changes["cards"] = ()
        return replace(self, **changes)

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every template by its name: "title", "buttons.1.label", "data.screen".

        First the one that may leave a person out, so that nothing else is in vain.
        Cards reach the app as data: "data.card.1.title".
        """
        if self.leave_out:
            yield "leave_out", self.leave_out
        for name in ("title", "body", "link", "image"):
            yield name, getattr(self, name)
        for number, button in enumerate(self.buttons, start=1):
            yield f"buttons.{number}.label", button.label
            yield f"buttons.{number}.link", button.link
        for name, text in self.data.items():
            yield f"data.{name}", text
        for number, card in enumerate(self.cards, start=1):
            for name, text in card._asdict().items():
                if text:
                    yield f"data.{CARDS}{number}.{name}", text


CARDS = "card."
"""How the names of data begin that are a card's."""


def _misshapen(value: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name in ("title", "body", "link", "image", "locale", "icon", "leave_out"):
        if not isinstance(value.get(name, ""), str):
            yield name, _("Write text here.")
    if not _is_text_by_name(value.get("renditions", {})):
        yield "renditions", _("Give pictures as kinds and addresses.")
    if not _is_text_by_name(value.get("codes", {})):
        yield "codes", _("Give lists of codes as names and examples.")
    if not isinstance(value.get("translations", ()), list | tuple):
        yield "translations", _("Write translations as a list of messages.")
    if not _is_text_by_name(value.get("data", {})):
        yield "data", _("Write custom data as names and texts.")
    buttons = value.get("buttons", ())
    if not isinstance(buttons, list | tuple) or not all(map(_is_button, buttons)):
        yield "buttons", _("Write each button as a label and a link.")
    cards = value.get("cards", ())
    if not isinstance(cards, list | tuple) or not all(map(_is_card, cards)):
        yield "cards", _("Write each card as a picture, a title, a text and a link.")
    yield from _misshapen_platforms(value.get("platforms", {}))
    ttl = value.get("ttl")
    if ttl is not None and type(ttl) is not int:
        yield "ttl", _("Write the time to live in seconds.")


def _misshapen_platforms(platforms: object) -> Iterator[tuple[str, str]]:
    yield from option_rules.problems(platforms)
    said = platforms if isinstance(platforms, Mapping) else {}
    for platform, own in said.items():
        words = own if isinstance(own, Mapping) else {}
        shapes = {name: words[name] for name in SHAPED if name in words}
        for name, sentence in _misshapen(shapes):
            yield f"{platform}:{name}", sentence


def _is_text_by_name(value: object) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(name, str) and isinstance(text, str) for name, text in value.items()
    )


def _is_button(value: object) -> bool:
    return (
        isinstance(value, Mapping)
        and _is_text_by_name(value)
        and "label" in value
        and set(value) <= {"label", "link"}
    )


def _is_card(value: object) -> bool:
    return (
        isinstance(value, Mapping)
        and _is_text_by_name(value)
        and set(value) <= set(CardText._fields)
    )

"""What a message says, as templates, in the shape that a revision keeps."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _


class ContentError(ValueError):
    """The content cannot be used; ``problems`` has a sentence for each field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = dict(problems)


class ButtonText(NamedTuple):
    """A button as templates; ``link`` "" opens what the message opens."""

    label: str
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a message says, as templates. ``ttl`` in seconds, None: as the run says.

    ``locale`` is the language of its texts. ``image`` is an address for every platform,
    ``renditions`` addresses by kind, which win; ``icon`` an address for browsers.
    ``translations`` are whole messages, each with a ``locale`` of its own.
    """

    title: str
    body: str
    link: str = ""
    image: str = ""
    buttons: tuple[ButtonText, ...] = ()
    ttl: int | None = None
    data: Mapping[str, str] = field(default_factory=dict)
    locale: str = ""
    renditions: Mapping[str, str] = field(default_factory=dict)
    icon: str = ""
    translations: tuple["Content", ...] = ()

    @classmethod
    def from_json(cls, value: object) -> "Content":
        """Read a revision's content; raises `ContentError` for an unknown shape.

        ``buttons`` is a list of {"label", "link"}.
        """
        if not isinstance(value, Mapping):
            raise ContentError({"content": _("Write the message as named fields.")})
        strange = sorted(set(map(str, value)) - set(cls.__dataclass_fields__))
        if strange:
            sentence = _("“%(field)s” is not a field of a message: remove it.")
            raise ContentError({each: sentence % {"field": each} for each in strange})
        made = {"title": "", "body": "", **value}
        wrong = dict(_misshapen(made))
        if wrong:
            raise ContentError(wrong)
        buttons = tuple(ButtonText(**each) for each in made.get("buttons", ()))
        others = tuple(map(cls.from_json, made.get("translations", ())))
        return cls(**{**made, "buttons": buttons, "translations": others})

    def to_json(self) -> dict[str, object]:
        """The form that `from_json` reads."""
        buttons = [each._asdict() for each in self.buttons]
        others = [each.to_json() for each in self.translations]
        return {**asdict(self), "buttons": buttons, "translations": others}

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every template by its name: "title", "buttons.1.label", "data.screen"."""
        for name in ("title", "body", "link", "image"):
            yield name, getattr(self, name)
        for number, button in enumerate(self.buttons, start=1):
            yield f"buttons.{number}.label", button.label
            yield f"buttons.{number}.link", button.link
        for name, text in self.data.items():
            yield f"data.{name}", text


def _misshapen(value: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name in ("title", "body", "link", "image", "locale", "icon"):
        if not isinstance(value.get(name, ""), str):
            yield name, _("Write text here.")
    if not _is_text_by_name(value.get("renditions", {})):
        yield "renditions", _("Give pictures as kinds and addresses.")
    if not isinstance(value.get("translations", ()), list | tuple):
        yield "translations", _("Write translations as a list of messages.")
    if not _is_text_by_name(value.get("data", {})):
        yield "data", _("Write custom data as names and texts.")
    buttons = value.get("buttons", ())
    if not isinstance(buttons, list | tuple) or not all(map(_is_button, buttons)):
        yield "buttons", _("Write each button as a label and a link.")
    ttl = value.get("ttl")
    if ttl is not None and type(ttl) is not int:
        yield "ttl", _("Write the time to live in seconds.")


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

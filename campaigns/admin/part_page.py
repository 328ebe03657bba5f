"""Buttons, cards and pictures as the compose page draws them, in rows with numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from campaigns.admin import option_words
from campaigns.admin.part_form import MOST_BUTTONS, MOST_CARDS, TRANSLATED
from campaigns.content.options import ALL
from campaigns.models import Campaign, MediaAsset

Row = dict[str, Any]
NO_BUTTON: Row = {"label": "", "link": ""}
NO_CARD: Row = {"title": "", "body": "", "link": ""}


def buttons(said: list[Row]) -> list[Row]:
    """As many rows as a message may have buttons, filled with those that it has."""
    return _rows(said, NO_BUTTON, MOST_BUTTONS)


def _rows(said: list[Row], blank: Row, most: int) -> list[Row]:
    rows = [*said, *[blank] * most][:most]
    return [{"number": n, **blank, **each} for n, each in enumerate(rows, start=1)]


def cards(draft: Campaign) -> list[Row]:
    """As many rows as a message may have cards, with the picture of each."""
    said = draft.platforms.get(ALL, {}).get("cards", [])
    pictures = MediaAsset.objects.in_bulk(
        [each["asset"] for each in said if each.get("asset")]
    )
    return [
        {**each, "picture": pictures.get(each.get("asset"))}
        for each in _rows(said, NO_CARD, MOST_CARDS)
    ]


def of_platform(draft: Campaign, key: str, errors: Mapping[str, str]) -> Row:
    """A platform's own picture and buttons, for its template."""
    own = draft.platforms.get(key, {})
    asset = own.get("asset")
    return {
        "picture": MediaAsset.objects.filter(pk=asset).first() if asset else None,
        "buttons": [
            {**row, "usual": usual["label"]}
            for row, usual in zip(
                buttons(own.get("buttons", [])), buttons(draft.buttons), strict=True
            )
        ],
        "no_buttons": bool(own.get("no_buttons")),
        "wrong_buttons": errors.get(f"{key}:buttons", ""),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text of a platform in one language, as option_field.html draws it."""

    id: str
    name: str
    label: str
    kind: str
    value: str
    usual: str
    source: str
    said: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A platform's texts in one language; ``name`` tells both."""

    name: str
    title: str
    texts: list[Text]


def of_language(
    draft: Campaign, said: Mapping[str, Any], language: str, errors: Mapping[str, str]
) -> Row:
    """Buttons, cards and platforms of a translation, for its template.

    ``own`` of a row is what stands there in the message's language.
    """
    own_cards = draft.platforms.get(ALL, {}).get("cards", [])
    return {
        "buttons": _beside(draft.buttons, said.get("buttons", []), NO_BUTTON),
        "cards": _beside(own_cards, said.get("cards", []), NO_CARD),
        "platforms": [
            Part(
                name=f"{option_words.PLATFORMS[key]}, {language}",
                title=str(option_words.PLATFORMS[key]),
                texts=[_text(said, key, name, errors) for name in names],
            )
            for key, names in TRANSLATED.items()
        ],
        "is_open": bool(said.get("buttons") or said.get("cards")),
        "differs": bool(said.get("platforms")) or any(":" in each for each in errors),
    }


def _beside(own: list[Row], said: list[Row], blank: Row) -> list[Row]:
    rows = _rows(said, blank, len(own))
    return [
        {**row, "own": {**blank, **mine}} for mine, row in zip(own, rows, strict=True)
    ]


def _text(
    said: Mapping[str, Any], key: str, name: str, errors: Mapping[str, str]
) -> Text:
    tag = said["locale"]
    is_word = name in ("title", "body")
    return Text(
        id=f"{tag}.{key}:{name}",
        name=f"{tag}.{key}:{name}",
        label=str(option_words.LABELS[name]),
        kind="text" if name in ("body", "expanded") else "line",
        value=said.get("platforms", {}).get(key, {}).get(name, ""),
        usual=said.get(name, "") if is_word else "",
        source=f"{tag}.{name}" if is_word else "",
        said=errors.get(f"{key}:{name}", ""),
    )


__all__ = ["Part", "Text", "buttons", "cards", "of_language", "of_platform"]

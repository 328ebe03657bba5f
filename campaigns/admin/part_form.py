"""Buttons, cards and pictures as the compose page posts them: rows with numbers.

A button is "button.1.label" and "button.1.link", a card "card.1.asset", "card.1.title",
"card.1.body" and "card.1.link"; of a platform "android:button.1.label", of a language
"fr.button.1.label". Empty rows do not count, and what a language says of a button or a
card stands in the row of the one that it translates.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.http import QueryDict

from campaigns.admin import posted
from campaigns.models import Campaign, MediaAsset, contents
from devices.models import Application

MOST_BUTTONS, MOST_CARDS = 3, 5
BUTTON, CARD = ("label", "link"), ("title", "body", "link")
Row = dict[str, Any]
Part = dict[str, Any]

TRANSLATED: dict[str, tuple[str, ...]] = {
    "android": ("title", "body", "expanded", "summary", "ticker"),
    "ios": ("title", "subtitle", "body"),
    "web": ("title", "body"),
}
"""The texts that a platform may have of its own in each language."""


def buttons(post: QueryDict, prefix: str = "") -> list[Row]:
    """The buttons whose names begin with ``prefix``, without empty rows."""
    rows = (_row(post, f"{prefix}button.{n}", BUTTON) for n in _upto(MOST_BUTTONS))
    return [each for each in rows if any(each.values())]


def cards(post: QueryDict, pictures: set[int]) -> list[Row]:
    """The cards, without empty rows; ``pictures`` are those that may be chosen."""
    rows = []
    for number in _upto(MOST_CARDS):
        row: Row = _row(post, f"card.{number}", CARD)
        if (asset := _number(post, f"card.{number}.asset")) in pictures:
            row["asset"] = asset
        rows.append(row)
    return [each for each in rows if any(each.values())]


def of_platform(post: QueryDict, platform: str, pictures: set[int]) -> Part:
    """A platform's own buttons and picture; nothing where the form has none."""
    if f"{platform}:asset" not in post:
        return {}
    asset = _number(post, f"{platform}:asset")
    return {
        "asset": asset if asset in pictures else None,
        "buttons": buttons(post, f"{platform}:"),
        "no_buttons": f"{platform}:no_buttons" in post,
    }


def of_language(post: QueryDict, tag: str, known: Mapping[str, Any]) -> Part:
    """A translation's buttons, cards and texts of platforms; else those it has."""
    names = ("buttons", "cards", "platforms")
    if f"{tag}.more" not in post:
        return {name: known[name] for name in names if known.get(name)}
    said: Part = {
        "buttons": _beside(post, tag, "button", BUTTON, MOST_BUTTONS),
        "cards": _beside(post, tag, "card", CARD, MOST_CARDS),
        "platforms": _texts(post, tag),
    }
    return {name: value for name, value in said.items() if value}


def _beside(
    post: QueryDict, tag: str, kind: str, names: tuple[str, ...], most: int
) -> list[Row]:
    """A row for each of the message's own, [] when none says anything."""
    own = ("asset", *names) if kind == "card" else names
    rows = [
        _row(post, f"{tag}.{kind}.{number}", names)
        for number in _upto(most)
        if any(posted.text(post, f"{kind}.{number}.{name}").strip() for name in own)
    ]
    return rows if any(any(each.values()) for each in rows) else []


def _texts(post: QueryDict, tag: str) -> dict[str, dict[str, str]]:
    found = {
        platform: {
            name: text
            for name in names
            if (text := posted.text(post, f"{tag}.{platform}:{name}").strip())
        }
        for platform, names in TRANSLATED.items()
    }
    return {platform: texts for platform, texts in found.items() if texts}


def pictures(post: QueryDict, draft: Campaign, application: Application) -> set[int]:
    """Those of the application among the chosen: archived only if chosen before."""
    names = [f"card.{number}.asset" for number in _upto(MOST_CARDS)]
    names += [name for name in post if name.endswith(":asset")]
    wanted = {_number(post, name) for name in names} - {0}
    if not wanted:
        return set()
    before = contents.assets(draft.platforms)
    mine = MediaAsset.objects.filter(application=application, pk__in=wanted)
    usable = mine.filter(Q(archived_at=None) | Q(pk__in=before))
    return set(usable.values_list("pk", flat=True))


def _row(post: QueryDict, prefix: str, names: tuple[str, ...]) -> Row:
    return {name: posted.text(post, f"{prefix}.{name}").strip() for name in names}


def _number(post: QueryDict, name: str) -> int:
    """The number of the row that was chosen, 0 for none."""
    text = post.get(name, "")
    return int(text) if text.isdecimal() and len(text) <= posted.LONGEST_KEY else 0


def _upto(most: int) -> range:
    return range(1, most + 1)

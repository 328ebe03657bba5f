"""What a draft says on each platform, in the shape that a revision keeps."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext as _

from devices.models import Application

from .registries import AndroidChannel, Destination

Platforms = dict[str, dict[str, Any]]
Pictures = Mapping[Any, Mapping[str, str]]

ALL = "all"
IN_A_LANGUAGE = ("title", "body", "subtitle", "expanded", "summary", "ticker")
"""Texts of a platform that every language has of its own, or not at all."""

FALLS_BACK = "falls_back"
"""Beside a channel that nobody chose: it is the fallback of its application."""

LINKED = ("android", "ios", "web", "windows")


NOT_FROZEN = ("asset", "no_buttons", "cards", "destination")
"""What a draft says in another form than a revision keeps."""


def assets(said: Mapping[str, Mapping[str, Any]]) -> list[int]:
    """The numbers of the pictures that platforms and cards have of their own."""
    shown = [*said.values(), *said.get(ALL, {}).get("cards", ())]
    return [each["asset"] for each in shown if each.get("asset")]


def frozen(
    said: Mapping[str, Mapping[str, Any]], application: Application, pictures: Pictures
) -> Platforms:
    """Without what is empty, with addresses of pictures, links and the channel.

    ``said`` is Campaign.platforms: {"all": {…}, "ios": {…}}, where "asset" is the
    number of a picture and "destination" {"key", "values"} of "all" a Destination.
    """
    found = {place: _filled(each, pictures) for place, each in said.items()}
    for platform, link in links(said, application).items():
        found.setdefault(platform, {}).setdefault("link", link)
    if said.get(ALL, {}).get("cards"):
        found.setdefault("ios", {}).setdefault("category", CARDS_ON_IOS)
    return _routed(found, _fallback(application))


def rerouted(content: Mapping[str, Any], application: Application) -> dict[str, Any]:
    """A revision's content with today's fallback channel, in every language.

    Asked when a run is made ready to leave: to change the fallback re-routes what was
    scheduled before.
    """
    return _rerouted(content, _fallback(application))


def _rerouted(content: Mapping[str, Any], fallback: str) -> dict[str, Any]:
    found = dict(content)
    if platforms := _routed(content.get("platforms", {}), fallback):
        found["platforms"] = platforms
    else:
        found.pop("platforms", None)
    if others := content.get("translations"):
        found["translations"] = [_rerouted(each, fallback) for each in others]
    return found


def _routed(platforms: Mapping[str, Mapping[str, Any]], fallback: str) -> Platforms:
    found = {place: dict(each) for place, each in platforms.items()}
    android = found.setdefault("android", {})
    if FALLS_BACK in android or not android.get("channel"):
        for name in ("channel", FALLS_BACK):
            android.pop(name, None)
        if fallback:
            android |= {"channel": fallback, FALLS_BACK: True}
    return {place: each for place, each in found.items() if each}


def _fallback(application: Application) -> str:
    """What its fallback channel is called in the app, "" without one."""
    rows = AndroidChannel.objects.filter(application=application, is_fallback=True)
    return rows.values_list("key", flat=True).first() or ""


def left_out(content: Mapping[str, Any]) -> tuple[str, ...]:
    """The platforms that get nothing of a revision's content.

    Browsers and Windows must show what they get, so that a silent message is none
    for them.
    """
    platforms = content.get("platforms", {})
    off = [each for each in LINKED if platforms.get(each, {}).get("off")]
    shown_only = ("web", "windows") if is_silent(platforms) else ()
    return tuple(sorted({*off, *shown_only}))


def is_silent(platforms: Mapping[str, Any]) -> bool:
    """Whether nothing of the message is shown: the app alone gets it."""
    return bool(platforms.get(ALL, {}).get("kind") == "silent")


def _filled(said: Mapping[str, Any], pictures: Pictures) -> dict[str, Any]:
    kept = {
        name: value
        for name, value in said.items()
        if name not in NOT_FROZEN and value not in ("", None, False, [], {})
    }
    if said.get("asset"):
        kept["renditions"] = dict(pictures.get(said["asset"], {}))
    if said.get("no_buttons"):
        kept["buttons"] = []
    return kept


def destination(
    said: Mapping[str, Mapping[str, Any]], application: Application
) -> tuple[Destination | None, dict[str, Any]]:
    """The destination that a draft chose, if it is still there, and its values."""
    chosen = said.get(ALL, {}).get("destination") or {}
    if not chosen:
        return None, {}
    rows = Destination.objects.filter(application=application, key=chosen["key"])
    return rows.first(), chosen.get("values", {})


def links(
    said: Mapping[str, Mapping[str, Any]], application: Application
) -> dict[str, str]:
    """What a tap opens on each platform, of a destination that is still there."""
    found, values = destination(said, application)
    if found is None:
        return {}
    made = {each: found.link(each, values) for each in ("android", "ios", "web")}
    made["windows"] = made["web"]
    return {platform: link for platform, link in made.items() if link}


def unfilled(
    said: Mapping[str, Mapping[str, Any]], application: Application
) -> dict[str, str]:
    """What is wrong with the chosen destination, by the name of its field."""
    if not said.get(ALL, {}).get("destination"):
        return {}
    found, values = destination(said, application)
    if found is None:
        return {"destination": _("This destination was removed: choose another.")}
    return {
        f"destination.{name}": sentence for name, sentence in found.problems(values)
    }


def cards(
    said: Mapping[str, Mapping[str, Any]], pictures: Pictures
) -> list[dict[str, str]]:
    """The cards to leaf through, each with the address of its picture."""
    return [
        {
            "image": pictures.get(each.get("asset"), {}).get(CARD, ""),
            **{name: each.get(name, "") for name in CARD_TEXTS},
        }
        for each in said.get(ALL, {}).get("cards", ())
    ]


CARDS_ON_IOS = "pushsite.cards"
"""The category by which an iPhone opens the app's extension that shows cards."""
CARD = "android_big"
"""The rendition of a card's picture: twice as wide as high."""
CARD_TEXTS = ("title", "body", "link")


def overlaid(
    own: Sequence[Mapping[str, str]], said: Sequence[Mapping[str, str]]
) -> list[dict[str, str]]:
    """Buttons or cards with what a language says of each in its place."""
    nothing: Mapping[str, str] = {}
    pairs = zip_longest(own, said[: len(own)], fillvalue=nothing)
    return [
        {**mine, **{name: text for name, text in theirs.items() if text}}
        for mine, theirs in pairs
    ]


def translated(platforms: Platforms, own: Mapping[str, Mapping[str, Any]]) -> Platforms:
    """The platforms of a translation: its own texts, and all that is no text.

    Where a platform has no text of its own in this language, it says what the
    language says everywhere, on its buttons too: never the text of another language.
    """
    found: Platforms = {}
    for place in dict.fromkeys([*platforms, *own]):
        kept = {
            name: value
            for name, value in platforms.get(place, {}).items()
            if name not in IN_A_LANGUAGE and not (name == "buttons" and value)
        }
        texts = own.get(place, {})
        kept |= {name: texts[name] for name in IN_A_LANGUAGE if texts.get(name)}
        if kept:
            found[place] = kept
    return found

"""A toast as Windows reads it: elements, attributes, and what it would display.

https://learn.microsoft.com/en-us/windows/apps/design/shell/tiles-and-notifications/toast-schema
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote
from xml.etree.ElementTree import Element, ParseError, fromstring

LIMIT = 5000
"""Bytes of one notification."""

MOST_TEXTS = 3
MOST_ACTIONS = 5
ATTRIBUTES = {
    "toast": {"launch", "duration", "displayTimestamp", "scenario", "activationType"},
    "visual": {"lang", "baseUri", "addImageQuery"},
    "binding": {"template", "lang", "baseUri", "addImageQuery"},
    "text": {"lang", "placement", "hint-maxLines", "hint-style"},
    "image": {"src", "placement", "alt", "hint-crop", "addImageQuery"},
    "actions": set[str](),
    "action": {"content", "arguments", "activationType", "placement", "imageUri"},
    "audio": {"src", "loop", "silent"},
}
CHILDREN = {
    "toast": {"visual", "actions", "audio"},
    "visual": {"binding"},
    "binding": {"text", "image"},
    "actions": {"action"},
}
PLACEMENTS = {"hero", "appLogoOverride", "inline"}


class Malformed(ValueError):
    """Windows would not display this. The text says what is wrong with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Toast:
    """What a toast displays, and what the app gets when it is opened."""

    title: str
    body: str
    image: str
    buttons: tuple[tuple[str, str], ...]
    launch: Mapping[str, str]


def read(body: bytes) -> Toast:
    """The toast of a request's body. Raises Malformed."""
    root = _parsed(body)
    if root.tag != "toast":
        raise Malformed(f"The root is <{root.tag}>, not <toast>.")
    _check(root)
    binding = root.find("visual/binding")
    if binding is None or binding.get("template") != "ToastGeneric":
        raise Malformed("A toast needs a binding of the template ToastGeneric.")
    texts = [each.text or "" for each in binding.findall("text")]
    actions = root.findall("actions/action")
    if not 1 <= len(texts) <= MOST_TEXTS or len(actions) > MOST_ACTIONS:
        raise Malformed(f"{len(texts)} texts and {len(actions)} actions do not fit.")
    image = binding.find("image")
    return Toast(
        title=texts[0],
        body=" ".join(texts[1:]),
        image="" if image is None else image.get("src", ""),
        buttons=tuple(map(_button, actions)),
        launch=arguments(root.get("launch", "")),
    )


def arguments(text: str) -> dict[str, str]:
    """Key and value pairs, as an app's ToastArguments reads them."""
    pairs = (part.partition("=") for part in text.split(";") if part)
    return {unquote(key): unquote(value) for key, _equals, value in pairs}


def _button(action: Element) -> tuple[str, str]:
    named = arguments(action.get("arguments", "")).get("button", "")
    return named, action.get("content", "")


def _parsed(body: bytes) -> Element:
    if b"<!" in body:
        raise Malformed("A notification may not have a document type.")
    try:
        return fromstring(body)  # noqa: S314 - no document type, so no entities
    except ParseError as broken:
        raise Malformed(f"The XML cannot be read: {broken}.") from broken


def _check(element: Element) -> None:
    """Known elements in known places, with known attributes only."""
    strange = set(element.attrib) - ATTRIBUTES[element.tag]
    if strange:
        raise Malformed(f"<{element.tag}> has no attribute {sorted(strange)[0]}.")
    if element.tag == "action" and not {"content", "arguments"} <= set(element.attrib):
        raise Malformed("An <action> needs content and arguments.")
    if element.tag == "image":
        _check_image(element)
    for child in element:
        if child.tag not in CHILDREN.get(element.tag, ()):
            raise Malformed(f"<{element.tag}> cannot hold <{child.tag}>.")
        _check(child)


def _check_image(image: Element) -> None:
    placed = image.get("placement", "inline")
    if not image.get("src", "").startswith(("https://", "http://", "ms-app")):
        raise Malformed("An <image> needs the address of a picture.")
    if placed not in PLACEMENTS:
        raise Malformed(f"An <image> cannot be placed {placed}.")

"""What a message says or does otherwise on one platform: the fields that there are.

A revision keeps them under "platforms": {"all": {…}, "android": {…}, "ios": {…},
"web": {…}, "windows": {…}}. What stands under a platform wins over "all", and that
over the platform's own way. "title", "body", "link", "image", "renditions" and
"buttons" of a platform win over those of the message; "off" sends it nothing. Absent
and "" mean the same: nothing said.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple

from devices.gateways.options import (
    AndroidOptions,
    IosOptions,
    Options,
    WebOptions,
)

PLATFORMS = ("android", "ios", "web", "windows")
ALL = "all"
OWN_WORDS = ("title", "body", "link", "image")
"""Texts of the message of which a platform may have its own."""

Kind = Literal["text", "word", "choice", "flag", "number", "lines"]


class Field(NamedTuple):
    """One field. ``kind`` "text" is a template; "word" fits ``pattern``; "number" lies
    between ``least`` and ``most``; "lines" are short texts, one below the other."""

    name: str
    kind: Kind
    choices: tuple[str, ...] = ()
    pattern: str = ""
    least: float = 0
    most: float = 0


IDENTIFIER = r"[\w.\-]{1,64}"
FILE = r"[\w.\-]{1,100}"
MILLISECONDS = r"\d{1,5}(\s*,\s*\d{1,5}){0,19}"
ADDRESS = r"https://\S{3,1900}"
MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)"

CATEGORIES = (
    *("alarm", "call", "email", "error", "event", "message", "progress", "promotion"),
    *("recommendation", "reminder", "service", "social", "status", "system"),
    "transport",
)
"""Android's own, for what a message is about."""

_SHARED = (
    Field("priority", "choice", ("high", "normal")),
    Field("replaces", "text"),
    Field("badge", "text"),
)
FIELDS: dict[str, tuple[Field, ...]] = {
    ALL: (
        Field("kind", "choice", ("alert", "silent")),
        Field("sound", "choice", ("default", "none")),
        *_SHARED,
        Field("lasts", "text"),
    ),
    "android": (
        *_SHARED,
        Field("channel", "word", pattern=r".{1,100}"),
        Field("visibility", "choice", ("public", "private", "secret")),
        Field("expanded", "text"),
        Field("summary", "text"),
        Field("style", "choice", ("big_picture", "big_text", "inbox")),
        Field("color", "word", pattern=r"#[0-9a-fA-F]{6}"),
        Field("icon", "word", pattern=r"[a-z][a-z0-9_]{0,99}"),
        Field("large_icon", "word", pattern=ADDRESS),
        Field("data_only", "flag"),
        Field("sound", "word", pattern=FILE),
        Field("vibrate", "word", pattern=MILLISECONDS),
        Field("light_color", "word", pattern=r"#[0-9a-fA-F]{6}"),
        Field("light_on", "number", least=0, most=60_000),
        Field("light_off", "number", least=0, most=60_000),
        Field("display_priority", "choice", ("min", "low", "default", "high", "max")),
        Field(
            "category",
            "choice",
            CATEGORIES,
        ),
        Field("group", "word", pattern=IDENTIFIER),
        Field("collapse_key", "word", pattern=IDENTIFIER),
        Field("ticker", "text"),
        Field("event_time", "word", pattern=MOMENT),
        Field("sticky", "flag"),
        Field("local_only", "flag"),
        Field("package", "word", pattern=r"[A-Za-z]\w*(\.[A-Za-z]\w*)+"),
        Field("label", "word", pattern=r"[a-zA-Z0-9\-_.~%]{1,50}"),
    ),
    "ios": (
        Field("subtitle", "text"),
        Field("priority", "choice", ("high", "normal", "low")),
        *_SHARED[1:],
        Field("sound", "word", pattern=FILE),
        Field("volume", "number", least=0, most=1),
        Field("level", "choice", ("passive", "active", "time-sensitive", "critical")),
        Field("relevance", "number", least=0, most=1),
        Field("category", "word", pattern=r".{1,100}"),
        Field("thread", "word", pattern=r".{1,100}"),
        Field("rewrites", "flag"),
        Field("wakes", "flag"),
        Field("target", "word", pattern=r".{1,200}"),
        Field("filter", "word", pattern=r".{1,200}"),
        Field("summary_argument", "word", pattern=r".{1,100}"),
        Field("summary_count", "number", least=0, most=9_999),
        Field("title_key", "word", pattern=r".{1,100}"),
        Field("title_arguments", "lines"),
        Field("subtitle_key", "word", pattern=r".{1,100}"),
        Field("subtitle_arguments", "lines"),
        Field("body_key", "word", pattern=r".{1,100}"),
        Field("body_arguments", "lines"),
        Field("launch_image", "word", pattern=FILE),
    ),
    "web": (
        *_SHARED,
        Field("sound", "choice", ("default", "none")),
        Field("stays", "flag"),
        Field("renotify", "flag"),
        Field("badge_icon", "word", pattern=ADDRESS),
        Field("urgency", "choice", ("very-low", "low", "normal", "high")),
        Field("vibrate", "word", pattern=MILLISECONDS),
        Field("timestamp", "word", pattern=MOMENT),
        Field("direction", "choice", ("auto", "ltr", "rtl")),
        Field("language", "word", pattern=r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*"),
    ),
    "windows": (Field("replaces", "text"),),
}
"""In the order in which a page shows them."""

NOT_OPTIONS = frozenset({*OWN_WORDS, "off", "renditions", "buttons", "falls_back"})
Said = Mapping[str, Any]
Platforms = Mapping[str, Said]


def fields(platform: str) -> Mapping[str, Field]:
    """The fields of a platform, or of "all", by name."""
    return {each.name: each for each in FIELDS[platform]}


def winning(platforms: Platforms, platform: str, name: str) -> Any:
    """What is said of a field for a platform, or for all of them; else None."""
    for place in (platform, ALL):
        value = platforms.get(place, {}).get(name)
        if value not in (None, ""):
            return value
    return None


def differs(platforms: Platforms, platform: str) -> bool:
    """Whether anything of a message is otherwise there than it usually is."""
    own = platforms.get(platform, {})
    has_no_buttons = own.get("buttons") == []
    return (
        has_no_buttons
        or bool(platforms.get(ALL))
        or any(own.get(name) for name in own if name != "off")
    )


def is_silent(platforms: Platforms) -> bool:
    """Whether nothing of the message is shown: the app alone gets it."""
    return bool(platforms.get(ALL, {}).get("kind") == "silent")


def texts(platforms: Platforms, platform: str) -> Iterator[tuple[str, str]]:
    """The templates that this platform has beside the message's, by name."""
    names = {
        each.name for each in (*FIELDS[ALL], *FIELDS[platform]) if each.kind == "text"
    }
    for name in sorted(names):
        value = winning(platforms, platform, name)
        if value is not None:
            yield name, value


def made(platforms: Platforms, platform: str) -> Options | None:
    """The options of a platform, ready for its gateway; None for the usual ones."""
    said = {
        each.name: value
        for each in (*FIELDS[ALL], *FIELDS[platform])
        if each.kind != "text"
        and (value := winning(platforms, platform, each.name)) is not None
    }
    if said.pop("kind", "alert") == "silent":
        said["silent"] = True
    has_text = any(True for _each in texts(platforms, platform))
    return _MAKERS[platform](said) if said or has_text else None


def _android(said: dict[str, Any]) -> AndroidOptions:
    color = said.pop("light_color", "")
    on, off = int(said.pop("light_on", 500)), int(said.pop("light_off", 2_000))
    if color:
        said["light"] = (color, on, off)
    return AndroidOptions(**_timed(said))


def _ios(said: dict[str, Any]) -> IosOptions:
    texts: list[tuple[str, object]] = []
    for name, foreign in FOREIGN.items():
        value = said.pop(name, None)
        if value:
            texts.append((foreign, value))
    return IosOptions(**said, texts=tuple(texts))


FOREIGN = {
    "title_key": "title-loc-key",
    "title_arguments": "title-loc-args",
    "subtitle_key": "subtitle-loc-key",
    "subtitle_arguments": "subtitle-loc-args",
    "body_key": "loc-key",
    "body_arguments": "loc-args",
    "launch_image": "launch-image",
    "summary_argument": "summary-arg",
    "summary_count": "summary-arg-count",
}
"""Our names of what stands in "alert", and Apple's."""


def _web(said: dict[str, Any]) -> WebOptions:
    if moment := said.pop("timestamp", ""):
        said["timestamp"] = int(datetime.fromisoformat(moment).timestamp() * 1_000)
    return WebOptions(**_timed(said))


def _timed(said: dict[str, Any]) -> dict[str, Any]:
    """With the pattern of a vibration as numbers."""
    pattern = said.pop("vibrate", "")
    if pattern:
        said["vibrate"] = tuple(map(int, pattern.split(",")))
    return said


def _windows(said: dict[str, Any]) -> Options:
    return Options(silent="silent" in said)


_MAKERS = {"android": _android, "ios": _ios, "web": _web, "windows": _windows}

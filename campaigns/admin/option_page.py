"""The options of a message as the compose page draws them, with what is in effect."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from campaigns.admin import destination_page, option_form, option_words, part_page
from campaigns.admin.option_form import WORDS, Platforms
from campaigns.content import options
from campaigns.content.options import ALL, Field
from campaigns.models import (
    AndroidChannel,
    Campaign,
    IosCategory,
    IosThread,
    Sound,
)
from devices.models import Application

LONG = ("body", "expanded")
BLANK_ROWS = 2
"""Empty rows for custom data below those that are filled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One field as the page draws it. ``usual`` is what is in effect without a value.

    ``kind`` is "line", "text", "choice", "flag" or "lines".
    """

    id: str
    name: str
    label: str
    hint: str
    kind: str
    value: Any
    usual: str
    choices: tuple[tuple[str, str], ...] = ()
    source: str = ""
    said: str = ""


def context(draft: Campaign, errors: dict[str, str]) -> dict[str, Any]:
    """What the templates of the options draw; ``errors`` by field."""
    said = draft.platforms
    picks = _picks(draft.application)
    return {
        "kind": options.winning(said, ALL, "kind") or "alert",
        "kinds": _choices("kind", ("alert", "silent")),
        "sent_to": [
            (key, word, not said.get(key, {}).get("off"))
            for key, word in option_words.PLATFORMS.items()
        ],
        "shared": [
            _shown(draft, ALL, field, picks, errors)
            for field in options.FIELDS[ALL]
            if field.name != "kind"
        ],
        "buttons": part_page.buttons(draft.buttons),
        "cards": part_page.cards(draft),
        "data_rows": [*draft.data.items(), *[("", "")] * BLANK_ROWS],
        "destinations": destination_page.context(draft),
        "differing": [
            _platform(draft, key, picks, errors) for key in option_words.PLATFORMS
        ],
        "is_shared_changed": bool(draft.data or said.get(ALL) or _is_partial(said)),
    }


def unseen(draft: Campaign) -> str:
    """Why no platform gets the message; "" where some do."""
    if all(draft.platforms.get(each, {}).get("off") for each in options.PLATFORMS):
        return _("It is sent to no platform: choose one under “More options”.")
    return ""


def _is_partial(said: Platforms) -> bool:
    return any(each.get("off") for each in said.values())


def _platform(
    draft: Campaign, key: str, picks: dict[str, Any], errors: dict[str, str]
) -> dict[str, Any]:
    known = {each.name: each for each in option_form.fields(key)}
    groups = [
        (
            word,
            [_shown(draft, key, known[name], picks, errors) for name in names],
        )
        for word, names in option_words.GROUPS[key]
    ]
    own = {n for n in draft.platforms.get(key, {}) if n != "off"}
    broken = any(each.startswith(f"{key}:") for each in errors)
    is_folded = len(groups) > 1
    return {
        "key": key,
        "name": option_words.PLATFORMS[key],
        "groups": groups[:-1] if is_folded else groups,
        "folded": groups[-1] if is_folded else None,
        "is_folded_open": is_folded and any(each.value for each in groups[-1][1]),
        "count": len(own),
        "is_open": broken,
        **part_page.of_platform(draft, key, errors),
    }


def _shown(
    draft: Campaign,
    place: str,
    field: Field,
    picks: dict[str, Any],
    errors: dict[str, str],
) -> Shown:
    key = f"{place}:{field.name}"
    value = draft.platforms.get(place, {}).get(field.name, "")
    kind = {"word": "line", "number": "line", "text": "line"}.get(
        field.kind, field.kind
    )
    choices = _choices(field.name, field.choices)
    if registered := picks.get(key):
        kind, choices = "choice", _with(registered, value)
    if field.name in LONG:
        kind = "text"
    is_word = field.name in WORDS
    return Shown(
        id=key,
        name=key,
        label=str(option_words.LABELS[field.name]),
        hint=str(option_words.HINTS.get(field.name, "")),
        kind=kind,
        value="\n".join(value) if isinstance(value, list) else value,
        usual=getattr(draft, field.name) if is_word else _usual(draft, place, field),
        choices=choices,
        source=field.name if is_word else f"all:{field.name}",
        said=errors.get(key, ""),
    )


def _choices(name: str, values: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((each, option_words.choice(name, each)) for each in values)


def _with(
    registered: tuple[tuple[str, str], ...], value: Any
) -> tuple[tuple[str, str], ...]:
    """The registered names, with the current one even if it is none of them."""
    known = {key for key, _name in registered}
    if not value or value in known:
        return registered
    strange = _("%(name)s (not registered)") % {"name": value}
    return (*registered, (value, strange))


USUAL = {"priority": "high", "sound": "default", "level": "active"}
"""What a platform does when nothing is said."""


def _usual(draft: Campaign, place: str, field: Field) -> str:
    """What is in effect for a platform that says nothing of its own."""
    shared = draft.platforms.get(ALL, {}).get(field.name) if place != ALL else None
    value = shared or USUAL.get(field.name, "")
    if field.name == "channel":
        fallback = draft.application.androidchannels.filter(is_fallback=True).first()
        return fallback.name if fallback else _("the app’s own channel")
    return option_words.choice(field.name, str(value)) if value else ""


def _picks(application: Application) -> dict[str, tuple[tuple[str, str], ...]]:
    """What administrators registered, by the field that picks from it."""
    rows: dict[str, Any] = {
        "android:channel": AndroidChannel.objects,
        "ios:category": IosCategory.objects,
        "ios:thread": IosThread.objects,
        "ios:sound": Sound.objects.filter(platform="ios"),
        "android:sound": Sound.objects.filter(platform="android"),
    }
    usual = _choices("sound", ("default", "none"))
    return {
        field: (usual if field.endswith(":sound") else ())
        + tuple((each.key, each.name) for each in found.filter(application=application))
        for field, found in rows.items()
    }

"""The variants of a message: A is the campaign's own, the others say what differs.

Campaign.variants is a list of {"key": "B", "weight": 30, "changes": {…}}: what B says
otherwise, as a merge patch (RFC 7396) over A's message. A mapping is merged name by
name, null takes something away, all else replaces: what nobody changed follows A.
``weight`` is the share of people in per cent; A has what is left. Platforms that get
nothing, the kind of message and the list of languages are the same for all.
"""

import copy
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from .campaigns import Campaign

FIRST = "A"
KEYS = "ABCDEFGH"
MOST = len(KEYS)
WHOLE = 100
"""Shares are whole numbers of this many."""

TEXTS = ("title", "body", "link", "image", "buttons", "data", "platforms")
PICTURES = ("asset", "icon")
MESSAGE = (*TEXTS, *PICTURES, "translations")
"""The fields of a campaign that a variant may have otherwise."""

SHARED = {"all": ("kind",)} | dict.fromkeys(
    ("android", "ios", "web", "windows"), ("off",)
)
"""What stands among the platforms and is the same for all variants."""

BESIDE = ("variants", "control", "drawn_by")
"""What a revision's content keeps beside what A says."""

Variant = dict[str, Any]
Message = dict[str, Any]


def keys(campaign: "Campaign") -> list[str]:
    """The keys of all variants, A first."""
    return [FIRST, *(each["key"] for each in campaign.variants)]


def shares(campaign: "Campaign") -> list[int]:
    """The shares of all variants in per cent, A's first: what the others leave it."""
    others = [int(each["weight"]) for each in campaign.variants]
    return [WHOLE - campaign.control - sum(others), *others]


def even(variants: list[Variant], *, control: int) -> list[Variant]:
    """The same variants with equal shares; A has what cannot be divided."""
    share = (WHOLE - control) // (len(variants) + 1)
    return [{**each, "weight": share} for each in variants]


def problem(campaign: "Campaign") -> str:
    """A sentence about shares that cannot be, "" when they can."""
    others = [each["weight"] for each in campaign.variants]
    if any(each < 1 for each in others):
        return _("Give each variant at least one per cent of the people, or remove it.")
    if shares(campaign)[0] < 1:
        return _(
            "Nobody is left for A: lower the share of the other variants, or that of "
            "the control group."
        )
    return ""


def labelled(key: str, sentence: str) -> str:
    """A sentence about one variant."""
    return _("Variant %(key)s: %(sentence)s") % {"key": key, "sentence": sentence}


def message_of(campaign: "Campaign") -> Message:
    """What a campaign says, with its translations by language: as patches are of it."""
    found: Message = {name: getattr(campaign, name) for name in TEXTS}
    found |= {name: getattr(campaign, f"{name}_id") for name in PICTURES}
    return found | {
        "translations": {
            each["locale"]: {name: each[name] for name in each if name != "locale"}
            for each in campaign.translations
        }
    }


def changes_of(campaign: "Campaign", key: str) -> dict[str, Any]:
    """What this variant says otherwise than A."""
    found = (each["changes"] for each in campaign.variants if each["key"] == key)
    return dict(next(found, {}))


def view(campaign: "Campaign", key: str) -> "Campaign":
    """The campaign as this variant says it, never saved, itself without variants."""
    made = copy.copy(campaign)
    made.variants, made.control = [], 0
    changes = changes_of(campaign, key)
    if changes:
        _say(made, merged(message_of(campaign), changes))
    return made


def views(campaign: "Campaign") -> Iterator[tuple[str, "Campaign"]]:
    """Every variant as `view` gives it, by its key, A first."""
    for key in keys(campaign):
        yield key, view(campaign, key)


def _say(campaign: "Campaign", message: Message) -> None:
    for name in TEXTS:
        setattr(campaign, name, message[name])
    for name in PICTURES:
        setattr(campaign, f"{name}_id", message.get(name))
    said = message["translations"]
    known = [each["locale"] for each in campaign.translations]
    campaign.translations = [{"locale": tag, **said.get(tag, {})} for tag in known]


def merged(base: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """``base`` with a merge patch applied."""
    found = dict(base)
    for name, value in patch.items():
        if value is None:
            found.pop(name, None)
        elif isinstance(value, Mapping):
            own = found.get(name)
            found[name] = merged(own if isinstance(own, Mapping) else {}, value)
        else:
            found[name] = value
    return found


def difference(base: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The merge patch that makes ``wanted`` of ``base``."""
    found: dict[str, Any] = {}
    for name in dict.fromkeys([*base, *wanted]):
        before, after = base.get(name), wanted.get(name)
        if before == after:
            continue
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            found[name] = difference(before, after)
        else:
            found[name] = after
    return found


def drawn_by(campaign: "Campaign") -> int:
    """The number by which people are drawn: that of the first of its versions.

    A campaign that takes the place of a live one leaves everybody where they were.
    """
    first = campaign
    while first.replaces is not None:
        first = first.replaces
    return first.pk or 0


def frozen(campaign: "Campaign") -> dict[str, Any]:
    """What a revision keeps of the variants; nothing where there is only A.

    "variants": [{"key", "weight", "content"}] without A, whose content is the
    revision's own, "control": the share that gets nothing, "drawn_by": see above.
    """
    found: dict[str, Any] = {}
    if campaign.variants:
        found["variants"] = [
            {
                "key": each["key"],
                "weight": each["weight"],
                "content": view(campaign, each["key"]).content(),
            }
            for each in campaign.variants
        ]
    if campaign.control:
        found["control"] = campaign.control
    return found | {"drawn_by": drawn_by(campaign)} if found else found


def contents(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What each variant of a revision's content says, by its number, A's first."""
    own = {name: content[name] for name in content if name not in BESIDE}
    return [own, *(each["content"] for each in content.get("variants", ()))]


def keys_in(content: Mapping[str, Any]) -> list[str]:
    """The keys of the variants of a revision's content, by their number."""
    return [FIRST, *(each["key"] for each in content.get("variants", ()))]


def shares_in(content: Mapping[str, Any]) -> list[int]:
    """The shares of the variants of a revision's content, by their number."""
    others = [each["weight"] for each in content.get("variants", ())]
    return [WHOLE - content.get("control", 0) - sum(others), *others]


def tags_in(content: Mapping[str, Any]) -> list[str]:
    """The tags that the ledger numbers: the message's own, then every translation's.

    One that only some variants have is numbered too: the others speak their own there.
    """
    others = (
        said["locale"]
        for each in contents(content)
        for said in each.get("translations", ())
    )
    return [content.get("locale", ""), *dict.fromkeys(others)]

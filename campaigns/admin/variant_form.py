"""The variants of a draft as the compose page posts them.

The page writes one variant at a time, named "variant": its fields hold what that one
says, and what it says otherwise than A is found out here. "share.B" and "control" are
shares in per cent. The button pressed ("do") may open a variant ("variant:B"), add one,
remove one ("variants:remove:B"), make all shares equal, or let a field follow A again
("variants:as_a:platforms/ios/subtitle").
"""

import copy
from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from campaigns.admin import draft_form
from campaigns.models import Campaign, variants
from campaigns.models.variants import FIRST, MESSAGE, SHARED, Variant

OPEN, ACT = "variant:", "variants:"
ADD, EVEN, REMOVE, AS_A = "add", "even", "remove:", "as_a:"
APART = "/"
"""Between the names of a path."""

Said = dict[str, Any]


def opened(asked: Mapping[str, str], draft: Campaign) -> str:
    """The key of the variant that is written: A where none is named that there is."""
    wanted = asked.get("variant", FIRST)
    return wanted if wanted in variants.keys(draft) else FIRST


def is_gone(post: QueryDict, draft: Campaign) -> bool:
    """Whether the variant that was written has been removed meanwhile."""
    return "variant" in post and post["variant"] not in variants.keys(draft)


def view(asked: Mapping[str, str], draft: Campaign) -> Campaign:
    """The draft as the variant that is written says it, never saved."""
    return variants.view(draft, opened(asked, draft))


def typed(post: QueryDict, draft: Campaign) -> Campaign:
    """The variant that is written as it is typed, never saved; so is ``draft`` now."""
    mine = view(post, draft)
    said = draft_form.changes(post, mine)
    for name, value in whole(post, draft, said).items():
        setattr(draft, name, value)
    for name, value in said.items():
        setattr(mine, name, value)
    return mine


def whole(post: QueryDict, draft: Campaign, said: Said) -> Said:
    """The fields of the draft itself, of what was posted of one variant.

    ``said`` is draft_form.changes of the `view`. A form that names no variant writes A
    and leaves the others.
    """
    if "variant" not in post:
        return dict(said)
    key = opened(post, draft)
    kept = {name: said[name] for name in said if key == FIRST or name not in MESSAGE}
    control = _share(post.get("control"), draft.control)
    others: list[Variant] = [
        {**each, "weight": _share(post.get(f"share.{each['key']}"), each["weight"])}
        for each in draft.variants
    ]
    if key != FIRST:
        kept |= _shared(draft, said)
        changes = _changes(draft, kept, key, said)
        others = [
            {**each, "changes": changes} if each["key"] == key else each
            for each in others
        ]
    acted = _acted(post.get("do", ""), others, key, control=control)
    tags = {each["locale"] for each in said["translations"]}
    pruned = [_within(each, tags) for each in acted]
    return kept | {"variants": pruned, "control": control}


def follows(post: QueryDict, draft: Campaign) -> str:
    """The key of the variant to open after what was asked for; ``draft`` of before."""
    do, known = post.get("do", ""), variants.keys(draft)
    if do == ACT + ADD:
        return _free(known) or opened(post, draft)
    if do.startswith(ACT + REMOVE):
        return FIRST
    wanted = do.removeprefix(OPEN)
    return wanted if wanted in known else opened(post, draft)


def _free(known: list[str]) -> str:
    return next((each for each in variants.KEYS if each not in known), "")


def _share(text: str | None, otherwise: int) -> int:
    """A share as it was typed, wrong ones too: the page says what is wrong with it."""
    plain = (text or "").strip().removesuffix("%").strip()
    return int(plain) if plain.isdecimal() and len(plain) < 4 else otherwise


def _shared(draft: Campaign, said: Said) -> Said:
    """What is the same for all variants and was posted with one of them."""
    found: Said = {}
    platforms = _shared_platforms(draft.platforms, said.get("platforms"))
    if platforms != draft.platforms:
        found["platforms"] = platforms
    known = {each["locale"]: each for each in draft.translations}
    blank = {"title": "", "body": "", "link": "", "source": ""}
    translations = [
        known.get(each["locale"]) or {"locale": each["locale"], **blank}
        for each in said["translations"]
    ]
    if translations != draft.translations:
        found["translations"] = translations
    return found


def _shared_platforms(
    own: Mapping[str, Said], said: Mapping[str, Said] | None
) -> dict[str, Said]:
    found = {place: dict(each) for place, each in own.items()}
    if said is None:
        return found
    for place, names in SHARED.items():
        mine = found.setdefault(place, {})
        for name in names:
            mine.pop(name, None)
            if value := said.get(place, {}).get(name):
                mine[name] = value
    return {place: each for place, each in found.items() if each}


def _changes(draft: Campaign, kept: Said, key: str, said: Said) -> dict[str, Any]:
    """What the variant says otherwise than A, of what was posted."""
    own, mine = copy.copy(draft), variants.view(draft, key)
    for name in ("platforms", "translations"):
        setattr(own, name, kept.get(name, getattr(draft, name)))
    for name in MESSAGE:
        if name in said:
            setattr(mine, name, said[name])
    return variants.difference(variants.message_of(own), variants.message_of(mine))


def _acted(do: str, others: list[Variant], key: str, *, control: int) -> list[Variant]:
    """The variants after the button that was pressed."""
    asked = do.removeprefix(ACT) if do.startswith(ACT) else ""
    if asked.startswith(REMOVE):
        gone = asked.removeprefix(REMOVE)
        return [each for each in others if each["key"] != gone]
    if asked == EVEN:
        return variants.even(others, control=control)
    if asked == ADD:
        return _added(others, key, control=control)
    if asked.startswith(AS_A):
        path = asked.removeprefix(AS_A).split(APART)
        return [
            {**each, "changes": _without(each["changes"], path)}
            if each["key"] == key
            else each
            for each in others
        ]
    return others


def _added(others: list[Variant], key: str, *, control: int) -> list[Variant]:
    """One more, which says what the open one does, and equal shares."""
    free = _free([FIRST, *(each["key"] for each in others)])
    if not free:
        return others
    same: dict[str, Any] = next(
        (each["changes"] for each in others if each["key"] == key), {}
    )
    made = {"key": free, "weight": 1, "changes": copy.deepcopy(same)}
    ordered = sorted([*others, made], key=lambda each: str(each["key"]))
    return variants.even(ordered, control=control)


def _without(changes: Mapping[str, Any], path: list[str]) -> dict[str, Any]:
    """Without what stands at a path, and without the mappings that it leaves empty."""
    name, *rest = path
    found = dict(changes)
    inside = found.pop(name, None)
    if rest and isinstance(inside, Mapping):
        left = _without(inside, rest)
        if left.keys() - {"source"}:
            found[name] = left
    return found


def _within(variant: Variant, tags: set[str]) -> Variant:
    """Without languages that the message no longer has."""
    changes = variant["changes"]
    said = changes.get("translations") or {}
    kept = {tag: said[tag] for tag in said if tag in tags}
    if kept == said:
        return variant
    rest = {name: changes[name] for name in changes if name != "translations"}
    return {**variant, "changes": rest | ({"translations": kept} if kept else {})}

"""What differs between two states of a draft, and the choice between them.

Two people wrote at once: every field that is not the same is shown side by side, with
the one chosen that somebody really changed. The same table compares with the past.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from campaigns.admin import draft_form, translating, when
from campaigns.content import languages
from campaigns.models import Campaign, MediaAsset
from campaigns.models.campaigns import AudienceKind, Policy, Purpose

KEEP = "keep."
"""Begins the name of the choice of each field: "mine" or "theirs"."""
LANGUAGES = "translations"
Fields = Mapping[str, Any]
Translation = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """``key`` is a field, or "translations.fr.title"; ``chosen`` is "mine" or "theirs".

    ``mine`` and ``theirs`` are words to show, of the first state and of the second.
    """

    key: str
    label: str
    mine: str
    theirs: str
    chosen: str = "mine"


def between(mine: Fields, theirs: Campaign) -> list[Difference]:
    """Every field in which the first state is not as the second."""
    found = [
        Difference(
            key=name,
            label=label(name),
            mine=_said(name, value),
            theirs=_said(name, getattr(theirs, name)),
        )
        for name, value in mine.items()
        if name != LANGUAGES and value != getattr(theirs, name)
    ]
    said = mine.get(LANGUAGES, theirs.translations)
    return found + list(_in_languages(said, theirs.translations))


def label(name: str) -> str:
    """What a field is called on the compose page."""
    if name in draft_form.LABELS:
        return str(draft_form.LABELS[name])
    if name == "cards":
        return _("Cards to leaf through")
    field = Campaign._meta.get_field(name)
    return capfirst(str(getattr(field, "verbose_name", name)))


def of_conflict(mine: Fields, theirs: Campaign, *, was: str) -> list[Difference]:
    """What differs from what was posted; ``was`` as `marks` gave it to the page.

    Where only they changed a field, theirs is chosen; anywhere else what was typed.
    """
    before = _read_marks(was)
    posted = _marks(mine)
    return [
        Difference(
            key=each.key,
            label=each.label,
            mine=each.mine,
            theirs=each.theirs,
            chosen=_chosen(each.key, before, posted),
        )
        for each in between(mine, theirs)
    ]


def _chosen(key: str, before: Mapping[str, str], posted: Mapping[str, str]) -> str:
    is_untouched = key in before and before[key] == posted.get(key, "")
    return "theirs" if is_untouched else "mine"


def marks(draft: Campaign) -> str:
    """Short marks of what each field says, for the page to give back when it saves."""
    return json.dumps(_marks({name: getattr(draft, name) for name in _names()}))


def _names() -> list[str]:
    return [*draft_form.LABELS, LANGUAGES]


def _marks(fields: Fields) -> dict[str, str]:
    found = {name: value for name, value in fields.items() if name != LANGUAGES}
    for said in fields.get(LANGUAGES, ()):
        tag = f"{LANGUAGES}.{said['locale']}"
        found[tag] = "there"
        found |= {f"{tag}.{text}": said.get(text) or "" for text in translating.PARTS}
    return {key: _mark(value) for key, value in found.items()}


def _mark(value: Any) -> str:
    plain = value.pk if isinstance(value, Model) else value
    spelled = json.dumps(plain, sort_keys=True, default=str).encode()
    return hashlib.sha256(spelled).hexdigest()[:8]


def _read_marks(was: str) -> dict[str, str]:
    try:
        read = json.loads(was)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def settled(mine: Fields, theirs: Campaign, post: QueryDict) -> dict[str, Any]:
    """What to write after the choice: all of mine but the fields left to them."""
    left = {
        name.removeprefix(KEEP)
        for name in post
        if name.startswith(KEEP) and post[name] == "theirs"
    }
    kept = {name: value for name, value in mine.items() if name not in left}
    if LANGUAGES in kept:
        kept[LANGUAGES] = _merged(kept[LANGUAGES], theirs.translations, left)
    return kept


def _merged(
    mine: list[Translation], theirs: list[Translation], left: set[str]
) -> list[Translation]:
    ours = {each["locale"]: each for each in mine}
    others = {each["locale"]: each for each in theirs}
    for tag in dict.fromkeys([*ours, *others]):
        place = f"{LANGUAGES}.{tag}"
        if place in left:
            ours.pop(tag, None)
            ours |= {tag: others[tag]} if tag in others else {}
        elif tag in ours and tag in others:
            ours[tag] = _one_merged(ours[tag], others[tag], place, left)
    return list(ours.values())


def _one_merged(
    mine: Translation, theirs: Translation, place: str, left: set[str]
) -> Translation:
    taken = {text for text in translating.PARTS if f"{place}.{text}" in left}
    if taken & {"title", "body"}:
        taken.add("source")
    kept = {name: value for name, value in mine.items() if name not in taken}
    return kept | {name: theirs[name] for name in taken if name in theirs}


def _in_languages(
    mine: list[Translation], theirs: list[Translation]
) -> Iterator[Difference]:
    ours = {each["locale"]: each for each in mine}
    others = {each["locale"]: each for each in theirs}
    for tag in dict.fromkeys([*ours, *others]):
        place, name = f"{LANGUAGES}.{tag}", capfirst(languages.name(tag))
        if tag in ours and tag in others:
            yield from _of_one(place, name, ours[tag], others[tag])
        else:
            here, there = _whole(ours.get(tag)), _whole(others.get(tag))
            yield Difference(key=place, label=name, mine=here, theirs=there)


def _of_one(
    place: str, language: str, mine: Translation, theirs: Translation
) -> Iterator[Difference]:
    for text in translating.PARTS:
        if (mine.get(text) or "") != (theirs.get(text) or ""):
            facts = {"language": language, "field": label(text)}
            yield Difference(
                key=f"{place}.{text}",
                label=_("%(language)s, %(field)s") % facts,
                mine=_text(text, mine),
                theirs=_text(text, theirs),
            )


def _whole(said: Translation | None) -> str:
    if said is None:
        return _("(not there)")
    return " · ".join(filter(None, (said.get("title"), said.get("body")))) or "–"


def _text(name: str, said: Translation) -> str:
    if name == "asset" and said.get("asset"):
        return str(MediaAsset.objects.filter(pk=said["asset"]).first() or "–")
    value = said.get(name) or "–"
    return value if isinstance(value, str) else ", ".join(spelled(value))


def _said(name: str, value: Any) -> str:
    if name == "ttl":
        return draft_form.lifetime(value)
    if name == "schedule":
        return when.words(value)
    if name == "locale":
        return languages.name(value)
    if isinstance(value, Mapping | list):
        return ", ".join(spelled(value)) or "–"
    labels = dict(Purpose.choices + Policy.choices + AudienceKind.choices)
    return str(labels.get(value, value) if isinstance(value, str) else value or "–")


def spelled(value: Any) -> Iterator[str]:
    """The plain values inside buttons and the like, in their order."""
    if isinstance(value, Mapping):
        for name, each in value.items():
            words = ", ".join(spelled(each))
            yield f"{name}: {words}" if isinstance(each, Mapping) else words
    elif isinstance(value, list):
        for each in value:
            yield from spelled(each)
    elif value not in (None, ""):
        yield str(value)

"""What the compose page shows of a draft's variants: shares, and what differs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from campaigns.admin import differing, option_words, variant_form
from campaigns.admin.variant_form import APART
from campaigns.content import languages
from campaigns.models import Campaign, MediaAsset, variants

Path = tuple[str, ...]
NOTHING = "–"
DIFFERING = "admin/campaigns/compose_differing.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One variant: ``count`` is in how many fields it differs from A."""

    key: str
    share: int
    is_open: bool
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """One field: what A says and what this variant says instead, in words."""

    path: str
    label: str
    own: str
    mine: str


def context(draft: Campaign, key: str) -> dict[str, Any]:
    """What the template of the variants draws; ``key`` is the open one."""
    pairs = zip(variants.keys(draft), variants.shares(draft), strict=True)
    return {
        "open": key,
        "is_first": key == variants.FIRST,
        "all": [
            Shown(
                key=each,
                share=share,
                is_open=each == key,
                count=len(list(leaves(variants.changes_of(draft, each)))),
            )
            for each, share in pairs
        ],
        "control": draft.control,
        "differing": differences(draft, key),
        "may_add": len(draft.variants) + 1 < variants.MOST,
        "most": variants.MOST,
        "problem": variants.problem(draft),
    }


def there(draft: Campaign, key: str, *, part: str = "") -> str:
    """The address of the compose page with a variant open, at one of its parts."""
    address = reverse("admin:campaigns_campaign_change", args=[draft.pk])
    if key != variants.FIRST:
        address += f"?{urlencode({'variant': key})}"
    return f"{address}#{part}" if part else address


def named(problems: Mapping[str, str], draft: Campaign, key: str) -> Mapping[str, str]:
    """The problems of the open variant, with its name where there are several."""
    if not draft.variants:
        return problems
    return {
        field: said if field == "variants" else variants.labelled(key, said)
        for field, said in problems.items()
    }


def told(draft: Campaign, asked: Mapping[str, str]) -> dict[str, str]:
    """What differs, as HTML for the page's script; nothing where there is only A."""
    if not draft.variants:
        return {}
    split = context(draft, variant_form.opened(asked, draft))
    return {"differing": render_to_string(DIFFERING, {"split": split})}


def differences(draft: Campaign, key: str) -> list[Differing]:
    """Each field that a variant has otherwise than A, in the order of the page."""
    own = variants.message_of(draft)
    changes = variants.changes_of(draft, key)
    return [
        Differing(
            path=APART.join(path),
            label=_label(path),
            own=_words(path, _at(own, path)),
            mine=_words(path, _at(changes, path)),
        )
        for path in leaves(changes)
    ]


def leaves(changes: Mapping[str, Any]) -> Iterator[Path]:
    """The paths of the fields that a merge patch of a message changes."""
    for name in (each for each in variants.MESSAGE if each in changes):
        value = changes[name]
        if name == "translations" and isinstance(value, Mapping):
            for tag, said in value.items():
                yield from _in_language(tag, said)
        elif name == "platforms":
            yield from _inside((name,), value, depth=2)
        elif name == "data":
            yield from _inside((name,), value, depth=1)
        else:
            yield (name,)


def _in_language(tag: str, said: Any) -> Iterator[Path]:
    here = ("translations", tag)
    if not isinstance(said, Mapping):
        yield here
        return
    for text in said:
        if text == "platforms":
            yield from _inside((*here, text), said[text], depth=2)
        elif text != "source":
            yield (*here, text)


def _inside(here: Path, value: Any, *, depth: int) -> Iterator[Path]:
    if not depth or not isinstance(value, Mapping):
        yield here
        return
    for name in value:
        yield from _inside((*here, name), value[name], depth=depth - 1)


def _at(message: Any, path: Sequence[str]) -> Any:
    for name in path:
        message = message.get(name) if isinstance(message, Mapping) else None
    return message


def _label(path: Path) -> str:
    if path[0] == "translations":
        facts = {
            "language": capfirst(languages.name(path[1])),
            "field": _label(path[2:]) if len(path) > 2 else _("Whole message"),
        }
        return _("%(language)s, %(field)s") % facts
    if path[0] == "platforms" and len(path) > 1:
        every = _("All platforms")
        place = str(option_words.PLATFORMS.get(path[1], every))
        if len(path) == 2:
            return place
        facts = {"platform": place, "field": _field(path[2])}
        return _("%(platform)s, %(field)s") % facts
    if path[0] == "data" and len(path) > 1:
        return _("Custom data, %(name)s") % {"name": path[1]}
    return _field(path[0])


def _field(name: str) -> str:
    if name == "destination":
        return _("Destination")
    if name in option_words.LABELS:
        return str(option_words.LABELS[name])
    return differing.label(name) if name in variants.MESSAGE else name


def _words(path: Path, value: Any) -> str:
    if value in (None, "", [], {}):
        return NOTHING
    if path[-1] in variants.PICTURES:
        return str(MediaAsset.objects.filter(pk=value).first() or NOTHING)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping | list):
        return ", ".join(filter(None, differing.spelled(value))) or NOTHING
    if path[0] == "platforms":
        return option_words.choice(path[-1], str(value))
    return str(value)

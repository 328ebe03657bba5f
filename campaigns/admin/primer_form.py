"""The builder's form: what was posted as a primer's fields. Nothing typed is lost."""

from collections.abc import Collection, Iterator
from typing import Any

from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import get_language_info

from campaigns.models import MediaAsset, Primer, Segment
from campaigns.models.primers import COLOUR, Layout, Need, WebLayout
from campaigns.primers import drafts, wording

LONGEST = {
    "title": 80,
    "text": 300,
    "accept": 40,
    "later": 40,
    "blocked": 300,
    "settings": 40,
}
"""Characters of each text, as the model has them."""
LONGEST_BENEFIT = 80
MOST = {
    "minimum_sessions": 1_000,
    "minimum_seconds": 3_600,
    "wait_days": 365,
    "most_times": 20,
    "most_laters": 20,
}
LEAST = {"minimum_sessions": 1, "most_times": 1}
COLOURS = ("ground", "ink", "button_ground", "button_ink")
TAGS = (
    *("ar", "bg", "cs", "da", "de", "el", "en", "es", "fi", "fr", "he", "hu", "it"),
    *("ja", "ko", "nb", "nl", "pl", "pt", "pt-br", "ro", "sv", "tr", "uk", "zh-hans"),
)
"""The languages that the builder offers; any other tag that is there stays."""
LONGEST_KEY = 18
"""Digits of a row's number: more would not fit the database's."""


def language(tag: str) -> str:
    """A language's name in the reader's own, its tag where nobody knows it."""
    try:
        return str(capfirst(get_language_info(tag.lower())["name_translated"]))
    except KeyError:
        return tag


def languages() -> list[tuple[str, str]]:
    """The choices, by name."""
    return sorted(((tag, language(tag)) for tag in TAGS), key=lambda each: each[1])


def changes(post: QueryDict, primer: Primer) -> dict[str, Any]:
    """The fields as posted; what is not among the choices stays as it was."""
    return {
        "name": _text(post, "name", 120) or primer.name,
        **_texts(post, ""),
        **_looks(post, primer),
        **_when(post, primer),
        **_who(post, primer),
        "locale": _tag(post.get("locale", "")) or primer.locale,
        "translations": _translations(post, primer),
    }


def _texts(post: QueryDict, prefix: str) -> dict[str, Any]:
    """The texts of one language: its fields begin with its tag and a full stop."""
    texts: dict[str, Any] = {
        name: _text(post, f"{prefix}{name}", most) for name, most in LONGEST.items()
    }
    numbers = range(1, wording.MOST_BENEFITS + 1)
    lines = [_text(post, f"{prefix}benefit_{n}", LONGEST_BENEFIT) for n in numbers]
    return texts | {"benefits": [line for line in lines if line]}


def _translations(post: QueryDict, primer: Primer) -> list[dict[str, Any]]:
    """Each language that the page shows or adds, but those taken away."""
    return list(_said(post, primer))


def _said(post: QueryDict, primer: Primer) -> Iterator[dict[str, Any]]:
    dropped, added = post.getlist("drop"), _tag(post.get("language", ""))
    kept = {each["locale"]: each for each in primer.translations}
    tags = [_tag(each) for each in post.getlist("languages")]
    own = _tag(post.get("locale", "")) or primer.locale
    for tag in dict.fromkeys(each for each in [*tags, added] if each):
        if tag in (*dropped, own):
            continue
        texts = _texts(post, f"{tag}.")
        before = kept.get(tag, {})
        same = all(before.get(name) == texts[name] for name in texts)
        source = before.get("source") if same else _source(post, primer)
        yield {"locale": tag, **texts} | ({"source": source} if source else {})


def _source(post: QueryDict, primer: Primer) -> str:
    """What a translation that was just written was made from: the texts beside it."""
    own = _texts(post, "")
    return wording.digest(Primer(**own))


def _looks(post: QueryDict, primer: Primer) -> dict[str, Any]:
    asset = _chosen(
        MediaAsset.objects.filter(application=primer.application_id, archived_at=None),
        post.get("asset"),
    )
    colours = {name: _colour(post, name, getattr(primer, name)) for name in COLOURS}
    return {
        "layout": _one_of(Layout.values, post.get("layout"), primer.layout),
        "web_layout": _one_of(
            WebLayout.values, post.get("web_layout"), primer.web_layout
        ),
        "asset": asset,
        **colours,
    }


def _when(post: QueryDict, primer: Primer) -> dict[str, Any]:
    numbers = {
        name: _number(post.get(name, ""), LEAST.get(name, 0), most)
        for name, most in MOST.items()
    }
    return {
        "event": _text(post, "event", 80),
        "skips_first_session": "skips_first_session" in post,
        "offers_settings": "offers_settings" in post,
        **{
            name: getattr(primer, name) if number is None else number
            for name, number in numbers.items()
        },
    }


def _who(post: QueryDict, primer: Primer) -> dict[str, Any]:
    segments = Segment.objects.filter(application=primer.application_id)
    return {
        "purpose": _one_of(Need.values, post.get("purpose"), primer.purpose),
        "platforms": [
            each.value for each in drafts.PLATFORMS if each in post.getlist("platforms")
        ],
        "minimum_version": _text(post, "minimum_version", 40),
        "segment": _chosen(segments, post.get("segment")),
        "topics": [key[:40] for key in dict.fromkeys(post.getlist("topics"))][:20],
    }


def _text(post: QueryDict, name: str, most: int) -> str:
    """Without the ends' blanks; one line ends like another."""
    return post.get(name, "").replace("\r\n", "\n").replace("\x00", "").strip()[:most]


def _tag(text: str) -> str:
    """A language tag in our spelling, "" for what is none."""
    plain = text.strip().lower().replace("_", "-")
    pieces = plain.split("-")
    is_tag = all(each.isascii() and each.isalnum() and each for each in pieces)
    return plain if is_tag and len(plain) <= 20 else ""


def _one_of(choices: Collection[str], value: str | None, otherwise: str) -> str:
    return value if value and value in choices else otherwise


def _colour(post: QueryDict, name: str, otherwise: str) -> str:
    value = post.get(name, "").strip().lower()
    return value if COLOUR.fullmatch(value) else otherwise


def _number(text: str, least: int, most: int) -> int | None:
    value = int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else None
    return value if value is None else max(least, min(value, most))


def _chosen(rows: Any, key: str | None) -> Any:
    if not key or not key.isdecimal() or len(key) > LONGEST_KEY:
        return None
    return rows.filter(pk=int(key)).first()

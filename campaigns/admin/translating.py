"""The translations of a draft as a browser posts them, and what differs in them.

Each posted "translation" is a tag; its texts are "fr.title", "fr.body", "fr.link", its
picture "fr.asset"; buttons, cards and what platforms say are part_form's. The digest of
the text that it is known to fit is "fr.source". The button pressed ("do") may add a
language, remove one, or say that one still fits.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from campaigns.admin import part_form, posted
from campaigns.content import languages, locales
from campaigns.models import Campaign, MediaAsset, WrittenLanguage
from devices.models import Application

MOST = 20
TEXTS = ("title", "body", "link")
WORDS = TEXTS[:2]
PARTS = (*TEXTS, "asset", "buttons", "cards", "platforms")
Translation = dict[str, Any]


def own(post: QueryDict, draft: Campaign) -> str:
    """The language of the message itself: never one that it is translated to."""
    wanted = languages.tag(post.get("locale", ""))
    taken = map(languages.tag, post.getlist("translation"))
    return draft.locale if wanted is None or wanted in taken else wanted


def read(
    post: QueryDict, draft: Campaign, *, application: Application
) -> list[Translation]:
    """The translations as posted, each language once; the draft's without the fields.

    What changed beside the draft fits the message's text as it is posted now; the
    rest keeps the digest of what it was made from.
    """
    if "locale" not in post:
        return list(draft.translations)
    digest = locales.digest(posted.text(post, "title"), posted.text(post, "body"))
    known = {each["locale"]: each for each in draft.translations}
    pictures = _pictures(post, draft, application)
    return [
        _translation(post, tag, known.get(tag), digest=digest, pictures=pictures)
        for tag in _tags(post, draft)
    ]


def refusal(post: QueryDict, draft: Campaign) -> str:
    """Why the language that was asked for is not added; "" where it is."""
    if post.get("do") != "language":
        return ""
    wanted = languages.tag(_asked(post))
    if wanted is None:
        return _(
            "This is not a language: choose one, or write its tag, such as “fr” or "
            "“fr-CA”."
        )
    facts = {"language": capfirst(languages.name(wanted)), "most": MOST}
    if wanted in map(languages.tag, [own(post, draft), *post.getlist("translation")]):
        return _("%(language)s is among the languages already.") % facts
    if not WrittenLanguage.objects.allows(wanted):
        sentence = _(
            "%(language)s is not among the languages of messages: an administrator "
            "adds it there."
        )
        return sentence % facts
    if wanted not in _tags(post, draft):
        return _("A message has at most %(most)s translations.") % facts
    return ""


def added(post: QueryDict) -> str:
    """The tag of the language that was asked for, "" when none that may be."""
    tag = languages.tag(_asked(post)) if post.get("do") == "language" else None
    return tag if tag and WrittenLanguage.objects.allows(tag) else ""


def _asked(post: QueryDict) -> str:
    return post.get("new_language_tag", "").strip() or post.get("new_language", "")


def _tags(post: QueryDict, draft: Campaign) -> list[str]:
    """Each language once, in the order of the page, with what a button changed."""
    removed = post.get("do", "").removeprefix("remove:")
    asked = [*post.getlist("translation"), added(post)]
    found: dict[str, str] = {}
    for each in asked:
        if tag := languages.tag(each):
            found.setdefault(tag, each)
    for gone in (own(post, draft), removed):
        found.pop(languages.tag(gone) or "", None)
    return list(found.values())[:MOST]


def _translation(
    post: QueryDict,
    tag: str,
    known: Translation | None,
    *,
    digest: str,
    pictures: set[int],
) -> Translation:
    said: Translation = {name: posted.text(post, f"{tag}.{name}") for name in TEXTS}
    said["link"] = said["link"].strip()
    asset = post.get(f"{tag}.asset", "")
    if asset.isdecimal() and asset in map(str, pictures):
        said["asset"] = int(asset)
    more = part_form.of_language(post, tag, known or {})
    fits = post.get(f"{tag}.source") == digest or post.get("do") == f"fits:{tag}"
    is_same = known and all(said[name] == known.get(name, "") for name in WORDS)
    if known and is_same and not fits:
        digest = known.get("source", "")
    return {"locale": tag, **said, **more, "source": digest}


def _pictures(post: QueryDict, draft: Campaign, application: Application) -> set[int]:
    """Those of the application among the chosen: archived only if chosen before."""
    asked = [post.get(f"{tag}.asset", "") for tag in post.getlist("translation")]
    numbers = [int(each) for each in asked if each.isdecimal() and len(each) < 19]
    if not numbers:
        return set()
    before = [each["asset"] for each in draft.translations if each.get("asset")]
    mine = MediaAsset.objects.filter(application=application, pk__in=numbers)
    usable = mine.filter(Q(archived_at=None) | Q(pk__in=before))
    return set(usable.values_list("pk", flat=True))


def named(problems: Mapping[str, str]) -> dict[str, str]:
    """The same problems, those of a translation with the name of its language."""
    return {
        field: languages.labelled(tag, sentence)
        if (tag := field.rpartition(".")[0])
        else sentence
        for field, sentence in problems.items()
    }


def problems(draft: Campaign) -> dict[str, str]:
    """What a translation that was begun still misses, by field."""
    found = {}
    for each in draft.translations:
        missing = [name for name in ("title", "body") if not each[name].strip()]
        if len(missing) == 1:
            words = {"title": _("Write a title."), "body": _("Write a text.")}
            found[f"{each['locale']}.{missing[0]}"] = words[missing[0]]
    return found

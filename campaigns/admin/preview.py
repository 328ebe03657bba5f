"""What a draft looks like to one real person, by the renderer that also sends."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from campaigns.admin import (
    languages,
    looks,
    option_page,
    payloads,
    person_search,
    personas,
    phones,
)
from campaigns.admin.looks import Look
from campaigns.content import appearance, limits, moments
from campaigns.content.appearance import Appearance
from campaigns.content.metrics import KEPT
from campaigns.content.personalisation import known_fields
from campaigns.content.render import IMAGE_OF, CompiledContent, Skip, SkipReason
from campaigns.content.texts import ContentError
from campaigns.content.values import said
from campaigns.models import Campaign, MediaAsset, PromoList, contents, variants
from campaigns.review import message
from devices.gateways.base import Push
from devices.models import Application, Person
from devices.models.installations import Platform

Json = dict[str, Any]

SAMPLED = 500
"""Newest people whose attributes are read to know which fields there are."""
MEASURES = {name: KEPT[name] for name in ("fonts", "scripts", "otherwise")}
"""What lines.js wraps by."""
PHONES = "admin/pushsite/phones/panel.html"
TOLD = "admin/pushsite/phones/told.html"


def attributes_of(application: Application) -> set[str]:
    """The names of the attributes that the newest people of an application have."""
    newest = (
        "SELECT attributes FROM devices_person WHERE application_id = %s "
        "ORDER BY id DESC LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT jsonb_object_keys(attributes) FROM ({newest}) AS p",  # noqa: S608
            [application.pk, SAMPLED],
        )
        return {row[0] for row in cursor.fetchall()}


def fields_of(application: Application) -> list[str]:
    """What a text may name: fields, sorted, then lists of codes ("promo.summer")."""
    fields = sorted(known_fields(attributes_of(application)))
    return fields + PromoList.objects.names(application.pk)


def values_of(person: Person | None) -> Json:
    """The values that a text may read of a person; none for nobody."""
    if person is None:
        return dict(moments.clock(timezone.now()))
    return dict(message.values_of(person))


def show(
    draft: Campaign, person: Person | None, locale: str = "", look: Look | None = None
) -> Json:
    """What the preview shows: the words, or why there are none; errors by field.

    In the language of ``locale``, or in the one that this person reads. "phones" are
    the screens of the ``look``, without words of the message where there are none yet.
    """
    look = look or Look()
    tag = locale or personas.language_of(person)
    compiled, errors = _ready(draft, tag)
    errors |= contents.unfilled(draft.platforms, draft.application)
    shown: Json = {"errors": errors, "words": None, "skip": "", "used": None}
    if compiled is None:
        return {**shown, **_sketch(look)}
    shown["used"] = compiled.fields
    compiled = compiled.for_locale(tag)
    shown |= _language(compiled) | _picture(draft, compiled)
    shown["chain"] = languages.read_by(draft, tag)
    pushes, skips = payloads.pushes_of(compiled, values_of(person), ttl=draft.ttl)
    if not pushes:
        why = option_page.unseen(draft) or left_out(next(iter(skips.values())))
        return {**shown, **_sketch(look), "skip": why}
    shown |= {
        "values": _typed_values(compiled, person),
        "own": _own(compiled),
        "partly": [_in_part(platform, skip) for platform, skip in skips.items()],
        "silent": not any(each.title or each.body for each in pushes.values()),
    }
    first = pushes.get("ios") or next(iter(pushes.values()))
    return {**shown, **_words(first), **_drawn(pushes, draft, look, shown)}


def _own(compiled: CompiledContent) -> str:
    """Which texts a platform has of its own, as JSON for the page's script."""
    kept = compiled.content.platforms
    return json.dumps(
        {
            name: [text for text in ("title", "body") if own.get(text)]
            for name, own in kept.items()
        }
    )


def _in_part(platform: str, skip: Skip) -> str:
    """Why one platform gets nothing where others do."""
    name = str(Platform(platform).label)
    return _("%(platform)s: %(sentence)s") % {
        "platform": name,
        "sentence": left_out(skip),
    }


def _typed_values(compiled: CompiledContent, person: Person | None) -> str:
    """The values that the message shows of a person, as JSON for the page's script."""
    known = values_of(person)
    return json.dumps({name: said(known.get(name)) for name in compiled.fields})


def _ready(draft: Campaign, tag: str) -> tuple[CompiledContent | None, dict[str, str]]:
    """The message, with stand-ins for what is not written yet, and what is wrong.

    A language that cannot be used does not keep the others from being seen.
    """
    content = _filled(draft.content())
    known, schemes = fields_of(draft.application), draft.application.link_schemes
    try:
        return limits.check(content, known=known, schemes=schemes), {}
    except ContentError as wrong:
        broken = {name.rpartition(".")[0] for name in wrong.problems}
        if broken & {"", tag}:
            return None, wrong.problems
        others = content.get("translations", [])
        sound = [each for each in others if each["locale"] not in broken]
        content["translations"] = sound
        return limits.check(content, known=known, schemes=schemes), wrong.problems


def _filled(content: Json) -> Json:
    """A title or a text that is still empty is no error while somebody writes."""
    stand_ins = {"title": _("Your title"), "body": _("Your text appears here.")}
    empty = {
        name: said for name, said in stand_ins.items() if not content[name].strip()
    }
    others = [_filled(each) for each in content.get("translations", [])]
    return content | empty | ({"translations": others} if others else {})


def _words(push: Push) -> Json:
    return {"words": {"title": push.title, "body": push.body, "link": push.link}}


def _drawn(pushes: dict[str, Push], draft: Campaign, look: Look, shown: Json) -> Json:
    keys = set(draft.application.credentials.values_list("gateway", flat=True))
    seen = {name: each for name, each in pushes.items() if each.title or each.body}
    found = appearance.appearances(seen, arrival=look.arrival, size=look.size)
    whole, metered = appearance.meter(found)
    cut = [each for each in found if not each.whole and _asked(each, look)]
    pictured = bool(shown["pictured"])
    here = [each for each in cut if phones.is_drawn(each, look, pictured=pictured)]
    return {
        "phones": phones.draw(found, look, wanted=shown["pictured"]),
        "size": payloads.tightest(list(pushes.values()), gateways=keys),
        "payloads": payloads.of(pushes, gateways=keys),
        "fits": _("Fits %(whole)s of %(all)s screens")
        % {"whole": whole, "all": metered},
        "fits_most": 2 * whole >= metered,
        "dated": date_format(date.fromisoformat(KEPT["dated"])),
        "meters": [each for each in found if _asked(each, look)],
        "lost": [_lost(each) for each in cut],
        "lost_here": [_lost(each) for each in here],
        "lost_elsewhere": len(cut) - len(here),
    }


def _asked(each: Appearance, look: Look) -> bool:
    return each.is_counted or (look.everything and not each.surface.counts)


def _sketch(look: Look) -> Json:
    """The screens without the message, where it cannot be shown."""
    title, body = _("Your title"), _("Your text appears here.")
    push = Push(reference=0, token="", title=title, body=body)
    found = appearance.appearances(dict.fromkeys(IMAGE_OF, push), size=look.size)
    sketch = phones.draw(found, look, wanted=False)
    return {
        "phones": sketch,
        "is_sketch": True,
        "fits_most": True,
        "fits": "",
        "size": None,
        "lost": [],
    }


def _language(compiled: CompiledContent) -> Json:
    tag = compiled.content.locale
    return {
        "locale": tag,
        "language": looks.language(tag),
        "direction": personas.direction(tag),
    }


def _picture(draft: Campaign, compiled: CompiledContent) -> Json:
    """Whether this language has a picture, and what it shows, in words."""
    own: Json = next(
        (each for each in draft.translations if _speaks(each, compiled)), {}
    )
    cards = draft.platforms.get(contents.ALL, {}).get("cards") or [{}]
    asset, other = draft.asset, own.get("asset")
    if other or asset is None:
        number = other or cards[0].get("asset")
        asset = MediaAsset.objects.filter(pk=number).first() if number else None
    return {
        "pictured": asset is not None or bool(compiled.content.image),
        "alt": asset.alt_text if asset else "",
    }


def _speaks(translation: Mapping[str, Any], compiled: CompiledContent) -> bool:
    return bool(translation.get("locale") == compiled.content.locale)


def left_out(skip: Skip) -> str:
    """Why this person would not get the message, as a sentence."""
    if skip.reason == SkipReason.MISSING_PERSONALISATION:
        return _("This person has no “%(field)s” and would be left out.") % {
            "field": skip.detail
        }
    if skip.reason == SkipReason.LEFT_OUT:
        return _("The message’s own rule leaves this person out.")
    if skip.reason == SkipReason.TOO_LARGE:
        return _("The message is too long for this person, who would be left out.")
    if skip.reason == SkipReason.EMPTY_MESSAGE:
        return _("Nothing is left to show this person, who would be left out.")
    return _("The text fails for this person's values; they would be left out.")


def _lost(each: Appearance) -> Json:
    return {
        "surface": str(each.surface.label),
        "lost": each.lost,
        "only_late": not each.title.lost and not each.body.lost,
    }


def panel(draft: Campaign, asked: Mapping[str, str], *, user: User) -> Json:
    """All that the preview's templates draw for a look that was asked for.

    Controls, phones, and what is told of them; "shown" as `show` gives it. Whoever
    may not see people gets the words for somebody unknown.
    """
    sees_people = user.has_perm(personas.RIGHT)
    look = looks.read(asked, sees_people=sees_people)
    real = person_search.chosen(draft.application, look.person)
    person = personas.customised(draft.application, real, look.values)
    shown = show(variants.view(draft, look.variant), person, look.locale, look)
    nobody = look.person.startswith("=") and real is None
    return {
        "campaign": draft,
        "shown": shown,
        "controls": looks.controls(draft, look, sees_people=sees_people),
        "values": looks.values(shown["used"] or look.values, values_of(real), look),
        "who": looks.name_of(real),
        "unknown": look.person[1:] if nobody else "",
        "measures": MEASURES,
    }


def drawn(context: Json, request: HttpRequest) -> Json:
    """The phones and what is told of them as HTML: one template for every page.

    No phones and no "values" where it cannot be shown: a page keeps those it has.
    """
    is_sketch = context["shown"].get("is_sketch") and not context["shown"]["skip"]
    return {
        "phones": "" if is_sketch else render_to_string(PHONES, context, request),
        "told": render_to_string(TOLD, context, request),
        "values": None if context["shown"]["used"] is None else context["values"],
    }


def told(shown: Json) -> Json:
    """What a script reads of `show`: its words and sentences, no screens."""
    kept = ("errors", "words", "skip", "size", "fits", "lost")
    return {name: shown[name] for name in kept if name in shown}

"""What a draft looks like to one real person, by the renderer that also sends."""

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from campaigns.content import limits
from campaigns.content.personalisation import known_fields
from campaigns.content.render import CompiledContent, Skip, SkipReason
from campaigns.content.texts import ContentError
from campaigns.models import Campaign
from campaigns.review import message
from devices.gateways.scales import SCALES
from devices.models import Application, Person

Json = dict[str, Any]

SAMPLED = 500
"""Newest people whose attributes are read to know which fields there are."""
PERSONAS = 8
NOBODY = "none"


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
    """The fields that a text may name, sorted."""
    return sorted(known_fields(attributes_of(application)))


def personas(application: Application) -> list[Person]:
    """A few real people to preview with, the most recently seen first."""
    present = Person.objects.present().filter(application=application)
    return list(present.order_by("-id")[:PERSONAS])


def chosen(application: Application, key: str) -> Person | None:
    """The person to preview with: by number or external id, else the newest one."""
    if key == NOBODY:
        return None
    present = Person.objects.present().filter(application=application)
    if key.startswith("="):
        return present.filter(external_id=key[1:129]).first()
    if key.isdecimal() and len(key) < 19:
        return present.filter(pk=int(key)).first()
    return present.order_by("-id").first()


def values_of(person: Person | None) -> Json:
    """The values that a text may read of a person; none for nobody."""
    if person is None:
        return {}
    return dict(message.values_of(person))


def show(draft: Campaign, person: Person | None) -> Json:
    """What the preview shows: the words, or why there are none; errors by field."""
    content = draft.content()
    schemes = draft.application.link_schemes
    known = fields_of(draft.application)
    try:
        compiled = limits.check(content, known=known, schemes=schemes)
    except ContentError as wrong:
        # A field that is still empty is not an error while somebody writes.
        errors = {k: v for k, v in wrong.problems.items() if content.get(k)}
        return {"errors": errors, "words": None, "skip": ""}
    words = compiled.words(values_of(person))
    if isinstance(words, Skip):
        return {"errors": {}, "words": None, "skip": left_out(words)}
    return {
        "errors": {},
        "skip": "",
        "words": {"title": words.title, "body": words.body, "link": words.link},
        "size": _size(compiled, person, draft),
        **_fit(words.title, words.body),
    }


def left_out(skip: Skip) -> str:
    """Why this person would not get the message, as a sentence."""
    if skip.reason == SkipReason.MISSING_PERSONALISATION:
        return _("This person has no “%(field)s” and would be left out.") % {
            "field": skip.detail
        }
    if skip.reason == SkipReason.TOO_LARGE:
        return _("The message is too long for this person, who would be left out.")
    if skip.reason == SkipReason.EMPTY_MESSAGE:
        return _("Nothing is left to show this person, who would be left out.")
    return _("The text fails for this person's values; they would be left out.")


def _size(
    compiled: CompiledContent, person: Person | None, draft: Campaign
) -> Json | None:
    """Bytes at the provider with the least room, of those that have a key here."""
    values = values_of(person)
    push = compiled.push(
        0, limits.TOKEN, values, ttl=draft.ttl, collapse="", data=message.RUN_DATA
    )
    if isinstance(push, Skip):
        return None
    keys = set(draft.application.credentials.values_list("gateway", flat=True))
    scales = [SCALES[each] for each in keys or {"fcm"}]
    tightest = max(scales, key=lambda scale: scale.share(push))
    used, most = tightest.size(push), tightest.max_payload
    return {
        "sentence": _("%(used)s of %(most)s bytes") % {"used": used, "most": most},
        "heavy": used > limits.HEAVY * most,
    }


def _fit(title: str, body: str) -> Json:
    found = limits.fits(title, body)
    whole, metered = limits.meter(found)
    return {
        "fits": _("Fits %(whole)s of %(all)s screens")
        % {"whole": whole, "all": metered},
        "lost": [
            _lost(each) for each in found if each.surface.metered and not each.whole
        ],
    }


def _lost(fit: limits.Fit) -> Mapping[str, str]:
    lost = " … ".join(filter(None, (fit.title_lost_at_worst, fit.body_lost)))
    return {"surface": str(fit.surface.label), "lost": lost}

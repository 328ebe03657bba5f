"""Checks of the message: its texts, its values, its weight, what screens cut off."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from campaigns.content import languages, limits, moments, values
from campaigns.content.personalisation import known_fields
from campaigns.content.render import (
    CompiledContent,
    Skip,
    SkipReason,
)
from campaigns.content.texts import ContentError
from campaigns.models import Campaign, PromoList
from devices.gateways.scales import SCALES

from .funnel import Funnel
from .problem import Problem, look, ok, stop
from .readings import Reader, Values, in_language, readers

NEWEST = 2_000
"""Newest people whose attributes tell which names there are."""

RUN_DATA = {"n": "0" * 64, "run": "0" * 36}
"""As heavy as what a run adds to each push."""


def texts(campaign: Campaign) -> tuple[CompiledContent | None, list[Problem]]:
    """The message made ready, or a stop for each field that is wrong."""
    try:
        compiled = limits.check(
            campaign.content(),
            known=known_fields(_attribute_names(campaign.application_id))
            | set(PromoList.objects.names(campaign.application_id)),
            schemes=campaign.application.link_schemes,
        )
    except ContentError as wrong:
        fix = _("Edit the message.")
        return None, [
            stop(_of_field(field, sentence), fix, field)
            for field, sentence in wrong.problems.items()
        ]
    return compiled, [ok(_("The message is complete."))]


def _of_field(field: str, sentence: str) -> str:
    """What is wrong with a field, with the language of a translation's."""
    tag = field.rpartition(".")[0]
    return languages.labelled(tag, sentence) if tag else sentence


def values_of(person: Any) -> Values:
    """What a text may say of a person, as at send: a sample is looked at now."""
    return values.of_person(person) | moments.clock(timezone.now())


def weight(
    compiled: CompiledContent, samples: Sequence[Reader], counted: Funnel | None
) -> Iterator[Problem]:
    """Whether it fits, for real people and for the longest values among them.

    At the provider with the least room, of those that the message goes to.
    """
    fix = _("Shorten the text, or the values that it shows.")
    too_long = len(_skipped(compiled, samples, SkipReason.TOO_LARGE))
    values = [each.values for each in samples]
    if too_long:
        sentence = ngettext(
            "The message is too long for %(people)d of the people it was tried on.",
            "The message is too long for %(people)d of the people it was tried on.",
            too_long,
        )
        yield stop(sentence % {"people": too_long}, fix, "body")
        return
    reached = counted.by_gateway if counted else {}
    weights = [
        limits.weigh(compiled, SCALES[each], values, data=RUN_DATA)
        for each in ([each for each in SCALES if reached.get(each)] or ["fcm"])
    ]
    known = [each for each in weights if each is not None]
    if not known:
        return
    found = max(known, key=lambda each: each.bytes / each.limit)
    facts = {"bytes": found.bytes, "limit": found.limit}
    if found.too_large:
        sentence = _(
            "The message weighs up to %(bytes)d bytes, and %(limit)d are allowed."
        )
        yield stop(_with_heaviest(sentence % facts, found), fix, "body")
    elif found.heavy:
        sentence = _(
            "The message weighs up to %(bytes)d of the %(limit)d bytes allowed: longer "
            "values may not fit."
        )
        yield look(_with_heaviest(sentence % facts, found), fix, "body", code="heavy")
    else:
        yield ok(_("The message is light enough."))


FIELDS = {
    "title": gettext_lazy("Title"),
    "body": gettext_lazy("Text"),
    "link": gettext_lazy("Tap goes to"),
    "image": gettext_lazy("Picture"),
    "buttons": gettext_lazy("Buttons"),
}
LISTED = 3
"""Fields that are named as the heaviest ones."""


def _with_heaviest(sentence: str, found: limits.Weight) -> str:
    """The sentence, and which fields weigh most."""
    most = [f"{FIELDS.get(name, name)} {size}" for name, size in found.fields[:LISTED]]
    if not most:
        return sentence
    said = _("%(sentence)s The heaviest, in bytes: %(fields)s.")
    return said % {"sentence": sentence, "fields": ", ".join(most)}


def missing(
    compiled: CompiledContent, samples: Sequence[Reader], counted: Funnel | None
) -> Iterator[Problem]:
    """How many people will be skipped because a value that the text needs is missing.

    From a sample, multiplied; from all of them when they are no more than it holds.
    """
    fix = _("Give these values a default in the text, if these people should get it.")
    everybody = counted.people if counted else len(samples)
    nobody_misses = True
    for language in compiled.languages:
        mine = readers(compiled, language, samples)
        skipped = _skipped(compiled, mine, SkipReason.MISSING_PERSONALISATION)
        if not skipped:
            continue
        nobody_misses = False
        people = max(1, round(everybody * len(skipped) / len(samples)))
        names = ", ".join(sorted({each.detail for each in skipped}))
        sentence = _skipped_sentence(people, is_exact=everybody == len(samples))
        yield look(
            in_language(
                compiled, language, sentence % {"people": people, "names": names}
            ),
            fix,
            _body(compiled, language),
            code="missing",
            people=urlencode({"missing": skipped[0].detail}),
        )
    if nobody_misses:
        yield ok(_("Every value that the message shows is known or has a default."))


def _body(compiled: CompiledContent, language: CompiledContent) -> str:
    return "body" if language is compiled else f"{language.content.locale}.body"


def _skipped_sentence(people: int, *, is_exact: bool) -> str:
    if is_exact:
        return ngettext(
            "%(people)d person has no %(names)s and will be skipped.",
            "%(people)d people have no %(names)s and will be skipped.",
            people,
        )
    return ngettext(
        "About %(people)d person has no %(names)s and will be skipped.",
        "About %(people)d people have no %(names)s and will be skipped.",
        people,
    )


def _skipped(
    compiled: CompiledContent, samples: Sequence[Reader], reason: SkipReason
) -> list[Skip]:
    found = (compiled.for_locale(each.tag).words(each.values) for each in samples)
    return [each for each in found if isinstance(each, Skip) and each.reason == reason]


def broken(compiled: CompiledContent, samples: Sequence[Reader]) -> Iterator[Problem]:
    """Whether it can be rendered, and is not empty, for those it was tried on."""
    for language in compiled.languages:
        mine = readers(compiled, language, samples)
        failed = [
            *_skipped(compiled, mine, SkipReason.RENDER_FAILED),
            *_skipped(compiled, mine, SkipReason.EMPTY_MESSAGE),
        ]
        if not failed:
            continue
        sentence = ngettext(
            "The message cannot be written for %(people)d of the people it was tried "
            "on.",
            "The message cannot be written for %(people)d of the people it was tried "
            "on.",
            len(failed),
        )
        fix = _("Preview it as other people, and change the text.")
        said = in_language(compiled, language, sentence % {"people": len(failed)})
        yield look(said, fix, _body(compiled, language), code="broken")


def _attribute_names(application_id: int) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT jsonb_object_keys(attributes) FROM ("
            " SELECT attributes FROM devices_person WHERE application_id = %s"
            " ORDER BY id DESC LIMIT %s) newest",
            [application_id, NEWEST],
        )
        return [row[0] for row in cursor.fetchall()]

"""Checks of the message: its texts, its values, its weight, what screens cut off."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.content import appearance, languages, limits, moments, values
from campaigns.content.personalisation import known_fields
from campaigns.content.render import (
    CompiledContent,
    Skip,
    SkipReason,
    Words,
)
from campaigns.content.surfaces import SURFACES, Platform
from campaigns.content.texts import ContentError
from campaigns.models import Campaign, PromoList
from devices.gateways.scales import SCALES

from .funnel import Funnel
from .problem import Problem, look, ok, stop

NEWEST = 2_000
"""Newest people whose attributes tell which names there are."""

RUN_DATA = {"n": "0" * 64, "run": "0" * 36}
"""As heavy as what a run adds to each push."""

PLATFORMS: tuple[Platform, ...] = ("ios", "android", "web", "windows")

Values = Mapping[str, object]


class Reader(NamedTuple):
    """Somebody that the message is tried on, and the tag of what they read."""

    values: Values
    tag: str


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
        yield stop(sentence % facts, fix, "body")
    elif found.heavy:
        sentence = _(
            "The message weighs up to %(bytes)d of the %(limit)d bytes allowed: longer "
            "values may not fit."
        )
        yield look(sentence % facts, fix, "body")
    else:
        yield ok(_("The message is light enough."))


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
        mine = _readers(compiled, language, samples)
        skipped = _skipped(compiled, mine, SkipReason.MISSING_PERSONALISATION)
        if not skipped:
            continue
        nobody_misses = False
        people = max(1, round(everybody * len(skipped) / len(samples)))
        names = ", ".join(sorted({each.detail for each in skipped}))
        sentence = _skipped_sentence(people, is_exact=everybody == len(samples))
        yield look(
            _in(compiled, language, sentence % {"people": people, "names": names}),
            fix,
            _body(compiled, language),
        )
    if nobody_misses:
        yield ok(_("Every value that the message shows is known or has a default."))


def _readers(
    compiled: CompiledContent, language: CompiledContent, samples: Sequence[Reader]
) -> list[Reader]:
    """Those who would read that language."""
    return [each for each in samples if compiled.for_locale(each.tag) is language]


def _in(compiled: CompiledContent, language: CompiledContent, sentence: str) -> str:
    """The sentence, with its language where there are several."""
    if len(compiled.languages) == 1:
        return sentence
    return languages.labelled(language.content.locale, sentence)


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
        mine = _readers(compiled, language, samples)
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
        said = _in(compiled, language, sentence % {"people": len(failed)})
        yield look(said, fix, _body(compiled, language))


def cut_off(
    compiled: CompiledContent, samples: Sequence[Reader], counted: Funnel | None
) -> Iterator[Problem]:
    """Which screens of the platforms that are reached cut somebody's text off."""
    cut = {
        language: names
        for language in compiled.languages
        if (names := _cut(language, _readers(compiled, language, samples), counted))
    }
    for language, names in cut.items():
        sentence = _("The text is cut on %(surfaces)s.") % {"surfaces": names}
        fix = _("Put what matters first, or shorten it.")
        yield look(_in(compiled, language, sentence), fix, _body(compiled, language))
    if not cut:
        yield ok(_("Every screen shows the whole text."))


def _cut(
    language: CompiledContent, readers: Sequence[Reader], counted: Funnel | None
) -> str:
    """The names of the screens that cut what some of these people get; "" none."""
    found = (language.words(each.values) for each in readers)
    said = {(each.title, each.body) for each in found if isinstance(each, Words)}
    pictured = bool(language.picture("android") or language.content.image)
    platforms = [each for each in PLATFORMS if _reaches(counted, each)]
    cut = {
        each.key
        for title, body in said
        for each in appearance.cuts(title, body, platforms=platforms, pictured=pictured)
    }
    return ", ".join(str(each.label) for each in SURFACES if each.key in cut)


def _reaches(counted: Funnel | None, platform: str) -> bool:
    return counted is None or bool(counted.by_platform.get(platform))


def _attribute_names(application_id: int) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT jsonb_object_keys(attributes) FROM ("
            " SELECT attributes FROM devices_person WHERE application_id = %s"
            " ORDER BY id DESC LIMIT %s) newest",
            [application_id, NEWEST],
        )
        return [row[0] for row in cursor.fetchall()]

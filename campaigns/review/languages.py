"""Checks of the languages: each complete and up to date, and who reads another."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.content import languages as names
from campaigns.content import locales
from campaigns.content.locales import Standing
from campaigns.models import Campaign, WrittenLanguage

from .funnel import Funnel
from .problem import Problem, Words, look, ok, stop

SHARE = 0.02
"""Of the people reached: a language spoken by fewer is not asked for."""

UNKNOWN = gettext_lazy("language not known")

MOST = 8
"""Languages named in one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Those who are reached in one language; ``others`` are those who read another
    one that the message is not in: (name, people), the most frequent first."""

    name: str
    people: int
    others: list[tuple[Words, int]]


def languages(campaign: Campaign, counted: Funnel | None) -> Iterator[Problem]:
    """Every check of the translations; nothing where there are none.

    But for languages that this workspace does not write in.
    """
    yield from _unlisted(campaign)
    if not campaign.translations:
        return
    found = [*_standing(campaign), *_untranslated(campaign, counted)]
    yield from found
    if not found:
        yield ok(_("Every language is complete and up to date."))


def _unlisted(campaign: Campaign) -> Iterator[Problem]:
    usable = WrittenLanguage.objects.tags()
    tags = [campaign.locale, *(each["locale"] for each in campaign.translations)]
    for tag in tags if usable is not None else ():
        if tag not in (usable or ()):
            sentence = _("%(language)s is not among the languages of messages.")
            fix = _("Remove it, or ask an administrator to add it.")
            facts = {"language": capfirst(names.name(tag))}
            code = f"language.unlisted:{tag}"
            yield stop(sentence % facts, fix, "languages", code=code)


def _standing(campaign: Campaign) -> Iterator[Problem]:
    """One with a title or a text alone is a stop already: see message.texts."""
    facts = {"own": names.name(campaign.locale)}
    for each in campaign.translations:
        field = f"{each['locale']}.title"
        facts["language"] = names.name(each["locale"])
        standing = locales.standing(each, title=campaign.title, body=campaign.body)
        if standing is Standing.OUTDATED:
            sentence = _(
                "The text in %(own)s changed since the one in %(language)s was written."
            )
            fix = _("Read both, and say that it still fits or rewrite it.")
            yield look(sentence % facts, fix, field, code="language.outdated")
        elif not (each["title"].strip() or each["body"].strip()):
            sentence = _(
                "Nothing is written in %(language)s: its people will read %(own)s."
            )
            yield look(
                sentence % facts,
                _("Write it, or remove the language."),
                field,
                code="language.empty",
            )


def _untranslated(campaign: Campaign, counted: Funnel | None) -> Iterator[Problem]:
    if counted is None or not counted.reached_people:
        return
    own = audiences(campaign, counted)[0]
    shares = [(name, people / counted.reached_people) for name, people in own.others]
    many = [
        _("%(language)s (about %(percent)d %%)")
        % {"language": name, "percent": round(100 * share)}
        for name, share in shares
        if share >= SHARE and name != UNKNOWN
    ]
    if many:
        sentence = _(
            "People who read these languages will get the message in %(own)s: "
            "%(languages)s."
        )
        facts = {
            "own": names.name(campaign.locale),
            "languages": ", ".join(many[:MOST]),
        }
        yield look(
            sentence % facts,
            _("Add a language, if it matters."),
            "languages",
            code="language.unspoken",
            people="others=yes",
        )


def audiences(campaign: Campaign, counted: Funnel) -> list[Audience]:
    """Who is reached in which language, the message's own first."""
    said = campaign.content().get("translations", [])
    tags = [each["locale"] for each in said]
    people: Counter[int] = Counter()
    others: dict[int, Counter[str]] = {}
    for tag, rows in counted.by_locale.items():
        number = locales.match(tag, source=campaign.locale, tags=tags)
        people[number] += rows
        spoken = names.written(tag)
        if spoken != names.written([campaign.locale, *tags][number]):
            others.setdefault(number, Counter())[spoken] += rows
    return [
        Audience(
            name=capfirst(names.name(tag)),
            people=people[number],
            others=[
                (names.name(spoken) if spoken else UNKNOWN, rows)
                for spoken, rows in others.get(number, Counter()).most_common()
            ],
        )
        for number, tag in enumerate([campaign.locale, *tags])
    ]

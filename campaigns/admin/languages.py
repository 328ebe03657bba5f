"""The compose page's tabs: one for each language of the message, and what is offered.

How many read each language comes from a bounded sample: "about", unless the sample
holds everybody.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.admin import part_page, translating
from campaigns.audience import select, spoken
from campaigns.audience.estimate import Count
from campaigns.content import direction, languages, locales
from campaigns.content.locales import Standing
from campaigns.models import Campaign, MediaAsset, WrittenLanguage

OFFERED = 8
"""Languages of the application's people that stand first among those to add."""

WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """One language; ``prefix`` begins the names of its fields, "" for the own one.

    ``state`` is a Standing, or "wrong" while one of its fields has an error; ``more``
    are the buttons, cards and platforms of a translation.
    """

    tag: str
    name: str
    prefix: str
    texts: Mapping[str, Any]
    state: str
    picture: MediaAsset | None = None
    source: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    chain: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def advice(self) -> dict[str, list[str]]:
        """What to look at in texts read from right to left, by field."""
        return {
            name: list(direction.problems(self.texts.get(name) or "", self.tag))
            for name in translating.WORDS
        }

    @property
    def is_own(self) -> bool:
        return not self.prefix

    @property
    def word(self) -> str:
        return word_of(self.state)


def word_of(state: str) -> str:
    """A state as the tab says it."""
    words: dict[str, str] = {
        Standing.COMPLETE: _("complete"),
        Standing.MISSING: _("missing"),
        Standing.OUTDATED: _("outdated"),
        WRONG: _("to correct"),
    }
    return words[state]


def context(draft: Campaign, errors: Mapping[str, str]) -> dict[str, Any]:
    """What the tabs' template shows: the languages, and those that may be added."""
    heard = spoken.newest(draft.application_id)
    tabs = tabs_of(draft, errors)
    taken = {each.tag for each in tabs}
    usable = WrittenLanguage.objects.tags()
    return {
        "languages": tabs,
        "own_language": languages.name(draft.locale),
        "heard": [
            each
            for each in offered(heard)
            if each[0] not in taken and (usable is None or each[0] in usable)
        ],
        "every_language": [each for each in _offered(usable) if each[0] not in taken],
        "shares": shares(draft, heard),
        "most_languages": translating.MOST,
    }


def _offered(usable: set[str] | None) -> list[tuple[str, str]]:
    """(tag, name) of every language that a message may be written in."""
    if usable is None:
        return languages.everywhere()
    return sorted((tag, languages.name(tag)) for tag in usable)


def tabs_of(draft: Campaign, errors: Mapping[str, str]) -> list[Tab]:
    """The message's own language first, then its translations in their order."""
    texts = {"title": draft.title, "body": draft.body, "link": draft.link}
    state = standing(draft, texts | {"source": ""}, _of(errors, ""))
    own = Tab(
        tag=draft.locale,
        name=capfirst(languages.name(draft.locale)),
        prefix="",
        texts=texts,
        state=state,
        picture=draft.asset,
        errors=_of(errors, ""),
    )
    numbers = {each["asset"] for each in draft.translations if each.get("asset")}
    pictures = MediaAsset.objects.in_bulk(numbers) if numbers else {}
    others = (_tab(draft, each, errors, pictures) for each in draft.translations)
    return [own, *others]


def _tab(
    draft: Campaign,
    said: Mapping[str, Any],
    errors: Mapping[str, str],
    pictures: Mapping[int, MediaAsset],
) -> Tab:
    prefix = f"{said['locale']}."
    mine = _of(errors, prefix)
    return Tab(
        tag=said["locale"],
        name=capfirst(languages.name(said["locale"])),
        prefix=prefix,
        texts=said,
        state=standing(draft, said, mine),
        picture=pictures.get(said.get("asset", 0)),
        chain=chain(draft, said["locale"]),
        source=said.get("source", ""),
        errors=mine,
        more=part_page.of_language(draft, said, languages.name(said["locale"]), mine),
    )


def chain(draft: Campaign, tag: str) -> str:
    """Which texts somebody of this language reads, in order: "fr-CA → fr → en".

    What is not there is in parentheses.
    """
    tags = [each["locale"] for each in draft.translations]
    others = [each for each in tags if each != tag]
    rest = locales.chain(tag.rpartition("-")[0], source=draft.locale, tags=others)
    steps = [(tag, tag in tags or tag == draft.locale), *rest]
    if steps[0][1] and steps[0][0] == draft.locale:
        steps = steps[:1]
    return _arrows(steps)


def read_by(draft: Campaign, tag: str) -> str:
    """What is looked for, in order, for a reader of this language: "(fr-CA) → fr".

    What is not there is in parentheses; "" for a message in one language.
    """
    tags = [each["locale"] for each in draft.content().get("translations", ())]
    if not tags or not tag:
        return ""
    return _arrows(locales.chain(tag, source=draft.locale, tags=tags))


def _arrows(steps: list[tuple[str, bool]]) -> str:
    return " → ".join(each if is_there else f"({each})" for each, is_there in steps)


def standing(draft: Campaign, said: Mapping[str, Any], errors: Any) -> str:
    """How a language stands; an error is what has to be seen first."""
    if errors:
        return WRONG
    return locales.standing(said, title=draft.title, body=draft.body)


def _of(errors: Mapping[str, str], prefix: str) -> dict[str, str]:
    """The errors of one language's fields, by the name of the field alone."""
    own = translating.PARTS
    return {
        name.removeprefix(prefix): sentence
        for name, sentence in errors.items()
        if (name in own if not prefix else name.startswith(prefix))
    }


def told(draft: Campaign, errors: Mapping[str, str]) -> dict[str, Any]:
    """How each language stands now, for the page's script."""
    return {
        each.tag: {"state": each.state, "word": each.word, "advice": each.advice}
        for each in tabs_of(draft, errors)
    }


def offered(heard: Counter[str]) -> list[tuple[str, str]]:
    """(tag, "French, 23 % of people") of what is spoken most; regions are together."""
    people: Counter[str] = Counter()
    for tag, rows in heard.items():
        if languages.is_known(tag):
            people[languages.written(tag)] += rows
    everybody = heard.total()
    return [
        (tag, _sentence(tag, rows, everybody))
        for tag, rows in people.most_common(OFFERED)
    ]


def _sentence(tag: str, rows: int, everybody: int) -> str:
    facts = {
        "language": capfirst(languages.name(tag)),
        "percent": max(1, round(100 * rows / everybody)),
    }
    return _("%(language)s, %(percent)s %% of people") % facts


def shares(draft: Campaign, heard: Counter[str]) -> dict[str, str]:
    """How many of the newest people would read each language, as sentences by tag."""
    everybody = heard.total()
    if not everybody:
        return {}
    return {
        tag: _("About %(percent)s %% of your newest people read this.")
        % {"percent": round(100 * rows / everybody)}
        for tag, rows in _readers(draft, heard).items()
    }


def reach(draft: Campaign, counted: Count, *, at: datetime) -> dict[str, str]:
    """How many of the ``counted`` audience would read each language, by tag.

    None while there is one language only, or where asking takes too long.
    """
    if not draft.translations:
        return {}
    audience = select.of_campaign(draft)
    heard = spoken.sample(select.people(draft.application_id, audience, at=at))
    if not heard:
        return {}
    scale = counted.people / heard.total()
    is_exact = counted.exact and scale == 1
    return {
        tag: _reads(round(rows * scale), is_exact=is_exact)
        for tag, rows in _readers(draft, heard).items()
    }


def _reads(people: int, *, is_exact: bool) -> str:
    facts = {"people": intcomma(people)}
    if is_exact:
        sentence = ngettext(
            "%(people)s person of the audience reads this.",
            "%(people)s people of the audience read this.",
            people,
        )
    else:
        sentence = ngettext(
            "About %(people)s person of the audience reads this.",
            "About %(people)s people of the audience read this.",
            people,
        )
    return sentence % facts


def _readers(draft: Campaign, heard: Counter[str]) -> Counter[str]:
    """People by the tag of the language that they would read; absent tags are 0."""
    tags = [each["locale"] for each in draft.translations]
    every = [draft.locale, *tags]
    found = Counter(dict.fromkeys(every, 0))
    for tag, rows in heard.items():
        found[every[locales.match(tag, source=draft.locale, tags=tags)]] += rows
    return found

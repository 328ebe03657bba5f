"""A primer's texts in one language, with what the translation leaves out."""

from dataclasses import dataclass, fields
from typing import Any

from campaigns.content import locales
from campaigns.models import Primer

MOST_BENEFITS = 3
RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "ug", "ur", "yi"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is read on the screen, in ``locale``."""

    locale: str
    title: str
    text: str
    benefits: tuple[str, ...]
    accept: str
    later: str
    blocked: str
    settings: str

    @property
    def direction(self) -> str:
        return direction(self.locale)


NAMES = tuple(each.name for each in fields(Words) if each.name != "locale")
"""The texts that a translation may have."""


def in_language(primer: Primer, tag: str) -> Words:
    """The texts for a language tag: fr-CA, then fr, then the primer's own."""
    said = primer.translations
    tags = [each["locale"] for each in said]
    number = locales.match(tag, source=primer.locale, tags=tags)
    return translated(primer, {} if number == locales.SOURCE else said[number - 1])


def translated(primer: Primer, said: dict[str, Any]) -> Words:
    """One translation whole: what is empty in it is the primer's own."""
    whole = {name: said.get(name) or getattr(primer, name) for name in NAMES}
    whole["benefits"] = tuple(whole["benefits"])[:MOST_BENEFITS]
    return Words(locale=said.get("locale") or primer.locale, **whole)


def as_shown(words: Words) -> str:
    """The whole screen as one text, for the consent ledger."""
    buttons = f"[{words.accept}] [{words.later}]"
    lines = (words.title, words.text, *words.benefits, buttons)
    return "\n".join(each for each in lines if each)


def languages(primer: Primer) -> list[Words]:
    """The primer's own first, then every translation."""
    return [translated(primer, said) for said in ({}, *primer.translations)]


def missing(primer: Primer, said: dict[str, Any]) -> list[str]:
    """The texts that the primer has and this translation lacks."""
    return [name for name in NAMES if getattr(primer, name) and not said.get(name)]


def digest(primer: Primer) -> str:
    """What a translation was made from: outdated or not."""
    rest = [*primer.benefits, primer.accept, primer.later, primer.blocked]
    return locales.digest(primer.title, "\n".join([primer.text, *rest]))


def direction(tag: str) -> str:
    """ "rtl" or "ltr", as HTML says it."""
    language = tag.lower().replace("_", "-").partition("-")[0]
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"

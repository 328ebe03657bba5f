"""Checks of texts that are read from right to left."""

from collections.abc import Iterator, Mapping
from typing import Any

from campaigns.content import direction, languages
from campaigns.models import Campaign

from .problem import Problem, look

FIELDS = ("title", "body")


def directions(campaign: Campaign) -> Iterator[Problem]:
    """What phones may turn around, in each language that reads that way."""
    own = {name: getattr(campaign, name) for name in FIELDS}
    yield from _of(campaign.locale, own, "")
    for each in campaign.translations:
        yield from _of(each["locale"], each, f"{each['locale']}.")


def _of(tag: str, said: Mapping[str, Any], prefix: str) -> Iterator[Problem]:
    for name in FIELDS:
        found = direction.problems(said.get(name) or "", tag)
        for number, sentence in enumerate(found):
            told, code = languages.labelled(tag, sentence), f"direction:{number}"
            yield look(told, "", f"{prefix}{name}", code=code)

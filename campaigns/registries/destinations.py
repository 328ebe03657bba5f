"""Destinations: links with parameters, as administrators write them."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from campaigns.content import links
from campaigns.models import Destination
from campaigns.models.registries import PARAMETER, ParameterKind

PLATFORMS = ("ios", "android", "web")
MOST = 8
LONGEST_LABEL = 60


def names(patterns: Mapping[str, str]) -> list[str]:
    """The parameters of links in their order, each once."""
    found = (PARAMETER.findall(patterns.get(each, "")) for each in PLATFORMS)
    return list(dict.fromkeys(name for each in found for name in each))


def parameters(
    patterns: Mapping[str, str], told: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """What is kept of each parameter that the links have.

    ``told`` is by name what somebody said of it: "label", "kind", "required"; one of
    which nothing was said is a text that must be filled in.
    """
    return [_parameter(name, told.get(name, {})) for name in names(patterns)]


def _parameter(name: str, told: Mapping[str, Any]) -> dict[str, Any]:
    kind = told.get("kind")
    return {
        "name": name,
        "label": str(told.get("label", "")).strip()[:LONGEST_LABEL],
        "kind": kind if kind in ParameterKind.values else ParameterKind.TEXT.value,
        "required": bool(told.get("required", True)),
    }


def problems(
    made: Destination, *, schemes: Collection[str]
) -> Iterator[tuple[str, str]]:
    """(field, sentence) for each link that could not be opened.

    ``schemes`` are those that the application registered for its own links.
    """
    patterns = {each: getattr(made, each) for each in PLATFORMS}
    if not any(patterns.values()):
        yield "ios", _("Write a link for at least one platform.")
    if len(names(patterns)) > MOST:
        sentence = _("A destination has at most %(most)s parameters.")
        yield "ios", sentence % {"most": MOST}
    for platform, pattern in patterns.items():
        if not pattern:
            continue
        allowed = () if platform == "web" else schemes
        if wrong := _problem(pattern, schemes=allowed):
            yield platform, wrong


def _problem(pattern: str, *, schemes: Collection[str]) -> str:
    if re.search(r"[{}]", PARAMETER.sub("", pattern)):
        return _("Write a parameter as {sku}: small letters, digits and underscores.")
    # To the check, a parameter is what nobody knows yet: like a person's value.
    return links.problem(PARAMETER.sub("{{ value }}", pattern), schemes=schemes)

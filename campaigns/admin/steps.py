"""The sections of the compose page, and how far each one is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from campaigns.models.campaigns import AudienceKind


@dataclass(frozen=True, slots=True)
class State:
    """A mark that is seen and the same in a word that is heard."""

    key: str
    mark: str
    word: Promise


EMPTY = State("empty", "–", _("nothing yet"))
FINE = State("fine", "✓", _("complete"))
LOOK = State("look", "!", _("look at this"))
STOP = State("stop", "✕", _("must be fixed"))

SECTIONS: dict[str, Promise] = {
    "message": _("Message"),
    "audience": _("Audience"),
    "schedule": _("Schedule"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """``key`` is the section's id on the page."""

    key: str
    word: Promise
    state: State


def of(
    draft: Campaign, shown: Mapping[str, Any], told: Mapping[str, Any]
) -> list[Step]:
    """Every section; ``shown`` as the preview and ``told`` as the schedule say it."""
    states = {
        "message": _message(draft, shown),
        "audience": _audience(draft),
        "schedule": _schedule(draft, told),
    }
    return [Step(key, SECTIONS[key], state) for key, state in states.items()]


def _message(draft: Campaign, shown: Mapping[str, Any]) -> State:
    title, body = draft.title.strip(), draft.body.strip()
    if not (title or body):
        return EMPTY
    if shown["errors"] or not (title and body):
        return STOP
    return FINE if shown["fits_most"] and not shown["skip"] else LOOK


def _audience(draft: Campaign) -> State:
    if not draft.audience:
        return EMPTY
    lacks = draft.audience == AudienceKind.SEGMENT and draft.segment is None
    return STOP if lacks else FINE


def _schedule(draft: Campaign, told: Mapping[str, Any]) -> State:
    if not draft.schedule:
        return EMPTY
    if told["errors"]:
        return STOP
    return LOOK if told["advice"] else FINE


def said(steps: list[Step]) -> list[dict[str, str]]:
    """What a script reads of them."""
    return [
        {
            "key": each.key,
            "state": each.state.key,
            "mark": each.state.mark,
            "word": str(each.state.word),
        }
        for each in steps
    ]

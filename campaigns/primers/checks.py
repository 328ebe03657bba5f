"""What keeps a primer from going live, and what somebody should look at first."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Primer
from campaigns.models.primers import Layout
from campaigns.models.states import PrimerState
from campaigns.primers import contrast, wording
from devices.models import Event, Topic

LOOKED_BACK = timedelta(days=30)
LEAST_FOR_SHAPES = 3.0
"""WCAG 2.2, 1.4.11: what has to be seen to find a button."""

STOP, LOOK, OK = "stop", "look", "ok"

NEEDED: dict[str, str | Promise] = {
    "title": gettext_lazy("Write a title."),
    "text": gettext_lazy("Write a text: say what you will send and how often."),
    "accept": gettext_lazy("Give the button that accepts its words."),
    "later": gettext_lazy(
        "Give the button for later its words: everybody needs a way to say no."
    ),
    "event": gettext_lazy("Say after which event the primer is shown."),
}


class Finding(NamedTuple):
    """``severity`` is stop, look or ok; ``field`` the one to mend, or ""."""

    severity: str
    sentence: str | Promise
    field: str = ""


def findings(primer: Primer, *, at: datetime) -> list[Finding]:
    """Everything found, what must be fixed first."""
    found = [
        *_texts(primer),
        *_layout(primer),
        *_colours(primer),
        *_targets(primer),
        *_languages(primer),
        *_surroundings(primer, at),
    ]
    order = (STOP, LOOK, OK)
    return sorted(found, key=lambda each: order.index(each.severity))


def stops(found: list[Finding]) -> bool:
    return any(each.severity == STOP for each in found)


def _texts(primer: Primer) -> Iterator[Finding]:
    for field, sentence in NEEDED.items():
        if not getattr(primer, field).strip():
            yield Finding(STOP, sentence, field)
    if primer.accept.strip() and primer.later.strip():
        yield Finding(
            OK,
            _(
                "Both buttons are there. They are always drawn in the same size, and "
                "no topic is ticked beforehand."
            ),
        )
    if primer.offers_settings and not primer.blocked.strip():
        sentence = _("Write what people read where messages are blocked.")
        yield Finding(STOP, sentence, "blocked")
    if primer.offers_settings and not primer.settings.strip():
        sentence = _("Give the button to the settings its words.")
        yield Finding(STOP, sentence, "settings")


def _layout(primer: Primer) -> Iterator[Finding]:
    if primer.layout == Layout.FULL and primer.asset_id is None:
        sentence = _("A full screen needs a picture: choose one, or another layout.")
        yield Finding(STOP, sentence, "asset")
    if primer.asset is not None and not primer.asset.alt_text.strip():
        sentence = _("The picture has no description for those who do not see it.")
        yield Finding(LOOK, sentence, "asset")


def _colours(primer: Primer) -> Iterator[Finding]:
    pairs = {
        "ink": (
            contrast.ratio(primer.ink, primer.ground),
            _("Text and background have a contrast of %(ratio)s to 1."),
        ),
        "button_ink": (
            contrast.ratio(primer.button_ink, primer.button_ground),
            _("The button and its words have a contrast of %(ratio)s to 1."),
        ),
    }
    for field, (ratio, sentence) in pairs.items():
        told = sentence % {"ratio": _shown(ratio)}
        if ratio >= contrast.LEAST:
            yield Finding(OK, told)
            continue
        advice = _("It takes 4.5 to 1 to be read by everybody: choose other colours.")
        yield Finding(STOP, f"{told} {advice}", field)
    shape = contrast.ratio(primer.button_ground, primer.ground)
    if shape < LEAST_FOR_SHAPES:
        sentence = _(
            "The button hardly stands out from the background: %(ratio)s to 1, where 3 "
            "to 1 is advised."
        )
        told = sentence % {"ratio": _shown(shape)}
        yield Finding(LOOK, told, "button_ground")


def _shown(ratio: float) -> str:
    return number_format(contrast.shown(ratio), 1)


def _targets(primer: Primer) -> Iterator[Finding]:
    if not primer.platforms:
        yield Finding(STOP, _("Choose at least one platform."), "platforms")
    segment = primer.segment
    if segment is not None and segment.application_id != primer.application_id:
        sentence = _("The segment belongs to another application: choose one of this.")
        yield Finding(STOP, sentence, "segment")
    elif segment is not None and segment.archived_at is not None:
        sentence = _("The segment is archived; it still decides who sees the primer.")
        yield Finding(LOOK, sentence, "segment")
    live = Topic.objects.filter(
        application=primer.application_id, key__in=primer.topics, archived_at=None
    ).count()
    if live < len(primer.topics):
        sentence = _("A topic that was chosen is archived: it is not offered.")
        yield Finding(LOOK, sentence, "topics")


def _languages(primer: Primer) -> Iterator[Finding]:
    for said in primer.translations:
        tag = said["locale"]
        if wording.missing(primer, said):
            sentence = _(
                "Texts are missing in “%(language)s”: they are shown in “%(own)s”."
            )
            facts = {"language": tag, "own": primer.locale}
            yield Finding(LOOK, sentence % facts, f"{tag}.title")
        elif said.get("source") not in (None, wording.digest(primer)):
            sentence = _("“%(language)s” was translated before you changed the texts.")
            yield Finding(LOOK, sentence % {"language": tag}, f"{tag}.title")


def _surroundings(primer: Primer, at: datetime) -> Iterator[Finding]:
    if not primer.event.strip():
        return
    seen = Event.objects.filter(
        application=primer.application_id,
        name=primer.event,
        at__gte=at - LOOKED_BACK,
    ).exists()
    if not seen:
        sentence = _(
            "No device reported the event “%(event)s” in 30 days. Ask whoever builds "
            "the app whether this is its name."
        )
        yield Finding(LOOK, sentence % {"event": primer.event}, "event")
    others = Primer.objects.filter(
        application=primer.application_id, event=primer.event, state=PrimerState.LIVE
    ).exclude(pk=primer.pk)
    if other := others.first():
        sentence = _(
            "“%(name)s” is live for the same event: a device gets the one that went "
            "live last, if it may see it."
        )
        yield Finding(LOOK, sentence % {"name": other.name}, "event")

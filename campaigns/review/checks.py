"""Everything that is looked at before a launch, in the order of the page."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from campaigns.content.render import CompiledContent
from campaigns.models import Campaign, variants

from . import (
    audience,
    cut,
    directions,
    emoji,
    fit,
    languages,
    links,
    message,
    options,
    pictures,
    privacy,
    promo_codes,
    readings,
    repeating,
    rights,
    sending,
    shares,
    style,
)
from .funnel import Funnel
from .problem import Problem
from .readings import Reader

__all__ = ["Problem", "problems", "stops"]


def problems(
    campaign: Campaign,
    *,
    at: datetime,
    counted: Funnel | None = None,
    pace: float | None = None,
) -> list[Problem]:
    """Every check of a campaign as it is now: "stop", "look" and "ok" lines.

    ``counted`` saves counting again when the page has the funnel already; ``pace`` is
    how many devices a second the last run reached, where that is known. Each of the
    few statements over the audience has a time limit of some seconds.
    """
    found: list[Problem] = []
    if counted is None:
        counted, found = audience.counted(campaign, at=at)
    if counted is not None:
        found += audience.size(campaign, counted)
    samples = audience.sample(campaign, at=at) if counted else []
    return [
        *_said(campaign, samples, counted, at=at),
        *shares.shares(campaign),
        *found,
        *(_people(campaign, counted, at=at) if counted else ()),
        *sending.schedule(campaign, at=at),
        *sending.duration(campaign, counted, pace=pace),
        *sending.keys(campaign, counted, at=at),
        *sending.switch(),
        *sending.use_case(campaign),
        *sending.test(campaign, counted),
    ]


def stops(campaign: Campaign, *, at: datetime) -> list[Problem]:
    """Only what forbids the launch; empty when it may go."""
    return [each for each in problems(campaign, at=at) if each.severity == "stop"]


def _said(
    campaign: Campaign,
    samples: Sequence[Reader],
    counted: Funnel | None,
    *,
    at: datetime,
) -> Iterator[Problem]:
    """What is said of the message, of each variant by itself."""
    for key, each in variants.views(campaign):
        found = _of_one(each, samples, counted, at=at)
        yield from (
            (shares.of(key, one) for one in found) if campaign.variants else found
        )


def _of_one(
    campaign: Campaign,
    samples: Sequence[Reader],
    counted: Funnel | None,
    *,
    at: datetime,
) -> Iterator[Problem]:
    compiled, texts = message.texts(campaign)
    yield from texts
    if compiled and samples:
        yield from _rendered(compiled, samples, counted)
    if compiled:
        yield from _read(campaign, compiled, samples, counted)
    yield from languages.languages(campaign, counted)
    yield from directions.directions(campaign)
    yield from options.chosen(campaign)
    yield from pictures.pictures(campaign, counted)
    yield from rights.rights(campaign, at=at)
    yield from promo_codes.codes(campaign, counted)
    yield from emoji.emoji_shown(campaign)


def _rendered(
    compiled: CompiledContent, samples: Sequence[Reader], counted: Funnel | None
) -> Iterator[Problem]:
    """What becomes of the message for real people."""
    yield from message.weight(compiled, samples, counted)
    yield from message.missing(compiled, samples, counted)
    yield from message.broken(compiled, samples)
    yield from cut.cut_off(compiled, samples, counted)
    yield from options.buttons(compiled, samples, counted)


def _read(
    campaign: Campaign,
    compiled: CompiledContent,
    samples: Sequence[Reader],
    counted: Funnel | None,
) -> Iterator[Problem]:
    """How it is said, and what it says to whom."""
    texts = readings.texts(compiled, samples)
    yield from style.style(campaign, compiled, texts)
    yield from privacy.privacy(compiled, texts, counted)
    yield from fit.purpose(campaign, texts)
    yield from fit.consent(campaign, counted)
    yield from fit.lifetime(campaign, compiled, texts)
    yield from fit.channel(compiled, texts, counted)
    yield from fit.stores(compiled)
    yield from links.links(campaign, compiled)
    yield from sending.topic(campaign)
    yield from sending.buttons(campaign, counted)
    yield from sending.destination(campaign, counted)


def _people(campaign: Campaign, counted: Funnel, *, at: datetime) -> Iterator[Problem]:
    """Whether these people hear from us as they should."""
    yield from repeating.usual(campaign, counted)
    yield from repeating.repeated(campaign, at=at)
    yield from repeating.crowded(campaign, at=at)
    yield from repeating.dead_tokens(campaign)

"""Everything that is looked at before a launch, in the order of the page."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from campaigns.content.render import CompiledContent
from campaigns.models import Campaign

from . import (
    audience,
    directions,
    languages,
    message,
    pictures,
    promo_codes,
    rights,
    sending,
)
from .funnel import Funnel
from .message import Reader
from .problem import Problem

__all__ = ["Problem", "problems", "stops"]


def problems(
    campaign: Campaign, *, at: datetime, counted: Funnel | None = None
) -> list[Problem]:
    """Every check of a campaign as it is now: "stop", "look" and "ok" lines.

    ``counted`` saves counting again when the page has the funnel already. Each of
    the few statements over the audience has a time limit of some seconds.
    """
    found: list[Problem] = []
    if counted is None:
        counted, found = audience.counted(campaign, at=at)
    compiled, texts = message.texts(campaign)
    if counted is not None:
        found += audience.size(campaign, counted)
    samples = audience.sample(campaign, at=at) if compiled and counted else []
    return [
        *texts,
        *(_rendered(compiled, samples, counted) if compiled and samples else ()),
        *languages.languages(campaign, counted),
        *directions.directions(campaign),
        *pictures.pictures(campaign, counted),
        *rights.rights(campaign, at=at),
        *promo_codes.codes(campaign, counted),
        *found,
        *sending.schedule(campaign, at=at),
        *sending.keys(campaign, counted, at=at),
        *sending.switch(),
        *sending.use_case(campaign),
        *sending.test(campaign),
    ]


def stops(campaign: Campaign, *, at: datetime) -> list[Problem]:
    """Only what forbids the launch; empty when it may go."""
    return [each for each in problems(campaign, at=at) if each.severity == "stop"]


def _rendered(
    compiled: CompiledContent, samples: Sequence[Reader], counted: Funnel | None
) -> Iterator[Problem]:
    yield from message.weight(compiled, samples, counted)
    yield from message.missing(compiled, samples, counted)
    yield from message.broken(compiled, samples)
    yield from message.cut_off(compiled, samples, counted)

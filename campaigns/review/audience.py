"""Checks of the audience: chosen, not empty, not larger than meant."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from campaigns.audience import limits, select, spoken
from campaigns.audience.limits import TooSlow
from campaigns.audience.rules import RuleError
from campaigns.audience.select import NoAudience
from campaigns.models import Campaign
from campaigns.models.campaigns import AudienceKind
from devices.models import Person

from . import funnel
from .funnel import Funnel
from .message import values_of
from .problem import Problem, look, ok, stop
from .readings import Reader

SAMPLES = 200
LARGE_SHARE = 0.5
SECONDS = 3.0
WINDOW = 500
"""Buckets, a twentieth of all people, that a quick sample is drawn from."""


def counted(campaign: Campaign, *, at: datetime) -> tuple[Funnel | None, list[Problem]]:
    """The funnel, or what keeps it from being counted."""
    try:
        return funnel.counted(campaign, at=at), []
    except NoAudience as missing:
        return None, [stop(str(missing), _("Choose an audience."), "audience")]
    except RuleError as wrong:
        fix = _("Edit the segment, or choose another.")
        return None, [stop(str(wrong), fix, "segment")]
    except TooSlow:
        sentence = _("The audience could not be counted in time.")
        fix = _("Look again later, or choose a simpler segment.")
        return None, [look(sentence, fix, "segment", code="audience.slow")]


def size(campaign: Campaign, found: Funnel) -> Iterator[Problem]:
    """Whether somebody is reached, and not more people than is usual."""
    if not found.people:
        yield stop(
            _("Nobody matches this audience."),
            _("Change the segment, or choose another."),
            field_of(campaign),
        )
        return
    if not found.reached_people:
        worst = max(found.steps, key=lambda step: step.people)
        yield stop(
            _("Of %(people)d people who match, nobody can be reached: %(reason)s.")
            % {"people": found.people, "reason": worst.reason.label},
            _("Look at why they are left out, below."),
            field_of(campaign),
        )
        return
    yield from _share(campaign, found)


def _share(campaign: Campaign, found: Funnel) -> Iterator[Problem]:
    everybody = Person.objects.present().filter(application=campaign.application_id)
    share = found.people / max(1, everybody.count())
    if share > LARGE_SHARE:
        sentence = _("The audience is %(percent)d %% of everybody you have.")
        yield look(
            sentence % {"percent": min(100, round(100 * share))},
            _("Make sure that this message is meant for so many."),
            field_of(campaign),
            code="audience.share",
        )
    else:
        yield ok(_("The audience is a part of your people."))


def sample(campaign: Campaign, *, at: datetime) -> list[Reader]:
    """Up to 200 real people of the audience, drawn by random bucket.

    Fewer, the first ones, when drawing takes the database too long.
    """
    audience = select.of_campaign(campaign)
    people = spoken.with_tag(select.people(campaign.application_id, audience, at=at))
    people = people.only("attributes", "country", "locale", "zone")
    for order in ("bucket", "pk"):
        try:
            with limits.seconds(SECONDS):
                drawn = people.order_by(order)[:SAMPLES]
                return [Reader(values=values_of(each), tag=each.tag) for each in drawn]
        except TooSlow:
            continue
    return []


def few(campaign: Campaign, *, at: datetime, seconds: float = 1.0) -> list[Person]:
    """Up to 200 of the audience with their ``tag``, without looking at all of it.

    Of everybody where no audience is chosen yet; [] when the database is too slow.
    """
    try:
        people = select.people(
            campaign.application_id, select.of_campaign(campaign), at=at
        )
    except (NoAudience, RuleError):
        people = Person.objects.present().filter(application=campaign.application_id)
    people = spoken.with_tag(people)
    try:
        with limits.seconds(seconds):
            drawn = list(people.filter(bucket__lt=WINDOW)[:SAMPLES])
            return drawn if len(drawn) == SAMPLES else list(people[:SAMPLES])
    except TooSlow:
        return []


def field_of(campaign: Campaign) -> str:
    """Where this campaign's audience is chosen on the compose page."""
    return "segment" if campaign.audience == AudienceKind.SEGMENT else "audience"

"""What keeps a run from going faster just now, in one sentence."""

from datetime import datetime

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _

from campaigns.delivery import diagnosis, speeds
from campaigns.delivery.speeds import Channel
from campaigns.models import Run
from campaigns.models.states import RunState
from devices.models import Credential


def sentence(run: Run, *, per_minute: int | None, at: datetime) -> str:
    """The provider's word first, then the lowest limit that people set; "" for none.

    ``per_minute`` is the run's own limit (speeds.of_run).
    """
    if run.state != RunState.SENDING:
        return ""
    channels = _of(run)
    slowed = min((c for c in channels if c.is_slowed), key=_speed, default=None)
    if slowed is not None:
        return _asked(slowed, at=at)
    return _limited(per_minute, min(channels, key=_speed, default=None))


def _of(run: Run) -> list[Channel]:
    """The limited channels that the run still needs."""
    found = speeds.channels(run.application_id)
    if not found:
        return []
    ways = set(diagnosis.open_batches(run).values_list("gateway", "environment"))
    return [each for each in found if (each.gateway, each.environment) in ways]


def _speed(channel: Channel) -> float:
    return channel.now


def _name(channel: Channel) -> str:
    place = Credential(gateway=channel.gateway, environment=channel.environment)
    return diagnosis.service(place)


def _asked(channel: Channel, *, at: datetime) -> str:
    """By whom we were asked for less, and where that stands."""
    facts = {
        "gateway": _name(channel),
        "now": intcomma(round(channel.now)),
        "when": diagnosis.moment(channel.held_until, at=at),
    }
    if channel.held_until is not None:
        words = _("%(gateway)s asked us to slow down: we go on at %(when)s, slower.")
    else:
        words = _(
            "%(gateway)s asked us to slow down: it gets at most %(now)s a second now, "
            "rising."
        )
    return words % facts


def _limited(per_minute: int | None, channel: Channel | None) -> str:
    """The lower one of a run's limit and its channel's."""
    if channel is not None and (per_minute is None or channel.now < per_minute / 60):
        words = _(
            "%(gateway)s gets at most %(limit)s a second, from all runs of this "
            "application together."
        )
        limit = intcomma(round(channel.now))
        return words % {"gateway": _name(channel), "limit": limit}
    if per_minute is None:
        return ""
    words = _("It sends to at most %(limit)s devices a minute, as was chosen.")
    return words % {"limit": intcomma(per_minute)}

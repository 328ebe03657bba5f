"""The limits that people set, and how fast a channel goes by them just now."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from campaigns.delivery.grants import FULL, LIMITED, NOW, RECOVERED
from campaigns.models import ChannelRate, Run, RunRate
from devices.models import Application

LEAST, MOST = 60, 6_000_000
"""Pushes a minute that can be a limit: from one a second to what a wire may carry."""

SUGGESTED = {"fcm": 480_000}
"""Pushes a minute that leave a provider's own limit some air (reference F5)."""

CHANNELS = f"""
SELECT c.gateway, c.environment, c.per_minute,
       {RECOVERED.format(c="c", now=NOW)}, {FULL.format(c="c")},
       CASE WHEN c.held_until > {NOW} THEN c.held_until END
  FROM campaigns_channelrate c
 WHERE c.application_id = %(application)s AND {LIMITED.format(c="c", now=NOW)}
 ORDER BY c.gateway, c.environment
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel with a limit now: pushes a second, and what they climb back to.

    ``per_minute`` is what somebody set. Nothing leaves before ``held_until``.
    """

    gateway: str
    environment: str
    per_minute: int | None
    now: float
    full: float
    held_until: datetime | None

    @property
    def is_slowed(self) -> bool:
        """Whether the provider asked for less, and it has not recovered yet."""
        return self.held_until is not None or self.now < self.full


def channels(application_id: int, *, at: datetime | None = None) -> list[Channel]:
    """Every channel of an application that has a limit now."""
    with connection.cursor() as cursor:
        cursor.execute(CHANNELS, {"application": application_id, "at": at})
        rows = cursor.fetchall()
    return [Channel(*row) for row in rows]


def of_run(run: Run) -> int | None:
    """Pushes a minute that a run may send, or None."""
    found = RunRate.objects.filter(run=run).values_list("per_minute", flat=True)
    return found.first()


def begin(run: Run) -> None:
    """Give a run that was just made the speed of its revision."""
    chosen = run.revision.settings.get("per_minute")
    if chosen is not None:
        RunRate.objects.create(run=run, per_minute=chosen)


def limit_run(run: Run, per_minute: int | None) -> RunRate:
    """Set a run's limit; workers follow within a second. For pages: lifecycle."""
    row, _made = RunRate.objects.update_or_create(
        run=run, defaults={"per_minute": per_minute}
    )
    return row


def limit_channel(
    application: Application, gateway: str, environment: str, per_minute: int | None
) -> ChannelRate:
    """Set a channel's limit, as limit_run does.

    What a provider asked for stays in force; without a limit it ends by itself.
    """
    row, _made = ChannelRate.objects.update_or_create(
        application=application,
        gateway=gateway,
        environment=environment,
        defaults={"per_minute": per_minute},
    )
    return row

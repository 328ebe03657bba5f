"""Whether the phones that are reached can show the emoji of the message."""

from collections.abc import Iterator

from django.db import connection
from django.utils.translation import gettext as _

from campaigns.content import emoji
from campaigns.content.emoji import Since, version
from campaigns.models import Campaign

from .problem import Problem, look

READ = 2_000
"""Newest devices whose systems are looked at."""
SYSTEMS = """
SELECT platform, os_version, count(*) FROM (
  SELECT platform, os_version FROM devices_installation
  WHERE application_id = %s AND retired_at IS NULL AND platform IN ('ios', 'android')
  ORDER BY id DESC LIMIT %s) AS newest
GROUP BY platform, os_version"""


def emoji_shown(campaign: Campaign) -> Iterator[Problem]:
    """A line for each field with signs that some of the phones draw as empty boxes."""
    fields = {field: emoji.dated(text) for field, text in _texts(campaign)}
    dated = {field: found for field, found in fields.items() if found}
    if not dated:
        return
    systems = _systems(campaign.application_id)
    for field, found in dated.items():
        newest = max(found.values(), key=lambda each: version(each.emoji))
        share = _too_old(systems, newest)
        if not share:
            continue
        sentence = _(
            "%(signs)s: phones before iOS %(ios)s and Android %(android)s show an "
            "empty box, about %(percent)d %% of those seen last."
        )
        words = {
            "signs": " ".join(found),
            "ios": newest.ios,
            "android": newest.android,
            "percent": max(1, round(100 * share)),
        }
        yield look(sentence % words, _("Choose an older emoji."), field)


def _texts(campaign: Campaign) -> Iterator[tuple[str, str]]:
    """(field, text) in every language, as the compose page names the fields."""
    for name in ("title", "body"):
        yield name, getattr(campaign, name)
    for said in campaign.translations:
        for name in ("title", "body"):
            yield f"{said['locale']}.{name}", said.get(name) or ""


def _systems(application_id: int) -> list[tuple[str, str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(SYSTEMS, [application_id, READ])
        return cursor.fetchall()


def _too_old(systems: list[tuple[str, str, int]], since: Since) -> float:
    """The share of phones whose system is known and older."""
    known = [each for each in systems if version(each[1])]
    old = sum(
        count
        for platform, system, count in known
        if version(system) < version(since.first(platform))
    )
    return old / max(1, sum(count for _platform, _system, count in known))

"""What devices answered: the only writer of responses and of their counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Primer, PrimerResponse
from campaigns.models.primers import ResponseKind
from campaigns.primers import offers, showings, wording
from campaigns.primers.offers import Asker
from devices import consent, privacy, registration
from devices.models import Installation, Person
from devices.refusals import Refused

OLDEST = timedelta(days=14)
K = ResponseKind
IMPLIED: dict[str, tuple[ResponseKind, ...]] = {
    K.SHOWN: (),
    K.ACCEPTED: (K.SHOWN,),
    K.LATER: (K.SHOWN,),
    K.GRANTED: (K.SHOWN, K.ACCEPTED),
    K.DENIED: (K.SHOWN, K.ACCEPTED),
}
"""What must have happened before: a report that was lost does not bend the funnel."""

INSERT = """
INSERT INTO campaigns_primerresponse
    (primer_id, version, showing, kind, key, installation_id, person_id, platform,
     locale, at)
SELECT %(primer)s, %(version)s, %(showing)s, told.kind, %(key)s, %(installation)s,
       %(person)s, %(platform)s, %(locale)s, %(at)s
  FROM unnest(%(kinds)s::text[]) AS told(kind)
ON CONFLICT (showing, kind) DO NOTHING
RETURNING kind"""
COUNT = """
INSERT INTO campaigns_primercount AS kept (primer_id, day, platform, kind, total)
SELECT %(primer)s, %(day)s, %(platform)s, told.kind, 1
  FROM unnest(%(kinds)s::text[]) AS told(kind) ORDER BY told.kind
ON CONFLICT (primer_id, day, platform, kind) DO UPDATE SET total = kept.total + 1"""


class Fate(models.TextChoices):
    """What became of one response; none needs another try."""

    RECORDED = "recorded"
    REPEATED = "repeated"
    TOO_OLD = "too_old"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A response as it came: ``topics`` are the keys that the person ticked."""

    showing: str
    kind: str
    at: datetime
    topics: Sequence[str] = ()


def record(primer: Primer, asker: Asker, given: Given, at: datetime) -> Fate:
    """Keep a response once, with what follows from it; raises devices' Refused.

    Ticked topics go into the consent ledger, and the system's answer onto the device.
    A device's clock may be wrong: a time in the future becomes ``at``.
    """
    version, showing = _showing(primer, asker, given)
    _check_topics(primer, asker, given)
    moment = min(given.at, at)
    if moment < at - OLDEST:
        return Fate.TOO_OLD
    with transaction.atomic():
        new = _insert(primer, asker, given.kind, version, showing, moment)
        if given.kind in new and asker.installation is not None:
            said = _said(primer, version, asker.installation)
            _follow(asker.installation, given, said, moment)
        # Last: devices of the same day and platform wait for this row.
        _count(primer, asker, new, moment)
    return Fate.RECORDED if given.kind in new else Fate.REPEATED


def forget_erased() -> int:
    """Answers of people who are being erased lead to nobody; returns how many did."""
    found = 0
    for erasure in privacy.unfinished():
        people = privacy.family(erasure.person)
        mine = Q(person__in=people) | Q(installation__person__in=people)
        rows = PrimerResponse.objects.filter(mine)
        found += rows.update(person=None, installation=None, key="", locale="")
    return found


def _showing(primer: Primer, asker: Asker, given: Given) -> tuple[int, str]:
    found = showings.read(
        given.showing, primer.pk, application=asker.application_id, key=asker.key
    )
    if found is None:
        raise Refused(
            "/showing",
            "unknown_showing",
            _("Give the showing that this device got with the primer."),
        )
    return found


def _check_topics(primer: Primer, asker: Asker, given: Given) -> None:
    if not given.topics:
        return
    if given.kind not in (K.ACCEPTED, K.GRANTED) or asker.installation is None:
        raise Refused(
            "/topics",
            "topics_not_here",
            _("Topics come with “accepted” or “granted”, from a registered device."),
        )
    if set(given.topics) - set(primer.topics):
        raise Refused(
            "/topics", "unknown_topic", _("The primer does not offer this topic.")
        )


def _insert(
    primer: Primer,
    asker: Asker,
    kind: str,
    version: int,
    showing: str,
    moment: datetime,
) -> set[str]:
    """The kinds that were not there yet, with those that this one implies."""
    person = asker.person
    facts: dict[str, Any] = {
        "primer": primer.pk,
        "version": version,
        "showing": showing,
        "kinds": sorted({kind, *IMPLIED[kind]}),
        "key": asker.key,
        "installation": asker.installation.pk if asker.installation else None,
        "person": person.pk if person else None,
        "platform": asker.device.platform,
        "locale": asker.locale,
        "at": moment,
    }
    with connection.cursor() as cursor:
        cursor.execute(INSERT, facts)
        return {row[0] for row in cursor.fetchall()}


def _count(primer: Primer, asker: Asker, kinds: set[str], moment: datetime) -> None:
    if not kinds:
        return
    facts: dict[str, Any] = {
        "primer": primer.pk,
        "day": moment.astimezone(UTC).date(),
        "platform": asker.device.platform,
        "kinds": sorted(kinds),
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNT, facts)


def _said(primer: Primer, version: int, installation: Installation) -> consent.Said:
    """The screen that was answered, in its language: the proof of what follows.

    The words of an earlier version were kept when it went live.
    """
    words = wording.in_language(
        primer, installation.locale or installation.person.locale
    )
    return consent.Said(
        source="primer",
        text_version=offers.proof(primer, version),
        text=wording.as_shown(words) if version == primer.version else "",
        locale=words.locale,
        installation_id=installation.pk,
        actor="device",
    )


def _follow(
    installation: Installation, given: Given, said: consent.Said, moment: datetime
) -> None:
    """What the answer means for the device and its person."""
    # What the device registered since is newer than an answer that waited.
    is_news = moment >= installation.last_registered_at
    if given.kind in (K.GRANTED, K.DENIED) and is_news:
        facts = registration.Facts(
            permission=given.kind,
            text_version=said.text_version,
            text_shown=said.text,
            asked_in=said.locale,
        )
        registration.report(installation, registration.Report(facts=facts), moment)
    if ticked := dict.fromkeys(_unanswered(installation.person, given, moment), True):
        consent.set_topics(installation.person, ticked, said, moment)


def _unanswered(person: Person, given: Given, moment: datetime) -> list[str]:
    """The ticked topics of which the person said nothing since: the latest wins."""
    if not given.topics:
        return []
    Person.objects.select_for_update().get(pk=person.pk)
    since = person.topic_preferences.filter(
        topic__key__in=given.topics, changed_at__gt=moment
    )
    newer = set(since.values_list("topic__key", flat=True))
    return [key for key in given.topics if key not in newer]

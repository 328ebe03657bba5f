"""Begin a campaign as a use case: its words, its segment, its schedule."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from campaigns.audience import rules, segments
from campaigns.cases.case import Answers, Case
from campaigns.content import locales
from campaigns.models import Campaign, Segment
from campaigns.models.campaigns import AudienceKind
from devices.models import Application, AuditEvent

MOST = 20
"""Segments of one name that are tried with a number behind it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """Who begins, for which application, when and in which language.

    ``zone`` is the IANA zone that the schedule is in; ``language`` "en" or "fr".
    """

    application: Application
    user: User
    at: datetime
    zone: str
    language: str


def begin(case: Case, answers: Answers, who: Beginning) -> Campaign:
    """A draft with both languages, the segment and the schedule of a use case.

    Raises segments.Refused, or rules.RuleError for an answer that no rule takes;
    then there is neither a draft nor a segment.
    """
    with transaction.atomic():
        segment = segment_of(case, answers, who) if case.rule else None
        day = who.at.astimezone(ZoneInfo(who.zone)).date()
        draft = Campaign.objects.create(
            application=who.application,
            name=f"{case.name} – {date_format(day, 'DATE_FORMAT')}"[:120],
            owner=who.user,
            use_case=case.key,
            purpose=case.kind,
            ttl=case.lifetime(answers),
            audience=AudienceKind.SEGMENT if segment else AudienceKind.EVERYONE,
            segment=segment,
            schedule=case.schedule(start=day + timedelta(days=1), zone=who.zone),
            **texts(case, who.language),
        )
        AuditEvent.objects.note(who.user, "began", draft, case=case.key)
    return draft


def texts(case: Case, language: str) -> dict[str, Any]:
    """The copy as a draft's fields: one language its own, the others translations."""
    own = language if language in case.copy else next(iter(case.copy))
    said = case.copy[own]
    source = locales.digest(said.title, said.body)
    translations = [
        {
            "locale": tag,
            "title": each.title,
            "body": each.body,
            "link": "",
            "source": source,
        }
        for tag, each in case.copy.items()
        if tag != own
    ]
    return {
        "locale": own,
        "title": said.title,
        "body": said.body,
        "translations": translations,
    }


def segment_of(case: Case, answers: Answers, who: Beginning) -> Segment:
    """The saved segment with this case's rule; a new one where there is none."""
    if case.rule is None:
        raise ValueError(case.key)
    rule = rules.to_json(rules.parse(case.rule(answers)))
    mine = Segment.objects.filter(application=who.application, archived_at=None)
    same = mine.filter(rule=rule).first()
    return same or _new_segment(case, rule, who)


def _new_segment(case: Case, rule: dict[str, Any], who: Beginning) -> Segment:
    taken = set(
        Segment.objects.filter(application=who.application).values_list(
            "name", flat=True
        )
    )
    name = str(case.audience)
    numbered = (f"{name} ({number})" for number in range(2, MOST))
    free = name if name not in taken else next(n for n in numbered if n not in taken)
    wording = segments.Wording(
        name=free,
        description=_("Made for “%(case)s”.") % {"case": case.name},
        rule=rule,
    )
    return segments.create(
        wording, application_id=who.application.pk, user=who.user, at=who.at
    )

"""Whether one person would get a campaign now, and which gate would stop it."""

from datetime import datetime

from django.utils.translation import gettext as _

from campaigns.audience import eligibility, select
from campaigns.audience.eligibility import Verdict
from campaigns.audience.rules import RuleError
from campaigns.audience.select import NoAudience
from campaigns.models import Campaign
from campaigns.models.reasons import Reason
from campaigns.reports import actual, explain
from campaigns.reports.explain import Answer, Step
from devices.models import Installation, Person


def why(campaign: Campaign, person: Person, *, at: datetime) -> Answer:
    """The ladder of a campaign as it is now: its audience, then the snapshot's gates.

    Judged by the very query and the very gates that a run would use at ``at``.
    """
    audience = select.of_campaign(campaign)
    try:
        people = select.people(campaign.application_id, audience, at=at)
    except (NoAudience, RuleError) as trouble:
        return _answer(_("No: %(why)s") % {"why": trouble}, [])
    steps = explain.conditions(audience, person, at=at)
    if not people.filter(pk=person.pk).exists():
        head = Step(sentence=_("Is in the audience as it is now"), passed=False)
        sentence = _("No: is not in the audience as it is now.")
        return _answer(sentence, [head, *steps])
    head = Step(sentence=_("Is in the audience as it is now"), passed=True)
    gates = eligibility.of_campaign(campaign, at=at)
    found = eligibility.verdicts(Person.objects.filter(pk=person.pk), gates)
    best, *others = sorted(found, key=_rank)
    held = _values(campaign, person, best, at)
    asked = list(explain.GATES)
    ladder = asked[: asked.index(Reason.CAPPED)]
    return Answer(
        sentence=_sentence(best.reason),
        reason=best.reason,
        steps=[head, *steps, *explain.rungs(ladder, best.reason, held)],
        devices=[_other(each) for each in others],
    )


def _rank(verdict: Verdict) -> int:
    """A device that would get it first, else the one that met the last gate."""
    return -9_999 if verdict.reason is None else -verdict.reason


def _values(campaign: Campaign, person: Person, best: Verdict, at: datetime) -> str:
    if best.reason is None:
        return ""
    asked = actual.Asked(
        application=campaign.application,
        topic=campaign.topic_id,
        control=campaign.control,
        person=person,
        device=_device(best),
        at=at,
    )
    return actual.values(best.reason, asked)


def _device(verdict: Verdict) -> Installation | None:
    return Installation.objects.filter(pk=verdict.installation_id or 0).first()


def _other(verdict: Verdict) -> Step:
    reason = verdict.reason
    return Step(
        sentence=str(_device(verdict)),
        passed=reason is None,
        detail=str(reason.label) if reason else _("It would get it as well."),
    )


def _sentence(reason: Reason | None) -> str:
    if reason is None:
        return _("Yes: would get it if it were sent now.")
    return _("No, on purpose: %(why)s.") % {"why": reason.label}


def _answer(sentence: str, steps: list[Step]) -> Answer:
    return Answer(sentence=sentence, reason=None, steps=steps, devices=[])

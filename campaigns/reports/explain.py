"""Why one person did or did not get one run: the ladder that a delivery climbs.

What the ledger says is what happened; nothing is judged again with what is true
today. Only for somebody whom the ledger does not know are the audience's conditions
asked anew, and then it says so.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models.functions import Now
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.audience import explain, rules, select
from campaigns.models import Receipt, Run
from campaigns.models.campaigns import AudienceKind
from campaigns.models.reasons import Reason
from campaigns.models.states import DeliveryState, RunState
from campaigns.reports import actual, languages, stories, variants
from campaigns.reports.stories import Story
from devices.models import Person

GATES = {
    Reason.UNSUBSCRIBED: gettext_lazy("Is subscribed"),
    Reason.TOPIC_OFF: gettext_lazy("Wants messages about this topic"),
    Reason.NO_CONSENT: gettext_lazy("Opted in, where that is asked for"),
    Reason.NO_DEVICE: gettext_lazy("Has a device"),
    Reason.PERMISSION_DENIED: gettext_lazy("Allows notifications on the device"),
    Reason.TOKEN_INACTIVE: gettext_lazy("The device can be reached"),
    Reason.SUSPENDED: gettext_lazy("The device is not set aside"),
    Reason.DUPLICATE_TOKEN: gettext_lazy("The device is counted once"),
    Reason.NO_CREDENTIAL: gettext_lazy("The application has a key for it"),
    Reason.PAUSED: gettext_lazy("Has not asked for a pause"),
    Reason.EXCLUDED: gettext_lazy("Is on no list of people who never get a message"),
    Reason.NOT_THIS_PLATFORM: gettext_lazy("Has a device that the message is for"),
    Reason.STALE: gettext_lazy("The device was heard of lately"),
    Reason.OTHER_DEVICE: gettext_lazy("Is one of the devices that it goes to"),
    Reason.CONTROL_GROUP: gettext_lazy("Is not in the control group"),
    Reason.CAPPED: gettext_lazy("Had not received enough already"),
    Reason.LEFT_AUDIENCE: gettext_lazy("Was still in the audience when its turn came"),
    Reason.ERASED: gettext_lazy("Was not erased meanwhile"),
    Reason.STOPPED: gettext_lazy("Its turn came before a stop"),
    Reason.EXPIRED: gettext_lazy("The message was still valid"),
    Reason.MISSING_VALUE: gettext_lazy("Has every value that the message needs"),
    Reason.LEFT_OUT: gettext_lazy("The message’s own rule does not leave them out"),
    Reason.NO_CODE: gettext_lazy("A promo code was left for them"),
    Reason.UNWRITABLE: gettext_lazy("The message could be written"),
    Reason.TOO_LARGE: gettext_lazy("The message is short enough"),
}
"""Each gate in the order in which a delivery meets it, as the sentence of passing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One rung: ``passed`` is None where the delivery never came so far."""

    sentence: str
    passed: bool | None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """``reason`` is the one final reason, None while it waits or where no row is.

    ``devices`` are the other devices of the person, each with its own reason.
    """

    sentence: str
    reason: Reason | None
    steps: list[Step]
    devices: list[Step]


def why(run: Run, person: Person) -> Answer:
    """The ladder of the person's best device, and one final reason."""
    found = stories.of(run, person)
    if not found:
        return _not_in(run, person)
    best, *others = sorted(found, key=stories.rank)
    return Answer(
        sentence=_sentence(run, best),
        reason=best.reason,
        steps=[*_before(run, person, best), *_attempts(best), *_opened(run, best)],
        devices=[_other(each) for each in others],
    )


def _sentence(run: Run, story: Story) -> str:
    if story.reason is not None:
        return _one_sentence(story.reason)
    if run.state in (RunState.SENDING, RunState.PREPARING):
        return _("Not yet: it waits for its turn.")
    return _("Not yet: the run is not sending now.")


def _one_sentence(reason: Reason) -> str:
    words = {
        DeliveryState.ACCEPTED: _("Yes: %(why)s."),
        DeliveryState.FAILED: _("No, it failed: %(why)s."),
        DeliveryState.SKIPPED: _("No, on purpose: %(why)s."),
        DeliveryState.UNKNOWN: _("Nobody can know: %(why)s."),
    }
    return words[reason.state] % {"why": reason.label}


def _in_audience() -> Step:
    return Step(sentence=_("Was in the audience when it was counted"), passed=True)


def _before(run: Run, person: Person, story: Story) -> list[Step]:
    """The audience, the gates, language and variant where there are several."""
    steps = [_in_audience(), *_gates(story, _values(run, person, story))]
    name = languages.name_in(run.revision, story.translation)
    if name and not story.left_out:
        words = _("Reads the message in %(language)s") % {"language": name}
        steps.append(Step(sentence=words, passed=True))
    key = "" if story.left_out else variants.name_of(run, story.seq)
    words = _("Gets variant %(key)s") % {"key": key}
    return [*steps, Step(sentence=words, passed=True)] if key else steps


def _values(run: Run, person: Person, story: Story) -> str:
    """What was true of them when the gate that held was asked."""
    if story.reason is None:
        return ""
    asked_at = story.attempts[-1][3] if story.attempts else run.prepared_at
    asked = actual.of_run(run, person, story.installation, asked_at or run.due_at)
    return actual.values(story.reason, asked)


def _gates(story: Story, values: str) -> list[Step]:
    """Gates passed, the one that was not, and those that were never reached."""
    met = list(GATES)
    if story.reason is None and not story.attempts:
        met = met[: met.index(Reason.CAPPED)]
    return rungs(met, story.reason, values)


def rungs(met: list[Reason], reason: Reason | None, values: str) -> list[Step]:
    """These gates up to the one that held, which tells its values."""
    end = met.index(reason) if reason in GATES else len(met)
    return [_gate(gate, values, ahead=end - place) for place, gate in enumerate(met)]


def _gate(gate: Reason, values: str, *, ahead: int) -> Step:
    """``ahead`` gates further on the delivery ended: 0 here, less than 0 before."""
    if ahead == 0:
        detail = f"{gate.label}. {values}" if values else str(gate.label)
        return Step(sentence=str(GATES[gate]), passed=False, detail=detail)
    return Step(sentence=str(GATES[gate]), passed=True if ahead > 0 else None)


def _attempts(story: Story) -> list[Step]:
    """What the push service answered, attempt by attempt."""
    if story.reason in GATES:
        return [Step(sentence=_("Was handed to the push service"), passed=None)]
    if not story.attempts:
        return [
            Step(
                sentence=_("Was handed to the push service"),
                passed=None,
                detail=_("It waits for its turn."),
            )
        ]
    return [_attempt(*each) for each in story.attempts]


def _attempt(number: int, reason: Reason, code: str, at: datetime) -> Step:
    sentence = _("Attempt %(number)s, %(moment)s: %(why)s") % {
        "number": number,
        "moment": date_format(localtime(at), "DATETIME_FORMAT"),
        "why": reason.label,
    }
    passed = {DeliveryState.ACCEPTED: True, DeliveryState.WAITING: None}
    detail = _("The push service's own word: %(code)s") % {"code": code} if code else ""
    return Step(
        sentence=sentence, passed=passed.get(reason.state, False), detail=detail
    )


def _opened(run: Run, story: Story) -> list[Step]:
    if story.state is not DeliveryState.ACCEPTED:
        return []
    words = {
        "received": _("The device received it"),
        "opened": _("The person opened it"),
        "dismissed": _("The person swiped it away"),
    }
    told = Receipt.objects.filter(run=run, seq=story.seq).order_by("at")
    steps = [
        Step(
            sentence=words[receipt.kind],
            passed=True,
            detail=date_format(localtime(receipt.at), "DATETIME_FORMAT"),
        )
        for receipt in told
        if receipt.kind in words
    ]
    silent = Step(
        sentence=words["opened"],
        passed=None,
        detail=_("The app has reported nothing."),
    )
    return steps or [silent]


def _other(story: Story) -> Step:
    name = str(story.installation or _("A device that is gone"))
    reason = story.reason
    return Step(
        sentence=name,
        passed=None if reason is None else reason.state is DeliveryState.ACCEPTED,
        detail=str(reason.label) if reason else _("It waits for its turn."),
    )


def _not_in(run: Run, person: Person) -> Answer:
    """No row: not counted yet, or not in the audience; the conditions as of today."""
    if run.state in (RunState.COUNTDOWN, RunState.PREPARING):
        return _answer(_("Not yet: the audience is still being counted."))
    if run.state in (RunState.MISSED, RunState.CANCELLED):
        return _answer(_("No: this run never started."))
    if run.prepared_at is None and person.pk > run.cursor:
        return _answer(_("No: the run was stopped before this person was counted."))
    steps = [Step(sentence=_("Was in the audience when it was counted"), passed=False)]
    conditions = _conditions(run, person)
    if conditions:
        steps[0] = Step(
            sentence=steps[0].sentence,
            passed=False,
            detail=_("The conditions below are as they are true today."),
        )
    sentence = _("No: was not in the audience when it was counted.")
    return _answer(sentence, [*steps, *conditions])


def _answer(sentence: str, steps: list[Step] | None = None) -> Answer:
    return Answer(sentence=sentence, reason=None, steps=steps or [], devices=[])


def _conditions(run: Run, person: Person) -> list[Step]:
    now = Person.objects.filter(pk=person.pk).values_list(Now(), flat=True).first()
    return conditions(run.revision.audience, person, at=now or run.due_at)


def conditions(
    audience: select.Audience, person: Person, *, at: datetime
) -> list[Step]:
    """Each condition of a segment with what is true of this person; none for all."""
    if audience.get("kind") != AudienceKind.SEGMENT:
        return []
    try:
        rule = rules.parse(audience["rule"])
        answers = explain.person(rule, person, at=at)
    except rules.RuleError:
        # A rule of long ago may name what there is no more; then nothing is shown.
        return []
    return [
        Step(sentence=each.sentence, passed=each.matched, detail=each.actual)
        for each in answers
    ]

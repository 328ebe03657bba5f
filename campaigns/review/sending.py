"""Checks of the way out: time, keys, gateways, the switch, and a test on a phone."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from campaigns.cases import lints
from campaigns.models import Campaign, Switch, TestSend
from campaigns.schedule import form, wording
from campaigns.schedule.rule import ScheduleError
from devices.gateways.base import Verdict
from devices.models import Credential

from .funnel import Funnel
from .problem import Problem, look, ok, stop

SOON = timedelta(days=30)


def schedule(campaign: Campaign, *, at: datetime) -> Iterator[Problem]:
    """Whether it has a time that is still to come."""
    try:
        planned = form.from_json(campaign.schedule)
        form.check(planned, at=at)
    except ScheduleError as wrong:
        for sentence in wrong.problems.values():
            yield stop(sentence, _("Edit the schedule."), "schedule")
        return
    yield ok(wording.sentence(planned))
    for sentence in wording.advice(planned, at):
        yield look(sentence, _("Change the schedule if that is not meant."), "schedule")


def keys(
    campaign: Campaign, counted: Funnel | None, *, at: datetime
) -> Iterator[Problem]:
    """Whether each push service that this audience needs takes our key."""
    mine = list(Credential.objects.filter(application=campaign.application_id))
    if not mine:
        yield stop(
            _("“%(application)s” has no key for any push service.")
            % {"application": campaign.application.name},
            _("Ask an administrator to store one."),
        )
        return
    for each in mine:
        if counted is None or each.gateway in counted.by_gateway:
            yield from _key(each, at)


def _key(key: Credential, at: datetime) -> Iterator[Problem]:
    facts = {"gateway": key.get_gateway_display(), "reason": key.why_paused}
    if key.paused_at:
        yield stop(
            _("Sending through %(gateway)s is paused: %(reason)s") % facts,
            _("Ask an administrator to mend it and to let it go on."),
        )
    elif key.expires_at and key.expires_at <= at:
        yield stop(
            _("The key for %(gateway)s has expired.") % facts,
            _("Ask an administrator to store a new one."),
        )
    elif key.check_ok is False:
        yield stop(
            _("%(gateway)s refused our key at the last check: %(answer)s")
            % {**facts, "answer": key.check_sentence},
            _("Ask an administrator to store a key that works."),
        )
    elif key.check_ok is None and not key.simulated:
        yield look(
            _("The key for %(gateway)s was never checked.") % facts,
            _("Ask an administrator to check it: that sends nothing."),
        )
    elif key.expires_at and key.expires_at <= at + SOON:
        yield look(
            _("The key for %(gateway)s expires in less than 30 days.") % facts,
            _("Ask an administrator to store a new one."),
        )
    else:
        yield ok(_("The key for %(gateway)s works.") % facts)


def switch() -> Iterator[Problem]:
    """Whether anything may leave at all."""
    state = Switch.objects.filter(pk=1).first()
    if state is not None and state.is_on:
        yield ok(_("Sending is allowed."))
        return
    yield stop(
        _("All sending is stopped: %(reason)s")
        % {"reason": state.reason if state and state.reason else _("no reason given")},
        _("An administrator can allow it again on the dashboard."),
    )


def use_case(campaign: Campaign) -> Iterator[Problem]:
    """Whether it still is what the use case that it began with is meant to be."""
    for field, sentence in lints.doubts(campaign):
        yield look(sentence, _("Change it back if that is not meant."), field)


def test(campaign: Campaign) -> Iterator[Problem]:
    """Whether somebody saw this version on a real phone."""
    sent = TestSend.objects.filter(
        campaign=campaign, verdict=Verdict.ACCEPTED, asked_at__gte=campaign.updated_at
    )
    if sent.exists():
        yield ok(_("A test was sent to a phone since the last change."))
        return
    earlier = TestSend.objects.filter(campaign=campaign, verdict=Verdict.ACCEPTED)
    yield look(
        _("No test was sent since the last change.")
        if earlier.exists()
        else _("No test was sent yet."),
        _("Send it to your own phone first."),
        "test",
    )

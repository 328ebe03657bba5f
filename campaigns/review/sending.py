"""Checks of the way out: time, keys, gateways, the switch, and a test on a phone."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import ceil

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.cases import lints
from campaigns.models import Campaign, Destination, Switch, TestSend
from campaigns.schedule import form, wording
from campaigns.schedule.rule import ScheduleError
from devices.gateways.base import Verdict
from devices.models import Credential, Topic
from devices.models.applications import GatewayKind
from devices.models.installations import Platform

from .funnel import Funnel
from .problem import Problem, look, ok, stop

SOON = timedelta(days=30)
LONG = timedelta(hours=4)
SHOWN_BY_BROWSERS = 2


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
        fix = _("Change the schedule if that is not meant.")
        yield look(sentence, fix, "schedule")


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
    yield from _without_key(mine, counted)


def _without_key(mine: list[Credential], counted: Funnel | None) -> Iterator[Problem]:
    """Devices whose push service has no key of ours, or one for its other world."""
    words = dict(GatewayKind.choices)
    for gateway, devices in (counted.without_key if counted else {}).items():
        facts = {"gateway": words[gateway], "devices": devices}
        others = [each for each in mine if each.gateway == gateway]
        if not others:
            yield look(
                _("There is no key for %(gateway)s: %(devices)d devices get nothing.")
                % facts,
                _("Ask an administrator to store one, or leave these devices out."),
                code="key.absent",
            )
            continue
        facts["world"] = others[0].get_environment_display()
        sentence = _(
            "The key for %(gateway)s is for “%(world)s”: %(devices)d devices are of "
            "the other world and get nothing."
        )
        fix = _("Ask an administrator to store the key for the other one as well.")
        if counted and counted.by_gateway.get(gateway):
            yield look(sentence % facts, fix, code="key.elsewhere")
        else:
            yield stop(sentence % facts, fix, code="key.elsewhere")


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
            code=f"key.unchecked:{key.pk}",
        )
    elif key.expires_at and key.expires_at <= at + SOON:
        yield look(
            _("The key for %(gateway)s expires in less than 30 days.") % facts,
            _("Ask an administrator to store a new one."),
            code=f"key.ending:{key.pk}",
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
        fix = _("Change it back if that is not meant.")
        yield look(sentence, fix, field, code="use_case")


def test(campaign: Campaign, counted: Funnel | None) -> Iterator[Problem]:
    """Whether somebody saw this version on a real phone, of each platform."""
    accepted = TestSend.objects.filter(campaign=campaign, verdict=Verdict.ACCEPTED)
    now = accepted.filter(asked_at__gte=campaign.updated_at)
    seen = set(now.values_list("installation__platform", flat=True))
    fix = _("Send it to your own phone first.")
    if not seen:
        sentence = (
            _("No test was sent since the last change.")
            if accepted.exists()
            else _("No test was sent yet.")
        )
        yield look(sentence, fix, "test", code="test")
        return
    missing = sorted(set(counted.by_platform if counted else ()) - seen)
    if missing:
        words = dict(Platform.choices)
        sentence = _("No test was sent since the last change to: %(platforms)s.")
        named = ", ".join(str(words[each]) for each in missing)
        yield look(sentence % {"platforms": named}, fix, "test", code="test")
    else:
        yield ok(_("A test was sent to a phone since the last change."))


def topic(campaign: Campaign) -> Iterator[Problem]:
    """Whether it says what it is about, where people may choose subjects."""
    if campaign.topic_id is not None:
        return
    topics = Topic.objects.filter(application=campaign.application_id)
    if topics.filter(archived_at=None).exists():
        yield look(
            _("It has no topic: people who switched a topic off get it too."),
            _("Choose the topic that it is about."),
            "topic",
            code="topic",
        )


def duration(
    campaign: Campaign, counted: Funnel | None, *, pace: float | None
) -> Iterator[Problem]:
    """Whether the last ones still get it in time; ``pace`` in devices a second."""
    limit = campaign.per_minute / 60 if campaign.per_minute else None
    speeds = [each for each in (pace, limit) if each]
    if counted is None or not speeds:
        return
    lasts = timedelta(seconds=counted.reached_devices / min(speeds))
    hours = ceil(lasts / timedelta(hours=1))
    is_limited = limit is not None and limit == min(speeds)
    if lasts.total_seconds() > campaign.ttl:
        sentence = ngettext(
            "It takes about %(hours)d hour, longer than the message is valid: the last "
            "people get nothing.",
            "It takes about %(hours)d hours, longer than the message is valid: the "
            "last people get nothing.",
            hours,
        )
        fix = _("Choose a longer time under “Valid for”, or send it faster.")
        # A limit is chosen beside the launch button, so it must not hide that.
        said = look if is_limited else stop
        yield said(sentence % {"hours": hours}, fix, "ttl", code="slow")
    elif lasts > LONG:
        sentence = _("The last people get it about %(hours)d hours after the first.")
        fix = _("Send it faster, or to fewer people at a time.")
        yield look(sentence % {"hours": hours}, fix, "ttl", code="slow")


def buttons(campaign: Campaign, counted: Funnel | None) -> Iterator[Problem]:
    """Whether each screen shows every button."""
    web = counted.by_platform.get("web", 0) if counted else 0
    if len(campaign.buttons) > SHOWN_BY_BROWSERS and web:
        sentence = _("Browsers show two buttons: the third is not seen on %(web)d.")
        fix = _("Put the two that matter first, or take one out.")
        yield look(sentence % {"web": web}, fix, "buttons", code="buttons.many")


def destination(campaign: Campaign, counted: Funnel | None) -> Iterator[Problem]:
    """Whether the destination that was chosen opens something everywhere."""
    chosen = campaign.platforms.get("all", {}).get("destination")
    if not chosen:
        return
    rows = Destination.objects.filter(application=campaign.application_id)
    found = rows.filter(key=chosen.get("key")).first()
    if found is None:
        yield stop(
            _("The destination that was chosen does not exist any more."),
            _("Choose another one."),
            "destination",
        )
        return
    reached = counted.by_platform if counted else {}
    words = dict(Platform.choices)
    without = [
        str(words[each])
        for each in ("ios", "android", "web")
        if reached.get(each) and not getattr(found, each)
    ]
    if without:
        yield look(
            _("“%(name)s” has no link for %(platforms)s: a tap opens the app there.")
            % {"name": found.name, "platforms": ", ".join(without)},
            _("Ask an administrator for the link, or choose another destination."),
            "destination",
            code="destination",
        )

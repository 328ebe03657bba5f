"""Test sends: to enrolled phones of staff, by a road that nobody else can be on.

Shares with a run the words, the credential and the gateway, and nothing else: no
ledger, no count, no receipt. The database itself is asked whether a phone is one
that this member of staff reaches: their own, or one of a test group.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.content import limits, moments, options, render, values
from campaigns.content.texts import ContentError
from campaigns.delivery import bell, channels
from campaigns.delivery.lifecycle import rights
from campaigns.delivery.lifecycle.refusals import Incomplete, Refused, SendingStopped
from campaigns.models import Campaign, Switch, TestSend
from devices import registration
from devices.gateways.base import (
    Button,
    Gateway,
    GatewayError,
    Push,
    Result,
    Subscription,
    Verdict,
)
from devices.models import AuditEvent, Installation, Person
from devices.models.applications import GatewayKind
from devices.models.installations import LINK_OF

MOST = 50
"""Devices at once."""

TTL = 600
"""Seconds: a test that arrives tomorrow only confuses."""

PATIENCE = timedelta(seconds=60)
"""A test without an answer for so long will get none."""

ASKED = "asked"

SENTENCES = {
    Verdict.ACCEPTED: gettext_lazy(
        "The push service took it. It should be on the phone within seconds."
    ),
    Verdict.TOKEN_DEAD: gettext_lazy(
        "The app was removed from this phone, or its notifications were cleared. Open "
        "the app and enrol the phone again."
    ),
    Verdict.TOKEN_MISMATCH: gettext_lazy(
        "The phone belongs to another app or project than our key. Check the key of "
        "the application."
    ),
    Verdict.PAYLOAD_REJECTED: gettext_lazy(
        "The push service refused the message itself. Shorten it or correct its link."
    ),
    Verdict.AUTH_CONFIG: gettext_lazy(
        "The push service refused our key. An administrator can check it on the "
        "application's page."
    ),
    Verdict.THROTTLED: gettext_lazy(
        "The push service asks us to slow down. Try again in a minute."
    ),
    Verdict.NOT_ACCEPTED: gettext_lazy(
        "The push service is not available now. Try again in a minute."
    ),
    Verdict.AMBIGUOUS: gettext_lazy(
        "The connection broke before the answer came. Look at the phone."
    ),
    Verdict.DROPPED: gettext_lazy(
        "The push service took the message and threw it away: the phone blocks it."
    ),
    Verdict.NOT_SENT: gettext_lazy("It was not sent. Try again."),
}


def send(
    campaign: Campaign,
    installations: Sequence[Installation],
    *,
    user: User,
    as_person: Person | None,
    at: datetime,
    locales: Sequence[str] = ("",),
    variant: str = "",
) -> list[TestSend]:
    """Send the campaign as it is now to enrolled phones; the answers come in the rows.

    The words are those that ``as_person`` would read, or whoever each phone belongs
    to when that is None; once in the language that is answered to each of ``locales``,
    where "" is the person's own, else the phone's, as in a run. ``variant`` is kept for
    the answers: the key of the one that ``campaign`` is seen as. Raises Refused; then
    nothing is sent to anybody.
    """
    rights.require(user, "send_test")
    if not Switch.objects.filter(is_on=True).exists():
        raise SendingStopped
    phones = _enrolled(campaign, installations, user)
    _require_few(len(phones) * len(locales))
    content = _content(campaign)
    sends = [
        TestSend(
            campaign=campaign,
            installation=phone,
            asked_by=user,
            asked_at=at,
            variant=variant,
            **_words(content, as_person, phone, locale, at=at),
        )
        for phone in phones
        for locale in locales
    ]
    with transaction.atomic():
        TestSend.objects.bulk_create(sends)
        AuditEvent.objects.note(user, "sent a test", campaign, phones=len(phones))
        for each in sends:
            bell.ring(bell.TEST_SEND, each.pk)
    return sends


def deliver(
    test_send_id: int,
    *,
    at: datetime,
    channel: Callable[[int, str, str], Gateway] = channels.channel,
) -> None:
    """Send one test and write its answer; told twice, it is sent once."""
    mine = TestSend.objects.filter(pk=test_send_id, verdict="", answered_at=None)
    if not mine.update(verdict=ASKED):
        return
    asked = TestSend.objects.select_related("campaign", "asked_by")
    test = asked.get(pk=test_send_id)
    reached = registration.within_reach(test.campaign.application_id, test.asked_by)
    phone = reached.filter(pk=test.installation_id).first()
    if phone is None:
        _answer(test, _("This phone is not enrolled any more."), at=at)
        return
    if not Switch.objects.filter(is_on=True).exists():
        _answer(test, _("All sending is stopped."), at=at)
        return
    try:
        gateway = channel(phone.application_id, phone.gateway, phone.environment)
        result = _send(gateway, _push(test, phone))
    except GatewayError as trouble:
        _answer(test, str(trouble), at=at)
    else:
        _answer(test, str(SENTENCES[result.verdict]), at=at, result=result)


def give_up(*, at: datetime) -> int:
    """Tell whoever waits that no answer will come; how many tests those were."""
    late = TestSend.objects.filter(answered_at=None, asked_at__lt=at - PATIENCE)
    return late.update(
        answered_at=at,
        verdict=Verdict.AMBIGUOUS,
        sentence=_("No answer came within a minute. Look at the phone, or try again."),
    )


def _enrolled(
    campaign: Campaign, installations: Sequence[Installation], user: User
) -> list[Installation]:
    """Those devices, as the database has them; Refused if one is out of reach."""
    wanted = {each.pk for each in installations}
    if not 1 <= len(wanted) <= MOST:
        raise Refused(_("Choose 1 to %(most)s phones.") % {"most": MOST})
    reached = registration.within_reach(campaign.application_id, user)
    phones = list(reached.filter(pk__in=wanted).select_related("person"))
    if len(phones) != len(wanted):
        sentence = _("Tests go to your own test phones and to test groups alone.")
        raise Refused(sentence)
    return phones


def _require_few(messages: int) -> None:
    if messages > MOST:
        sentence = _(
            "A test is %(most)s messages at most: choose fewer phones or languages."
        )
        raise Refused(sentence % {"most": MOST})


def _content(campaign: Campaign) -> render.CompiledContent:
    schemes = campaign.application.link_schemes
    try:
        return limits.check(campaign.content(), known=None, schemes=schemes)
    except ContentError as wrong:
        field, sentence = next(iter(wrong.problems.items()))
        raise Incomplete(sentence, field=field) from wrong


def _words(
    content: render.CompiledContent,
    as_person: Person | None,
    phone: Installation,
    locale: str,
    *,
    at: datetime,
) -> dict[str, Any]:
    """The fields of a test in one language, as this person would read them, marked."""
    person = as_person or phone.person
    platform = phone.platform
    spoken = content.for_locale(locale or person.locale or phone.locale)
    mine = spoken.on(platform)
    words = mine.words(values.of_person(person) | moments.clock(at))
    if isinstance(words, render.Skip):
        raise Refused(
            _("With this person's data the message cannot be written (%(what)s).")
            % {"what": words.detail or words.reason}
        )
    # A silent message shows nothing, so there is nothing to mark.
    title = _("[TEST] %(title)s") % {"title": words.title} if words.title else ""
    return {
        "locale": spoken.content.locale,
        "title": title,
        "body": words.body,
        "link": words.link,
        "image": mine.picture(platform) or words.image,
        "icon": spoken.content.icon,
        "buttons": [each._asdict() for each in words.buttons],
        "data": dict(words.data),
        "platforms": dict(spoken.content.platforms),
        "said": dict(words.more),
    }


def _push(test: TestSend, phone: Installation) -> Push:
    row = getattr(phone, LINK_OF[phone.gateway])
    keys = None
    if phone.gateway == GatewayKind.WEBPUSH:
        keys = Subscription(row.p256dh, row.auth, phone.vapid_key)
    return Push(
        reference=test.pk,
        token=row.registration_id,
        title=test.title,
        body=test.body,
        link=test.link,
        ttl=TTL,
        data={**test.data, "test": "1"},
        image=test.image,
        icon=test.icon,
        buttons=tuple(Button(**each) for each in test.buttons),
        subscription=keys,
        options=options.made(test.platforms, phone.platform),
        said=test.said,
    )


def _send(gateway: Gateway, push: Push) -> Result:
    if gateway.size(push) > gateway.max_payload:
        return Result(reference=push.reference, verdict=Verdict.PAYLOAD_REJECTED)
    return gateway.send([push])[0]


def _answer(
    test: TestSend, sentence: str, *, at: datetime, result: Result | None = None
) -> None:
    TestSend.objects.filter(pk=test.pk, answered_at=None).update(
        answered_at=at,
        verdict=result.verdict if result else Verdict.NOT_SENT,
        code=(result.code if result else "")[:60],
        sentence=sentence,
    )

"""Whether a push is the right way to say it, and an honest one (Y4, Y5, Q1 to Q4)."""

import re
from collections.abc import Iterator, Sequence
from statistics import median

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.content.render import CompiledContent
from campaigns.models import Campaign
from campaigns.models.campaigns import Purpose
from campaigns.models.reasons import Reason

from . import vocabulary
from .funnel import Funnel
from .problem import Problem, look, ok
from .readings import Text, within

FEW = 50
"""People: shares of fewer say little."""
REACHED = 0.4
DESKTOP = 0.6
LONG = 300
"""Characters: more than every metered screen but Android's opened message shows."""
HOUR = 3_600
OVER_TODAY = 12 * HOUR
"""What is sent in the morning about "today" is over in the evening."""


def channel(
    compiled: CompiledContent, texts: Sequence[Text], counted: Funnel | None
) -> Iterator[Problem]:
    """When not to use push: few can be reached, mostly at desks, or a long text."""
    found = [*_few(counted), *_at_desks(counted), *_long(compiled, texts)]
    yield from found
    if not found:
        yield ok(_("A push suits this message and these people."))


def _few(counted: Funnel | None) -> Iterator[Problem]:
    if counted is None or counted.people < FEW or not counted.reached_people:
        return
    share = counted.reached_people / counted.people
    if share < REACHED:
        yield look(
            _("Only %(percent)d %% of this audience can be reached by push.")
            % {"percent": round(100 * share)},
            _("Tell the others by email or in the app, or ask them with a primer."),
            "audience",
            code="fit.share",
        )


def _at_desks(counted: Funnel | None) -> Iterator[Problem]:
    if counted is None or counted.reached_devices < FEW:
        return
    desks = sum(counted.by_platform.get(each, 0) for each in ("web", "windows"))
    share = desks / counted.reached_devices
    if share > DESKTOP:
        yield look(
            _("%(percent)d %% of these devices are browsers and Windows computers.")
            % {"percent": round(100 * share)},
            _("Send it in working hours, or say it by email or on the page itself."),
            "schedule",
            code="fit.desktop",
        )


def _long(compiled: CompiledContent, texts: Sequence[Text]) -> Iterator[Problem]:
    for text in texts:
        lengths = [len(each) for each in text.shown]
        if text.name == "body" and lengths and median(lengths) > LONG:
            sentence = _("The text has %(length)d characters, as most people read it.")
            said = sentence % {"length": median(lengths)}
            fix = _("Say the one thing that matters, and let the tap open the rest.")
            yield look(within(compiled, text, said), fix, text.field, code="fit.long")


def purpose(campaign: Campaign, texts: Sequence[Text]) -> Iterator[Problem]:
    """Whether what is called transactional reads like an offer."""
    if campaign.purpose == Purpose.PROMOTIONAL:
        yield ok(_("Promotional: nobody gets it who unsubscribed."))
        return
    found = next(filter(None, map(_offer, texts)), "")
    if found:
        yield look(
            _("It is called transactional, and reads like an offer: “%(text)s”.")
            % {"text": found},
            _("Choose “Promotional”, or take the offer out."),
            "purpose",
            code="purpose.offer",
            about=("title", "languages", "platforms"),
        )
    else:
        yield ok(_("Transactional, and it reads so."))


def _offer(text: Text) -> str:
    for pattern in (vocabulary.OFFER, vocabulary.PERCENT_OFF):
        for wording in (text.source, *text.shown):
            if found := pattern.search(wording):
                return found[0]
    return ""


def consent(campaign: Campaign, counted: Funnel | None) -> Iterator[Problem]:
    """What App Store rule 4.5.4 asks of a promotion: an explicit yes on iPhones."""
    if campaign.purpose != Purpose.PROMOTIONAL or counted is None:
        return
    left_out = {each.reason: each for each in counted.steps}
    without = left_out.get(Reason.NO_CONSENT)
    if without is not None and without.people:
        sentence = ngettext(
            "%(people)d person with an iPhone never said yes to promotions and is "
            "left out, as App Store rule 4.5.4 asks.",
            "%(people)d people with iPhones never said yes to promotions and are left "
            "out, as App Store rule 4.5.4 asks.",
            without.people,
        )
        yield ok(sentence % {"people": without.people})
    elif counted.by_platform.get("ios"):
        yield ok(_("Everybody reached on an iPhone said yes, as rule 4.5.4 asks."))


def lifetime(
    campaign: Campaign, compiled: CompiledContent, texts: Sequence[Text]
) -> Iterator[Problem]:
    """Whether what is over soon is kept for phones that come back later."""
    if campaign.ttl <= OVER_TODAY:
        return
    for text in texts:
        found = next(
            filter(None, map(vocabulary.SOON_OVER.search, (text.source, *text.shown))),
            None,
        )
        if found is not None:
            hours = round(campaign.ttl / HOUR)
            sentence = ngettext(
                "It says “%(text)s”, and a phone that was off shows it up to %(hours)d "
                "hour later.",
                "It says “%(text)s”, and a phone that was off shows it up to %(hours)d "
                "hours later.",
                hours,
            )
            said = sentence % {"text": found[0], "hours": hours}
            yield look(
                within(compiled, text, said),
                _("Choose a shorter time under “Valid for”."),
                "ttl",
                code="honest.lifetime",
                about=(text.field,),
            )
            return


STORES = re.compile(
    r"https?://(?:apps|itunes)\.apple\.com|https?://play\.google\.com/store"
    r"|^(?:itms|itms-apps|market):",
    re.IGNORECASE,
)


def stores(compiled: CompiledContent) -> Iterator[Problem]:
    """Links into app stores: a message may not sell other apps (Q2)."""
    for language in compiled.languages:
        for made in (language, *language.platforms.values()):
            if STORES.match(made.content.link):
                yield look(
                    _("A tap opens an app store."),
                    _("Link to your own app or page; name no other app to buy."),
                    "link",
                    code="links.store",
                )
                return

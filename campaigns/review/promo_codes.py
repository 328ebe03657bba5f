"""Checks of promo codes: whether there are as many as deliveries."""

from collections.abc import Iterator

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _

from campaigns.models import Campaign, PromoCode, PromoList

from .funnel import Funnel
from .problem import Problem, look, ok, stop


def codes(campaign: Campaign, counted: Funnel | None) -> Iterator[Problem]:
    """One line for each list that the message gives codes of."""
    keys = campaign.content().get("codes", {})
    rows = PromoList.objects.filter(application=campaign.application_id, key__in=keys)
    for each in rows:
        yield from _of(each, counted)


def _of(codes: PromoList, counted: Funnel | None) -> Iterator[Problem]:
    needed = counted.reached_devices if counted else 0
    unused = PromoCode.objects.filter(list=codes, run_id=None)
    # Counting stops at what is needed: a list may have millions.
    left = unused[: needed + 1].count()
    facts = {
        "name": codes.name,
        "left": intcomma(left),
        "needed": intcomma(needed),
        "fallback": codes.fallback,
    }
    code = f"promo_codes:{codes.key}"
    fix = _("Upload more codes, or choose a smaller audience.")
    if not left and not codes.fallback:
        yield stop(_("No code is left in “%(name)s”.") % facts, fix, "body", code=code)
    elif left < needed and codes.fallback:
        sentence = _(
            "Codes left in “%(name)s”: %(left)s. Devices: %(needed)s. The others read "
            "“%(fallback)s”."
        )
        yield look(sentence % facts, fix, "body", code=code)
    elif left < needed:
        sentence = _(
            "Codes left in “%(name)s”: %(left)s. Devices: %(needed)s. The others get "
            "nothing."
        )
        yield look(sentence % facts, fix, "body", code=code)
    else:
        yield ok(_("“%(name)s” has a code for every device.") % facts)

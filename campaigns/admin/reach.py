"""How many an audience holds, as a sentence: "about" where it was estimated."""

from datetime import datetime

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _

from campaigns.audience import estimate, select
from campaigns.audience.limits import TooSlow
from campaigns.audience.rules import RuleError
from campaigns.models import Campaign


def sentence(campaign: Campaign, *, at: datetime) -> str:
    """People and devices, always apart; or what is missing to count them."""
    audience = select.of_campaign(campaign)
    try:
        found = estimate.count(campaign.application_id, audience, at=at)
    except (select.NoAudience, RuleError) as missing:
        return str(missing)
    except TooSlow:
        return _("This takes longer to count. The review counts again.")
    facts = {"people": intcomma(found.people), "devices": intcomma(found.devices)}
    if found.exact:
        return _("People: %(people)s · devices: %(devices)s") % facts
    return _("People: about %(people)s · devices: about %(devices)s") % facts

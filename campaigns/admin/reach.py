"""How many an audience holds, as a sentence: "about" where it was estimated."""

from datetime import datetime

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _

from campaigns.audience import estimate, select
from campaigns.audience.estimate import Count
from campaigns.audience.limits import TooSlow
from campaigns.audience.rules import RuleError
from campaigns.models import Campaign


def counted(campaign: Campaign, *, at: datetime) -> tuple[Count | None, str]:
    """People and devices, always apart, with the sentence that says so.

    None, with what is missing to count them, where they cannot be counted.
    """
    audience = select.of_campaign(campaign)
    try:
        found = estimate.about(campaign.application_id, audience, at=at)
    except (select.NoAudience, RuleError) as missing:
        return None, str(missing)
    except TooSlow:
        return None, _("This takes longer to count. The review counts again.")
    return found, _sentence(found)


def _sentence(found: Count) -> str:
    facts = {"people": intcomma(found.people), "devices": intcomma(found.devices)}
    if found.exact:
        return _("People: %(people)s · devices: %(devices)s") % facts
    return _("People: about %(people)s · devices: about %(devices)s") % facts

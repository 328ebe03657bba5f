"""A message rendered for some real people of its audience, drawn at random."""

from datetime import datetime

from django.db import transaction

from campaigns.audience import eligibility, limits, select
from campaigns.dry_run import reading
from campaigns.dry_run.messages import Messages
from campaigns.dry_run.tally import Tally, Teller
from campaigns.models import Campaign

PEOPLE = 200
SECONDS = 5.0


def tell(campaign: Campaign, messages: Messages, *, bucket: int, at: datetime) -> Tally:
    """What 200 people would get, the first at or above a random ``bucket`` (0-9,999).

    Raises NoAudience, RuleError, and TooSlow after five seconds.
    """
    audience = select.of_campaign(campaign)
    people = select.people(campaign.application_id, audience, at=at)
    gates = eligibility.of_campaign(campaign, at=at)
    tally = Tally()
    with limits.seconds(SECONDS), transaction.atomic():
        above = people.filter(bucket__gte=bucket).order_by("bucket", "pk")
        drawn = list(above.values_list("pk", flat=True)[:PEOPLE])
        if len(drawn) < PEOPLE:
            below = people.filter(bucket__lt=bucket).order_by("bucket", "pk")
            drawn += below.values_list("pk", flat=True)[: PEOPLE - len(drawn)]
        chosen = people.model.objects.filter(pk__in=drawn)
        teller = Teller(messages.made, at=at)
        teller.add(tally, reading.rows(chosen, gates, messages))
    return tally

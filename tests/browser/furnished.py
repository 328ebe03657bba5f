"""A site in use: something of everything, in every state that a page tells apart."""

from datetime import timedelta

from django.urls import reverse

from campaigns.delivery import clock
from campaigns.models import AndroidChannel, Destination, PrimerCount
from campaigns.models.reasons import Reason
from campaigns.models.states import CampaignState, RunState
from tests import builders
from tests.campaigns.admin import sent


def site() -> list[str]:
    """Furnish it; the addresses that only a moment's state leads to."""
    credential = builders.credential(check_ok=False, check_sentence="It was refused.")
    builders.topic(name="News")
    builders.segment(name="Active in Paris")
    person = builders.person(
        external_id="léa-1", attributes={"first_name": "Léa", "city": "Paris"}
    )
    builders.installation(person)
    builders.event(person, "purchase")
    builders.tester()
    primer = builders.primer(name="Price alerts", topics=["news"])
    PrimerCount.objects.create(
        primer=primer, day=clock.now().date(), platform="ios", kind="shown", total=7
    )
    names = {"application": builders.application()}
    AndroidChannel.objects.create(**names, key="n", name="News", is_fallback=True)
    Destination.objects.create(
        **names,
        key="product",
        name="A product",
        web="https://shop.example/{sku}",
        parameters=[{"name": "sku", "label": "", "kind": "text", "required": True}],
    )
    draft = builders.campaign(name="Autumn arrivals", variants=[B], control=10)
    builders.campaign(
        name="Weekly news",
        state=CampaignState.SCHEDULED,
        next_at=clock.now() + timedelta(hours=2),
        next_slot="2026-11-30T09:00@Europe/Paris",
        schedule=WEEKLY,
    )
    runs = [
        sent.a_run(
            sent.device_each(*[Reason.ACCEPTED] * 4, Reason.TOKEN_DEAD),
            sent.left_out(Reason.UNSUBSCRIBED, people=2),
        ),
        sent.a_run(sent.device_each(*[Reason.ACCEPTED] * 4, None, None)),
        sent.a_run(sent.device_each(None), state=RunState.PAUSED, reason="A typo"),
        builders.run(state=RunState.MISSED),
        builders.run(
            state=RunState.COUNTDOWN,
            countdown_until=clock.now() + timedelta(minutes=9),
        ),
    ]
    return [
        *[reverse("admin:campaigns_run_live", args=[each.pk]) for each in runs[1:3]],
        reverse("admin:campaigns_run_live", args=[runs[4].pk]),
        reverse("admin:campaigns_run_results", args=[runs[0].pk]),
        reverse("admin:campaigns_run_missed", args=[runs[3].pk]),
        *[
            reverse(f"admin:campaigns_campaign_{page}", args=[draft.pk])
            for page in ("change", "test", "review", "check")
        ],
        reverse("admin:devices_person_change", args=[person.pk]),
        reverse("admin:devices_application_change", args=[credential.application_id]),
    ]


B = {"key": "B", "weight": 45, "changes": {"title": "Only for you"}}
WEEKLY = {
    "kind": "recurring",
    "every": {"frequency": "weekly", "interval": 1, "weekdays": ["MO"]},
    "start": "2026-11-23",
    "time": "09:00",
    "zone": "Europe/Paris",
    "end": None,
}

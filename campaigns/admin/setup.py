"""What an empty site still needs before its first campaign, with what is done."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.models import Run
from campaigns.models.test_sends import TestSend
from devices.models import Credential, Installation


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """``word`` names the page at ``url``; ``now`` marks the first that is not done."""

    title: str | Promise
    text: str | Promise
    word: str | Promise
    url: str
    done: bool
    now: bool = False


def steps(user: User) -> list[Step] | None:
    """The five steps, None once a campaign has run; at most five small statements."""
    if Run.objects.exists():
        return None
    found = [
        Step(
            title=_("Add a platform"),
            text=_("The keys with which Apple, Google or a browser lets us send."),
            word=_("Applications and credentials"),
            url=reverse("admin:devices_application_changelist"),
            done=Credential.objects.exists(),
        ),
        Step(
            title=_("See the first device"),
            text=_("A developer adds a few lines to the app or the website."),
            word=_("How an app registers devices"),
            url="/api/v1/docs",
            done=Installation.objects.exists(),
        ),
        Step(
            title=_("Pair your own phone"),
            text=_("Then tests go to you, and to nobody else."),
            word=_("Test phones"),
            url=reverse("admin:devices_installation_changelist"),
            done=Installation.objects.filter(is_test=True, tester=user).exists(),
        ),
        Step(
            title=_("Send the first test"),
            text=_("Write a message and see it on your phone."),
            word=_("Campaigns"),
            url=reverse("admin:campaigns_campaign_changelist"),
            done=TestSend.objects.exists(),
        ),
        Step(
            title=_("Launch the first campaign"),
            text=_("Choose who gets it and when, review it, and launch."),
            word=_("New campaign"),
            url=reverse("admin:campaigns_campaign_add"),
            done=False,
        ),
    ]
    return marked(found)


def marked(found: list[Step]) -> list[Step]:
    """The same steps; the first that is not done is the one to do now."""
    first = next(place for place, step in enumerate(found) if not step.done)
    return [
        Step(
            title=step.title,
            text=step.text,
            word=step.word,
            url=step.url,
            done=step.done,
            now=place == first,
        )
        for place, step in enumerate(found)
    ]

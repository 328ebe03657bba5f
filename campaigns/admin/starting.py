"""Where a new campaign may begin: a blank one, or a text to change."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from campaigns.admin import phones
from campaigns.admin.looks import Look
from campaigns.admin.phones import Phone
from campaigns.content.appearance import appear
from campaigns.content.render import Skip, compile_content
from campaigns.content.surfaces import SURFACES
from campaigns.content.texts import ContentError
from campaigns.models import Campaign
from campaigns.models.campaigns import Purpose
from devices.models import Application

WEEKLY = {"kind": "recurring", "every": {"frequency": "weekly", "interval": 1}}


@dataclass(frozen=True, slots=True)
class Point:
    """``fields`` are those of a new draft; texts are translated when it is made."""

    key: str
    name: str | Promise
    purpose: str | Promise
    icon: str
    fields: dict[str, object] = field(default_factory=dict)


POINTS = (
    Point(
        "blank",
        gettext_lazy("Blank"),
        gettext_lazy("An empty message. You choose everything."),
        "draft",
    ),
    Point(
        "offer",
        gettext_lazy("Offer"),
        gettext_lazy("News or an offer, sent once to those who subscribed."),
        "sell",
        {
            "title": gettext_lazy("Something new for you"),
            "body": gettext_lazy(
                'Hello {{ first_name | default: "there" }}, our new arrivals are here.'
            ),
        },
    ),
    Point(
        "reminder",
        gettext_lazy("Weekly reminder"),
        gettext_lazy("The same message every week, to whoever matches then."),
        "event_repeat",
        {
            "title": gettext_lazy("Your week at a glance"),
            "body": gettext_lazy("See what changed since last week."),
            "schedule": WEEKLY,
        },
    ),
    Point(
        "service",
        gettext_lazy("Service message"),
        gettext_lazy("Something people need to know, such as an interruption."),
        "construction",
        {
            "title": gettext_lazy("Planned maintenance"),
            "body": gettext_lazy("The app will be unavailable tonight for an hour."),
            "purpose": Purpose.TRANSACTIONAL,
        },
    ),
)


def examples() -> list[tuple[Point, Phone | None]]:
    """Every starting point with the phone that shows its message, if it has one."""
    return [(each, example(each)) for each in POINTS]


def example(point: Point) -> Phone | None:
    """The message of a starting point on a phone, as somebody unknown reads it."""
    if "title" not in point.fields:
        return None
    return phone_of(str(point.fields["title"]), str(point.fields["body"]))


def phone_of(title: str, body: str) -> Phone | None:
    """A message on a phone, as somebody unknown reads it.

    None if nobody would, or while the text has something to mend.
    """
    try:
        compiled = compile_content({"title": title, "body": body}, None)
    except ContentError:
        return None
    push = compiled.push(0, "", {}, ttl=0, collapse="", data={}, platform="ios")
    if isinstance(push, Skip):
        return None
    (phone,) = phones.draw([appear(push, SURFACES[0])], Look(), wanted=False)
    return phone


def shelf(applications: list[Application]) -> dict[str, Any]:
    """What the template of starting points draws; examples only when it asks."""
    return {
        "applications": applications,
        "points": examples,
        **reading(applications[0] if applications else None),
    }


def reading(application: Application | None) -> dict[str, Any]:
    """What a phone of an example needs beside its words."""
    return {
        "controls": {"look": Look()},
        "example": {"application": application},
        "reading": {"locale": get_language() or "en", "direction": "ltr"},
    }


def begin(
    point: str, application: Application, *, user: User, day: date | None = None
) -> Campaign:
    """A new draft of this user's, from the starting point of that key or a blank.

    ``day`` is the one that it is to start on, in the user's zone.
    """
    chosen = next((each for each in POINTS if each.key == point), POINTS[0])
    today = date_format(timezone.localdate(), "DATE_FORMAT")
    fields: dict[str, Any] = {
        name: str(value) if isinstance(value, Promise) else value
        for name, value in chosen.fields.items()
    }
    if day is not None:
        start = {"start": day.isoformat(), "zone": timezone.get_current_timezone_name()}
        fields["schedule"] = {"kind": "once"} | fields.get("schedule", {}) | start
    return Campaign.objects.create(
        application=application,
        name=_("Untitled – %(date)s") % {"date": today},
        owner=user,
        # Who writes begins in their own language, and so do the examples' texts.
        locale=get_language() or "en",
        **fields,
    )

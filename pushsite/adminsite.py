"""The branded admin site: its name and what its sidebar lists."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from unfold.sites import UnfoldAdminSite


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the sidebar: a registered model's list, under our own word."""

    model: str
    title: str | Promise
    icon: str


NAVIGATION: list[tuple[str | Promise, list[Entry]]] = [
    (_("Messages"), [Entry("campaigns.campaign", _("Campaigns"), "campaign")]),
    (
        _("Content"),
        [
            Entry("campaigns.mediaasset", _("Media library"), "photo_library"),
            Entry("campaigns.messagetemplate", _("Templates"), "bookmark"),
            Entry("campaigns.contentblock", _("Content blocks"), "dashboard_customize"),
            Entry("campaigns.promolist", _("Promo codes"), "confirmation_number"),
            Entry("campaigns.housestyle", _("House style"), "spellcheck"),
            Entry("campaigns.destination", _("Destinations"), "near_me"),
        ],
    ),
    (
        _("Audience"),
        [
            Entry("devices.person", _("People"), "group"),
            Entry("campaigns.segment", _("Segments"), "filter_alt"),
            Entry("devices.topic", _("Topics"), "sell"),
            Entry("devices.consentevent", _("Consent ledger"), "verified_user"),
            Entry("devices.dictionaryentry", _("Data available"), "data_object"),
            Entry("devices.import", _("Imports and exports"), "upload_file"),
        ],
    ),
    (_("Opt-in"), [Entry("campaigns.primer", _("Primers"), "front_hand")]),
    (
        _("Settings"),
        [
            Entry("devices.application", _("Applications and credentials"), "key"),
            Entry("campaigns.androidchannel", _("Names of the app"), "list_alt"),
            Entry("campaigns.attributeindex", _("Fast attributes"), "bolt"),
            Entry("devices.installation", _("Test phones"), "smartphone"),
            Entry("campaigns.writtenlanguage", _("Languages of messages"), "translate"),
            Entry("auth.user", _("Team"), "badge"),
            Entry("auth.group", _("Roles"), "shield_person"),
            Entry("devices.auditevent", _("Audit log"), "history"),
        ],
    ),
    (
        _("System"),
        [
            Entry("django_celery_beat.periodictask", _("Clockwork"), "schedule"),
            Entry("django_celery_beat.intervalschedule", _("Intervals"), "timelapse"),
            Entry(
                "django_celery_beat.crontabschedule", _("Crontabs"), "calendar_clock"
            ),
            Entry("push_notifications.gcmdevice", _("Tokens: FCM"), "android"),
            Entry("push_notifications.apnsdevice", _("Tokens: APNs"), "ios"),
            Entry("push_notifications.webpushdevice", _("Tokens: Web Push"), "public"),
            Entry("push_notifications.wnsdevice", _("Tokens: Windows"), "window"),
            Entry("axes.accessattempt", _("Failed sign-ins"), "lock"),
        ],
    ),
]


OF_THE_THEME = (
    gettext_noop("Type to search"),
    gettext_noop("Select all rows"),
    gettext_noop("Select record"),
    gettext_noop("Select value"),
)
"""Words of the admin theme that it has in English only: our catalogue says them."""


class PushsiteAdminSite(UnfoldAdminSite):
    """Unfold's admin site under our name."""

    index_title = _("Dashboard")
    enable_nav_sidebar = True


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar's groups, holding what this user may see."""
    home = {
        "title": _("Dashboard"),
        "icon": "dashboard",
        "link": reverse("admin:index"),
    }
    items = [home, *calendar(request), *simulated_phones()]
    groups = [{"title": _("Home"), "items": items}]
    for title, entries in NAVIGATION:
        items = [item for entry in entries for item in shown(entry, request)]
        groups.append({"title": title, "items": items})
    return groups


def calendar(request: HttpRequest) -> Iterator[dict[str, Any]]:
    """What was sent and what is to come, for whoever may see campaigns."""
    if request.user.has_perm("campaigns.view_campaign"):
        there = reverse("admin:campaigns_run_calendar")
        yield {"title": _("Calendar"), "icon": "calendar_month", "link": there}


def simulated_phones() -> Iterator[dict[str, Any]]:
    """What receives pushes here, while this site sends to the simulator."""
    if settings.SIMULATOR:
        title = _("Simulated phones")
        yield {"title": title, "icon": "phone_iphone", "link": reverse("phones")}
        title = _("Demonstration website")
        yield {"title": title, "icon": "language", "link": reverse("demo")}


def shown(entry: Entry, request: HttpRequest) -> Iterator[dict[str, Any]]:
    """The sidebar's item for an entry, when this user may open it."""
    registered = admin.site._registry.get(apps.get_model(entry.model))
    if registered is None or not registered.has_view_permission(request):
        return
    yield {
        "title": entry.title,
        "icon": entry.icon,
        "link": reverse(f"admin:{entry.model.replace('.', '_')}_changelist"),
    }

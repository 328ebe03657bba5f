"""How fast: at the launch, while a run is under way, and for all of a channel."""

from dataclasses import dataclass
from math import ceil

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.admin.asking import number_of
from campaigns.delivery import lifecycle, speeds
from campaigns.delivery.lifecycle import Speed
from campaigns.models import ChannelRate, Run
from devices.admin import pages
from devices.models import Application, Credential

USUAL = 6_000
"""Devices a minute that the form offers to whoever chooses a limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the form shows: the limit chosen before, and what it means for how many.

    ``ttl``: seconds after which the message is not worth sending any more.
    """

    per_minute: int | None
    devices: int
    ttl: int
    least: int = speeds.LEAST
    most: int = speeds.MOST

    @property
    def number(self) -> int:
        return self.per_minute or USUAL

    @property
    def lasts(self) -> str:
        return duration(self.devices, self.number)

    @property
    def too_long(self) -> bool:
        return self.devices / self.number * 60 > self.ttl


def duration(devices: int, per_minute: int) -> str:
    """How long so many devices take, in hours and minutes; the same in all tongues."""
    hours, minutes = divmod(max(1, ceil(devices / per_minute)), 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"


def chosen(asked: QueryDict) -> Speed | None:
    """What the form says; None when it says nothing of a speed.

    Raises Refused for what can be no limit.
    """
    if "speed" not in asked:
        return None
    if asked["speed"] != "limited":
        return Speed(None)
    digits = "".join(each for each in asked.get("per_minute", "") if each.isdecimal())
    speed = Speed(number_of(digits))
    lifecycle.require_sensible(speed.per_minute)
    return speed


@require_POST
def change(request: HttpRequest, run_id: int) -> HttpResponse:
    """Another speed for a run that is under way, within a second."""
    run = get_object_or_404(Run, pk=run_id)
    try:
        speed = chosen(request.POST) or Speed(speeds.of_run(run))
        user = pages.staff(request)
        lifecycle.change_speed(run, per_minute=speed.per_minute, user=user)
    except lifecycle.Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The speed is changed; it holds within a second."))
    return redirect("admin:campaigns_run_live", run.pk)


@require_http_methods(["GET", "POST"])
def channels(request: HttpRequest, application_id: int) -> HttpResponse:
    """The limit of each push service of an application, and how fast it goes now."""
    application = get_object_or_404(Application, pk=application_id)
    if request.method == "POST":
        return limit(request, application)
    limits = {
        (each.gateway, each.environment): each.per_minute
        for each in ChannelRate.objects.filter(application=application)
    }
    now = {(c.gateway, c.environment): c for c in speeds.channels(application.pk)}
    rows = []
    for key in application.credentials.order_by("gateway", "environment"):
        place = (key.gateway, key.environment)
        rows.append(
            {
                "credential": key,
                "per_second": (limits.get(place) or 0) // 60,
                "now": now.get(place),
                "suggested": speeds.SUGGESTED.get(key.gateway, 0) // 60,
            }
        )
    return pages.draw(
        request,
        "admin/campaigns/channels.html",
        title=_("Sending speed"),
        application=application,
        rows=rows,
        most=speeds.MOST // 60,
    )


def limit(request: HttpRequest, application: Application) -> HttpResponse:
    """An empty field is no limit."""
    key = get_object_or_404(
        Credential.objects.select_related("application"),
        pk=number_of(request.POST.get("credential", "")) or 0,
        application=application,
    )
    typed = request.POST.get("per_second", "").strip()
    wanted = number_of(typed)
    try:
        if typed and not wanted:
            lifecycle.require_sensible(0)
        per_minute = wanted * 60 if wanted else None
        user = pages.staff(request)
        lifecycle.limit_channel(key, per_minute=per_minute, user=user)
    except lifecycle.Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The speed is changed; it holds within a second."))
    return redirect("admin:campaigns_run_channels", application.pk)

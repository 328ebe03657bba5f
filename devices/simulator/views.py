"""The page of simulated phones: what the gateway received, never our database."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from devices.models import Application
from devices.models.installations import Platform
from devices.simulator import screens
from devices.simulator.client import Client, SimulatorAway

LONGEST_SEARCH = 60


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The whole page, inside the admin's frame."""
    request.current_app = admin.site.name
    frame = {**admin.site.each_context(request), "title": _("Simulated phones")}
    made = {"applications": Application.objects.all()[:50], "platforms": Platform}
    context = {**frame, **made, **_phones(request)}
    return TemplateResponse(request, "admin/devices/phones.html", context)


@require_GET
def newest(request: HttpRequest) -> HttpResponse:
    """The phones alone, for the page to ask for every two seconds."""
    context = _phones(request)
    return TemplateResponse(request, "admin/devices/phones_list.html", context)


@require_POST
def device(request: HttpRequest) -> HttpResponse:
    """What the system of a new simulated phone gives to its app, which registers it."""
    wanted = {name: request.POST.get(name, "")[:60] for name in ("platform", "name")}
    if not settings.SIMULATOR:
        raise Http404
    authority = settings.VAR / "simulator" / "ca.pem"
    try:
        made = Client(settings.SIMULATOR, authority).device(wanted)
    except SimulatorAway:
        return JsonResponse({"error": _("The simulator does not answer.")}, status=503)
    return JsonResponse(made, status=400 if "error" in made else 200)


def urls() -> list[URLPattern]:
    """For signed-in staff only."""
    return [
        path("", _for_staff(page), name="phones"),
        path("newest/", _for_staff(newest), name="phones_newest"),
        path("device/", _for_staff(device), name="phones_device"),
    ]


def _for_staff(view: Any) -> Any:
    # Resolved at each request: the site itself is made after this module is read.
    def on_site(request: HttpRequest) -> HttpResponse:
        return admin.site.admin_view(view)(request)

    return on_site


def _phones(request: HttpRequest) -> dict[str, Any]:
    """What the templates need: phones, or why there are none."""
    search = request.GET.get("search", "").strip()[:LONGEST_SEARCH]
    context: dict[str, Any] = {"search": search, "phones": [], "state": "real"}
    if not settings.SIMULATOR:
        return context
    authority = settings.VAR / "simulator" / "ca.pem"
    try:
        described = Client(settings.SIMULATOR, authority).phones(search)
    except SimulatorAway:
        return context | {"state": "away"}
    for phone in described["phones"]:
        _draw(phone)
    state = "shown" if described["phones"] else "searched" if search else "empty"
    return context | described | {"state": state}


def _draw(phone: dict[str, Any]) -> None:
    """Put on a phone what its screen is and displays."""
    kind = phone["messages"][0]["kind"]
    screen = screens.screen_of(kind, phone["browser"])
    phone["screen"] = screen
    phone["messages"] = [
        screens.displayed(message, screen)
        | {"at": datetime.fromisoformat(message["at"])}
        for message in phone["messages"]
    ]
    phone["is_rich"] = any(each["is_rich"] for each in phone["messages"])

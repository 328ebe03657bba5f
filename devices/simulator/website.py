"""A demonstration website: one page that subscribes, beside the simulator only.

There is no push service for a real browser in a simulation. So the page gives the
simulator's subscription to the script, and hands to its service worker what the
simulator decrypted. Everything else is what a real site has.
"""

import re
from secrets import token_hex
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from devices.models import Application
from devices.models.applications import GatewayKind
from devices.simulator import webpush_browsers
from devices.simulator.client import Client, SimulatorAway

KEY = re.compile(r"[A-Za-z0-9_-]{87}")
HASH = re.compile(r"[0-9a-f]{12}")
NAME = "phone-demo-browser"


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The website's one page."""
    _only_with_simulator()
    application = (
        Application.objects.filter(credentials__gateway=GatewayKind.WEBPUSH)
        .order_by("pk")
        .first()
    )
    return render(request, "demo/page.html", {"application": application})


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The website's own sw.js: the two lines of docs/web.md, and the relay's."""
    _only_with_simulator()
    return render(request, "demo/sw.js", content_type="text/javascript")


@csrf_exempt
@require_POST
def subscription(request: HttpRequest) -> HttpResponse:
    """A new subscription at the simulated push service; nothing is kept of it."""
    _only_with_simulator()
    key = request.POST.get("key", "")
    if not KEY.fullmatch(key):
        return JsonResponse({"error": "key: the VAPID public key"}, status=400)
    name = f"{NAME}-{token_hex(3)}"
    made = webpush_browsers.subscription(settings.VAR / "simulator", name, key=key)
    return JsonResponse(made._asdict())


@require_GET
def messages(request: HttpRequest) -> HttpResponse:
    """What the simulator's browser of this code shows, the newest first."""
    _only_with_simulator()
    code = request.GET.get("code", "")
    if not HASH.fullmatch(code):
        raise Http404
    try:
        authority = settings.VAR / "simulator" / "ca.pem"
        phones = Client(settings.SIMULATOR, authority).phones(code)["phones"]
    except SimulatorAway:
        phones = []
    shown: list[dict[str, Any]] = [each for one in phones for each in one["messages"]]
    return JsonResponse({"messages": shown})


def urls() -> list[URLPattern]:
    return [
        path("demo/", page, name="demo"),
        path("demo/subscription/", subscription, name="demo_subscription"),
        path("demo/messages/", messages, name="demo_messages"),
        path("sw.js", worker, name="demo_worker"),
    ]


def _only_with_simulator() -> None:
    if not settings.SIMULATOR:
        raise Http404

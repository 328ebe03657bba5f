"""The browser that looks at the admin, as a test device like any other."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from devices import registration
from devices.admin import pages
from devices.models import Application
from devices.models.applications import GatewayKind
from devices.refusals import Refused

MOST = 50


def context() -> dict[str, Any]:
    """The applications that browsers can subscribe to; whether it is all simulated."""
    keyed = Application.objects.filter(credentials__gateway=GatewayKind.WEBPUSH)
    return {
        "websites": list(keyed.distinct()[:MOST]),
        "simulated": bool(settings.SIMULATOR),
    }


@require_POST
def enrol(request: HttpRequest) -> JsonResponse:
    """The browser subscribed and registered as a website's does: now it is enrolled.

    Where it subscribed for this alone, campaigns leave it out.
    """
    application = get_object_or_404(
        Application, public_key=request.POST.get("application", "")[:64]
    )
    enrolling = registration.enrol_by_key
    if request.POST.get("only") == "tests":
        enrolling = registration.enrol_for_tests_only
    key = request.POST.get("key", "").strip()[:128]
    try:
        phone = enrolling(application, key, pages.staff(request), timezone.now())
    except Refused as refused:
        return JsonResponse({"refused": str(refused)}, status=422)
    sentence = _("%(phone)s is your test phone now.") % {"phone": phone}
    messages.success(request, sentence)
    return JsonResponse({"enrolled": sentence})

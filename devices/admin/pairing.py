"""Pairing: a code on the screen, a device on which it is typed, and the news of it."""

from collections.abc import Mapping
from typing import Any

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from devices import registration
from devices.admin import pages
from devices.models import Application, Pairing
from devices.refusals import Refused
from devices.registration import pairing

LIST = "admin:devices_installation_changelist"


@require_POST
def offer(request: HttpRequest) -> HttpResponse:
    """A new code, shown this once, with a picture of it for the phone's camera."""
    application = get_object_or_404(
        Application, slug=request.POST.get("application", "")[:40]
    )
    try:
        made = registration.offer(application, pages.staff(request), timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(LIST)
    answer = pages.draw(
        request,
        "admin/devices/pairing.html",
        title=_("Pair a phone"),
        pairing=made.pairing,
        code=pairing.shown(made.code),
        picture=drawn(link_of(application, made.code)),
        has_scheme=bool(application.link_schemes),
        minutes=pairing.LIFETIME.seconds // 60,
        back=back_to(request.POST),
        **state_of(made.pairing),
    )
    patch_cache_control(answer, no_store=True)
    return answer


@require_GET
def state(request: HttpRequest, pairing_id: int) -> HttpResponse:
    """Whether the device has come; the page asks while its user waits."""
    own = Pairing.objects.select_related("installation")
    found = get_object_or_404(own, pk=pairing_id, user=pages.staff(request))
    context = {"pairing": found, **state_of(found)}
    return render(request, "admin/devices/pairing_state.html", context)


def state_of(found: Pairing) -> dict[str, Any]:
    is_over = found.used_at is None and found.expires_at <= timezone.now()
    return {"is_over": is_over, "waiting": found.used_at is None and not is_over}


def link_of(application: Application, code: str) -> str:
    """What the picture says: a link that the app opens, else the code alone."""
    schemes = [each for each in application.link_schemes if len(each) <= 40]
    return f"{schemes[0]}://pushsite/pair?code={code}" if schemes else code


def drawn(text: str) -> SafeString:
    """A QR picture of it, as SVG."""
    code = segno.make_qr(text, error="m")
    svg = code.svg_inline(omitsize=True, svgclass="ps-qr", light="#fff")
    return mark_safe(svg)  # noqa: S308 (numbers and colours; the text is not in it)


def back_to(asked: Mapping[str, str]) -> str:
    """The page of ours that asked for a phone, where it said so."""
    wanted = asked.get("back", "")
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if ours and wanted.startswith("/") else ""

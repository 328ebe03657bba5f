"""Stop all sending, and allow it again: from the dashboard, with a reason."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.admin.compose import user_of
from campaigns.delivery import clock, lifecycle


@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    """Nothing more leaves, of any run, until somebody allows it."""
    reason = request.POST.get("reason", "").strip()[:500]
    if not reason:
        messages.error(request, _("Say in a few words why all sending has to stop."))
        return redirect("admin:index")
    try:
        lifecycle.stop_all(user=user_of(request), reason=reason, at=clock.now())
    except lifecycle.Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.warning(request, _("All sending is stopped."))
    return redirect("admin:index")


@require_POST
def allow(request: HttpRequest) -> HttpResponse:
    """Runs that were sending go on where they stood; nobody is sent to twice."""
    try:
        lifecycle.allow_all(user=user_of(request), at=clock.now())
    except lifecycle.Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Sending goes on."))
    return redirect("admin:index")

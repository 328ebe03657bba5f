"""The list behind a number: who they are, fifty at a time."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from campaigns.admin import results, status
from campaigns.audience import limits
from campaigns.models import Run
from campaigns.models.reasons import Reason
from campaigns.models.states import DeliveryState
from campaigns.reports import recipients
from devices.admin import pages

CHOSEN = ("waiting", "opened")


@require_GET
def page(request: HttpRequest, run_id: int) -> HttpResponse:
    """``what`` is a reason's number, an outcome's name, "waiting" or "opened"."""
    rows = Run.objects.select_related("campaign", "application", "revision")
    run = get_object_or_404(rows, pk=run_id)
    what = request.GET.get("what", "")
    heading, reasons = meaning(what)
    chosen = what if what in CHOSEN else ""
    try:
        found, more = recipients.page(
            run, reasons=reasons, chosen=chosen, after=after(request)
        )
    except limits.TooSlow:
        found, more = None, None
    context = {
        "run": run,
        "status": status.of_run(run),
        "what": what,
        "heading": heading,
        "found": found,
        "more": more,
        "first": not after(request),
    }
    return pages.draw(
        request, "admin/campaigns/run/people.html", title=heading, **context
    )


def meaning(what: str) -> tuple[str, list[int]]:
    """The list's heading and its reasons; 404 for what no number links to."""
    if what == "opened":
        return _("Opened it"), []
    for state, (label, _meaning) in results.GROUPS.items():
        if what == state.name.lower():
            mine = [r.value for r in Reason if r.state == state]
            return str(label), [] if state == DeliveryState.WAITING else mine
    if what.isascii() and what.isdigit() and int(what) in Reason:
        return str(Reason(int(what)).label), [int(what)]
    raise Http404


def after(request: HttpRequest) -> int:
    """Where this page begins: a position in the ledger, 0 for the first page."""
    text = request.GET.get("after", "")
    return min(int(text), 2**31 - 1) if text.isascii() and text.isdigit() else 0

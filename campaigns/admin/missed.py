"""A run that did not start in time: a person decides, send it now or leave it."""

from typing import Any, NamedTuple

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.admin import status
from campaigns.delivery import clock, lifecycle
from campaigns.models import Run
from campaigns.models.states import RunState
from campaigns.review import funnel
from devices.admin import pages

LIVE = "admin:campaigns_run_live"
SALT = "a missed run's count"
KEPT = 600
"""Seconds that a count may be confirmed for."""


def find(run_id: int) -> Run:
    rows = Run.objects.select_related("campaign", "application", "revision")
    return get_object_or_404(rows, pk=run_id)


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, run_id: int) -> HttpResponse:
    """Who would get it now; POST sends it, after a countdown.

    Where they cannot be counted nobody can confirm it, so it is not offered.
    """
    run = find(run_id)
    if run.state != RunState.MISSED:
        return redirect(LIVE, run.pk)
    if request.method == "POST":
        return send(request, run)
    return shown(request, run)


def shown(request: HttpRequest, run: Run, *, refused: str = "") -> HttpResponse:
    counted = funnel.count_again(run, at=clock.now())
    people = counted.reached_people if counted else 0
    may_send = request.user.has_perm("campaigns.launch_campaign")
    return pages.draw(
        request,
        "admin/campaigns/run/missed.html",
        title=run.campaign.name,
        tab="live",
        run=run,
        status=status.of_run(run),
        funnel=counted,
        people=people,
        typed=people >= lifecycle.TYPED_FROM,
        sealed=seal(run, counted) if counted else "",
        refused=refused,
        may_send=may_send and counted is not None,
        uncounted=may_send and counted is None,
    )


def send(request: HttpRequest, run: Run) -> HttpResponse:
    seen = unsealed(request.POST.get("counted", ""), run)
    if seen is None:
        old = _("The count is older than ten minutes: look again, then send.")
        return shown(request, run, refused=old)
    facts: dict[str, Any] = {
        "user": pages.staff(request),
        "counted_people": seen.people,
        "about": seen.about,
        "confirmed_people": typed_number(request.POST.get("typed", "")),
        "at": clock.now(),
    }
    try:
        late = lifecycle.send_missed(run, **facts)
    except lifecycle.Refused as refused:
        return shown(request, run, refused=str(refused))
    messages.success(request, _("It starts after the countdown."))
    return redirect(LIVE, late.pk)


class Seen(NamedTuple):
    """The people that the page showed; ``about``: counted from a sample."""

    people: int
    about: bool


def seal(run: Run, counted: funnel.Funnel) -> str:
    """The count that the page shows, bound to the run."""
    seen = [run.pk, counted.reached_people, not counted.exact]
    return signing.dumps(seen, salt=SALT)


def unsealed(token: str, run: Run) -> Seen | None:
    """What the page showed, or None when too old, foreign or made up."""
    try:
        pk, people, about = signing.loads(token, salt=SALT, max_age=KEPT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Seen(people, about) if pk == run.pk else None


def typed_number(text: str) -> int | None:
    """The number as people type it: with or without separators of thousands."""
    digits = "".join(each for each in text if each.isdecimal())
    return int(digits) if digits and len(digits) < 12 else None


@require_POST
def leave(request: HttpRequest, run_id: int) -> HttpResponse:
    """Decide not to send it: nobody is asked about it again."""
    run = find(run_id)
    try:
        lifecycle.leave_missed(run, user=pages.staff(request), at=clock.now())
    except lifecycle.Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("It stays unsent, and nobody is asked again."))
    return redirect(LIVE, run.pk)

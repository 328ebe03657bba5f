"""A run while it travels: its live page and the buttons on it."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import URLPattern
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from unfold.admin import ModelAdmin

from campaigns.admin import (
    calendar,
    correcting,
    history,
    missed,
    progress,
    recipients,
    results,
    speed,
    status,
)
from campaigns.delivery import (
    clock,
    dead_tokens,
    diagnosis,
    lifecycle,
    slowness,
    speeds,
)
from campaigns.delivery.lifecycle import rights
from campaigns.models import Run
from campaigns.models.states import OPEN_RUNS, RunState
from campaigns.reports import corrections
from campaigns.reports import run as reports
from devices.admin import pages

VIEW = ("campaigns.view_run",)
EDIT = "campaigns.change_campaign"
MOVING = frozenset({RunState.COUNTDOWN, RunState.PREPARING, RunState.SENDING})
TEMPLATES = "admin/campaigns/run/"
FRAGMENTS = ("progress", "blockers", "gateways", "troubles", "log")


def find(run_id: int) -> Run:
    """The run with all that its pages name, or 404."""
    rows = Run.objects.select_related(
        "campaign", "application", "revision", "launched_by", "changed_by"
    )
    return get_object_or_404(rows, pk=run_id)


def picture(request: HttpRequest, run: Run) -> dict[str, Any]:
    """Everything the live page shows of a run, read from tallies alone."""
    numbers, at = reports.numbers(run), clock.now()
    per_minute = speeds.of_run(run) if run.state in OPEN_RUNS else None
    return {
        "run": run,
        "slowness": slowness.sentence(run, per_minute=per_minute, at=at),
        "choice": speed_of(run, numbers, per_minute),
        "status": status.of_run(run),
        "progress": progress.of(run, numbers),
        "blockers": diagnosis.diagnose(run, at=at),
        "troubles": results.troubles(run),
        "events": history.of_run(run),
        "corrections": corrections.of_run(run),
        "moving": run.state in MOVING,
        "can": permissions(request, run),
    }


def speed_of(
    run: Run, numbers: reports.Numbers, per_minute: int | None
) -> speed.Choice | None:
    """What may still be chosen, for the devices that are left."""
    if run.state not in OPEN_RUNS:
        return None
    left = numbers.waiting or run.people
    return speed.Choice(per_minute=per_minute, devices=left, ttl=run.ttl)


def permissions(request: HttpRequest, run: Run) -> dict[str, bool]:
    """Which buttons to offer; the functions behind them decide again."""
    user = pages.staff(request)
    return {
        "cancel": holds(rights.require_cancel, user, run),
        "stop": holds(rights.require, user, "stop_run"),
        "resume": holds(rights.require_resume, user, run),
        "speed": holds(rights.require_slow_down, user, run),
        "correct": user.has_perm(EDIT),
        "people": user.has_perm("devices.view_person"),
        "devices": user.has_perm("devices.change_installation"),
    }


def holds(require: Callable[..., None], *facts: object) -> bool:
    """Whether a right that is required in this way is there."""
    try:
        require(*facts)
    except lifecycle.NotAllowed:
        return False
    return True


@require_GET
def live(request: HttpRequest, run_id: int) -> HttpResponse:
    run = find(run_id)
    context = picture(request, run)
    return pages.draw(
        request, TEMPLATES + "live.html", title=run.campaign.name, tab="live", **context
    )


@require_GET
@never_cache
def numbers(request: HttpRequest, run_id: int) -> JsonResponse:
    """What the live page asks for every two seconds.

    ``still=1`` says that the page has seen nothing move for 90 seconds.
    """
    run = find(run_id)
    context = picture(request, run)
    if "still" in request.GET and context["moving"] and not context["blockers"]:
        context["blockers"] = [diagnosis.no_cause_found()]
    shown = {
        name: render_to_string(f"{TEMPLATES}{name}.html", context, request)
        for name in (*FRAGMENTS, "controls", "state")
    }
    return JsonResponse(
        {
            "state": run.state,
            "moving": context["moving"],
            "done": context["progress"].done,
            "percent": context["progress"].percent,
            "seconds": seconds_left(run),
            "html": shown,
        }
    )


def seconds_left(run: Run) -> int | None:
    """Whole seconds of the countdown, never below 0; None in any other state."""
    if run.state != RunState.COUNTDOWN or run.countdown_until is None:
        return None
    left = run.countdown_until - clock.now()
    return max(0, round(left.total_seconds()))


def act(move: Callable[..., object], done: str) -> Callable[..., HttpResponse]:
    """A POST that makes one move and says in words what came of it."""

    @require_POST
    def view(request: HttpRequest, run_id: int) -> HttpResponse:
        run = find(run_id)
        facts: dict[str, Any] = {"user": pages.staff(request), "at": clock.now()}
        if move in (lifecycle.pause, lifecycle.stop):
            facts["reason"] = request.POST.get("reason", "").strip()[:500]
        try:
            move(run, **facts)
        except lifecycle.Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _(done))
        return redirect("admin:campaigns_run_live", run.pk)

    return view


MOVES = {
    "pause": act(
        lifecycle.pause,
        gettext_noop("Paused. Nothing more leaves until somebody resumes."),
    ),
    "resume": act(lifecycle.resume, gettext_noop("Resumed. Nobody gets it twice.")),
    "stop": act(lifecycle.stop, gettext_noop("Stopped. Nobody else gets it.")),
    "cancel": act(lifecycle.cancel, gettext_noop("Cancelled. Nobody got it.")),
    "extend": act(
        lifecycle.extend_countdown, gettext_noop("You have 60 seconds more.")
    ),
    "leave": missed.leave,
    "switch_off": act(
        dead_tokens.apply, gettext_noop("These devices are switched off.")
    ),
    "leave_on": act(
        dead_tokens.dismiss,
        gettext_noop("They stay as they are, and nobody is asked again."),
    ),
    "switch_on": act(
        dead_tokens.undo,
        gettext_noop("The devices that this run switched off are on again."),
    ),
}


@admin.register(Run)
class RunAdmin(ModelAdmin):
    """Runs have pages of their own: nothing about a run is edited."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        one = "<int:run_id>/"
        rows: pages.Rows = [
            ("calendar/", calendar.page, "calendar", ("campaigns.view_campaign",)),
            (one + "live/", live, "live", VIEW),
            (one + "numbers.json", numbers, "numbers", VIEW),
            (one + "results/", results.page, "results", VIEW),
            (one + "speed/", speed.change, "speed", VIEW),
            (
                "speed/<int:application_id>/",
                speed.channels,
                "channels",
                ("devices.change_application", "devices.change_credential"),
            ),
            (one + "missed/", missed.page, "missed", VIEW),
            (one + "correct/", correcting.page, "correct", (*VIEW, EDIT)),
            (
                one + "people/",
                recipients.page,
                "people",
                (*VIEW, "devices.view_person"),
            ),
        ]
        rows += [(f"{one}{name}/", view, name, VIEW) for name, view in MOVES.items()]
        return pages.addresses("campaigns_run", rows)

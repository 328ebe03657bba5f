"""Primers: their list, the builder, the funnel."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from unfold.admin import ModelAdmin

from campaigns.admin import primer_form, primer_funnel, primer_pages
from campaigns.admin.primer_pages import FOLDER, STATUS
from campaigns.delivery import clock
from campaigns.models import Primer
from campaigns.models.states import PrimerState
from campaigns.primers import drafts, funnel
from campaigns.primers.examples import EXAMPLES
from campaigns.primers.refusals import Changed, Refused
from devices.admin import pages
from devices.models import Application

LIST = "admin:campaigns_primer_changelist"
CHANGE = "admin:campaigns_primer_change"
SHOWN = 100


def find(primer_id: int) -> Primer:
    """The primer with what its pages name, or 404."""
    rows = Primer.objects.select_related("application", "segment", "asset")
    return get_object_or_404(rows, pk=primer_id)


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """The list, the newest change first; ``archived`` shows what was put away."""
    away = request.GET.get("archived") == "1"
    rows = Primer.objects.select_related("application")
    archived = rows.filter(state=PrimerState.ARCHIVED)
    found = list(archived if away else rows.exclude(state=PrimerState.ARCHIVED))[:SHOWN]
    counts = funnel.totals(found)
    return pages.draw(
        request,
        f"{FOLDER}/list.html",
        title=_("Primers"),
        rows=[(each, STATUS[each.state], counts.get(each.pk)) for each in found],
        away=away,
        has_archived=archived.exists(),
        examples=EXAMPLES.values(),
        may_add=request.user.has_perm("campaigns.add_primer"),
    )


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Choose what to begin with; the draft is made when it is asked for."""
    example = EXAMPLES.get(
        request.POST.get("example") or request.GET.get("example", "")
    )
    applications = list(Application.objects.all()[:50])
    if request.method == "POST" and applications:
        wanted = request.POST.get("application", "")
        chosen = next((a for a in applications if str(a.pk) == wanted), applications[0])
        name = request.POST.get("name", "").strip()
        made = drafts.create(
            chosen,
            name=name or str(example.name if example else _("New primer")),
            user=pages.staff(request),
            at=clock.now(),
            example=example,
            language=get_language() or "en",
        )
        return redirect(CHANGE, made.pk)
    return pages.draw(
        request,
        f"{FOLDER}/new.html",
        title=_("New primer"),
        applications=applications,
        examples=EXAMPLES.values(),
        chosen=example,
    )


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, primer_id: int) -> HttpResponse:
    primer, at = find(primer_id), clock.now()
    if request.method == "POST":
        return saved(request, primer)
    tested = None
    may_test = request.user.has_perm("devices.view_installation")
    if "device" in request.GET and may_test:
        sessions = request.GET.get("sessions", "")
        device = request.GET["device"]
        tested = primer_pages.tested(primer, device, sessions, at=at)
    return primer_pages.build(request, primer, at=at, tested=tested)


def saved(request: HttpRequest, primer: Primer) -> HttpResponse:
    """Save what was posted, then do what its button says."""
    at, user = clock.now(), pages.staff(request)
    changes = primer_form.changes(request.POST, primer)
    version = request.POST.get("version", "")
    known = int(version) if version.isascii() and version.isdecimal() else 0
    try:
        kept = drafts.save(primer, changes, user=user, version=known, at=at)
        if request.POST.get("do") == "live":
            drafts.go_live(primer, user=user, version=kept, at=at)
            messages.success(request, _("Live: devices that ask get it from now on."))
        elif request.POST.get("do") == "save":
            messages.success(request, _("Saved."))
    except Changed as refused:
        typed = with_changes(primer, changes)
        typed.version = known
        return primer_pages.build(request, typed, at=at, error=str(refused), status=409)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(CHANGE, primer.pk)


def with_changes(primer: Primer, changes: dict[str, Any]) -> Primer:
    """The primer in memory as somebody typed it; nothing is written."""
    for name, value in changes.items():
        setattr(primer, name, value)
    return primer


@require_POST
def preview(request: HttpRequest, primer_id: int) -> JsonResponse:
    """Preview and checks of what is typed, as HTML; nothing is saved."""
    primer = find(primer_id)
    typed = with_changes(primer, primer_form.changes(request.POST, primer))
    return JsonResponse(primer_pages.fragments(request, typed, at=clock.now()))


@require_GET
def test(request: HttpRequest, primer_id: int) -> HttpResponse:
    """The panel of one device, for the page that shows it already."""
    device, sessions = request.GET.get("device", ""), request.GET.get("sessions", "")
    found = primer_pages.tested(find(primer_id), device, sessions, at=clock.now())
    return render(request, f"{FOLDER}/tested.html", {"tested": found})


@require_GET
def colours(request: HttpRequest, primer_id: int) -> HttpResponse:
    """The colours as a style sheet: a page of ours has no style of its own."""
    primer = find(primer_id)
    lines = "".join(
        f"--primer-{name.replace('_', '-')}:{getattr(primer, name)};"
        for name in primer_form.COLOURS
    )
    response = HttpResponse(f".ps-primer-frames{{{lines}}}", content_type="text/css")
    response["Cache-Control"] = "no-store"
    return response


@require_GET
def answers(request: HttpRequest, primer_id: int) -> HttpResponse:
    return primer_funnel.page(request, find(primer_id), at=clock.now())


def act(
    move: Callable[[HttpRequest, Primer], str],
) -> Callable[[HttpRequest, int], HttpResponse]:
    """A POST on one primer; ``move`` returns the sentence to say."""

    @require_POST
    def view(request: HttpRequest, primer_id: int) -> HttpResponse:
        primer = find(primer_id)
        try:
            messages.success(request, move(request, primer))
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect(CHANGE, primer.pk)

    return view


def pause(request: HttpRequest, primer: Primer) -> str:
    drafts.pause(primer, user=pages.staff(request), at=clock.now())
    return _("Paused: nobody is shown it now. You can change it, then go live again.")


def archive(request: HttpRequest, primer: Primer) -> str:
    drafts.archive(primer, user=pages.staff(request), at=clock.now())
    return _("Archived: it is out of the list, and its numbers stay.")


@admin.register(Primer)
class PrimerAdmin(ModelAdmin):
    """The list, the builder and the funnel stand where the admin's pages would."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        view = ("campaigns.view_primer",)
        change_it = (*view, "campaigns.change_primer")
        see_devices = (*view, "devices.view_installation")
        rows: pages.Rows = [
            ("", overview, "changelist", view),
            ("add/", add, "add", (*view, "campaigns.add_primer")),
            ("<int:primer_id>/change/", change, "change", view),
            ("<int:primer_id>/preview/", preview, "preview", view),
            ("<int:primer_id>/colours.css", colours, "colours", view),
            ("<int:primer_id>/device/", test, "device", see_devices),
            ("<int:primer_id>/answers/", answers, "answers", view),
            ("<int:primer_id>/pause/", act(pause), "pause", change_it),
            ("<int:primer_id>/archive/", act(archive), "archive", change_it),
        ]
        return pages.addresses("campaigns_primer", rows)

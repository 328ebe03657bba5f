"""Imports: upload a file, name its columns, look at the difference, run, undo."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)
from unfold.admin import ModelAdmin

from campaigns.admin import exports, import_words, streamed
from campaigns.admin.posted import chosen
from campaigns.delivery import bell, clock
from devices import imports
from devices.admin import pages
from devices.imports import asking, judging, targets, vendors
from devices.models import Application, AuditEvent, Import, ImportLine, Topic
from devices.models.imports import WORKED_ON, ImportState
from devices.refusals import Refused

LIST, CHANGE = "admin:devices_import_changelist", "admin:devices_import_change"
SEE, ADD = "devices.view_import", "devices.add_import"
SHOWN = 50
PIECE = 1 << 20


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    rows = Import.objects.select_related("application", "created_by")
    return pages.draw(
        request,
        "admin/devices/imports.html",
        title=_("Imports and exports"),
        rows=[(each, import_words.summary(each)) for each in rows[:SHOWN]],
        may_add=request.user.has_perm(ADD),
        applications=Application.objects.all()[:50],
        may_export=request.user.has_perms(exports.MAY),
    )


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Keep the file that was uploaded; a file that cannot be read changes nothing."""
    error = ""
    if request.method == "POST":
        try:
            return redirect(CHANGE, _stored(request).pk)
        except Refused as refused:
            error = str(refused)
    return pages.draw(
        request,
        "admin/devices/import_new.html",
        title=_("New import"),
        applications=Application.objects.all(),
        error=error,
    )


def _stored(request: HttpRequest) -> Import:
    file = request.FILES.get("file")
    application = chosen(Application.objects.all(), request.POST.get("application"))
    if application is None:
        raise Refused("/application", "missing", _("Choose an application first."))
    if file is None:
        raise Refused("/file", "missing", _("Choose a file first."))
    return imports.store(
        application,
        file.name or "",
        file.chunks(PIECE),
        user=pages.staff(request),
        at=clock.now(),
    )


@require_GET
def page(request: HttpRequest, import_id: int) -> HttpResponse:
    """Where the import stands, and what can be done next."""
    return _shown(request, _found(import_id))


def _found(import_id: int) -> Import:
    rows = Import.objects.select_related("application", "created_by")
    return get_object_or_404(rows, pk=import_id)


def _shown(request: HttpRequest, upload: Import, **more: Any) -> HttpResponse:
    at = clock.now()
    context = {
        "upload": upload,
        "is_working": upload.state in WORKED_ON,
        "progress": import_words.progress(upload),
        "told": import_words.told(upload.tally),
        "undone": import_words.undone(upload.tally),
        "refused": _refused(upload)[:20],
        "may_undo": bool(upload.undo_until and upload.undo_until > at)
        and upload.state == ImportState.FINISHED,
        "may_add": request.user.has_perm(ADD),
        **more,
    }
    if request.GET.get("part") == "state":
        return render(request, "admin/devices/import_state.html", context)
    if upload.state in asking.TO_CHECK:
        context |= _form(upload)
        if request.user.has_perms(("devices.view_person", "devices.view_pii")):
            context["examples"] = judging.examples(upload, at=at)
    return pages.draw(
        request, "admin/devices/import.html", title=upload.name, **context
    )


def _form(upload: Import) -> dict[str, Any]:
    """What the form of the columns needs."""
    topics = Topic.objects.filter(application=upload.application, archived_at=None)
    cells = zip(*upload.examples, strict=False)
    meant = map(import_words.meant, upload.mapping)
    return {
        "columns": list(zip(upload.columns, meant, cells, strict=False)),
        "targets": targets.NAMES.items(),
        "types": targets.TYPES.items(),
        "topics": topics,
        "shape": vendors.LABELS.get(upload.shape, upload.shape),
        "encodings": asking.ENCODINGS,
        "options": upload.options,
        "platforms": import_words.platforms(),
    }


@require_POST
def check(request: HttpRequest, import_id: int) -> HttpResponse:
    """Take the names of the columns and begin the dry run."""
    upload, post = _found(import_id), request.POST
    mapping = [import_words.posted_target(post, place) for place in _places(upload)]
    options = {name: post.get(name, "") for name in import_words.OPTIONS}
    try:
        imports.check(upload, mapping, options, at=clock.now())
    except Refused as refused:
        upload.mapping, upload.options = mapping, options
        return _shown(request, upload, error=str(refused))
    return _ringing(upload)


def _places(upload: Import) -> range:
    return range(len(upload.columns))


@require_POST
def run(request: HttpRequest, import_id: int) -> HttpResponse:
    upload = _found(import_id)
    try:
        imports.run(upload, user=pages.staff(request), at=clock.now())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(CHANGE, upload.pk)
    return _ringing(upload)


@require_POST
def undo(request: HttpRequest, import_id: int) -> HttpResponse:
    upload = _found(import_id)
    try:
        imports.undo(upload, user=pages.staff(request), at=clock.now())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(CHANGE, upload.pk)
    return _ringing(upload)


def _ringing(upload: Import) -> HttpResponse:
    bell.ring(bell.IMPORT, upload.pk)
    return redirect(CHANGE, upload.pk)


def _refused(upload: Import) -> Any:
    """Rows of which something was left out, in the order of the file."""
    rows = ImportLine.objects.filter(upload=upload).defer("attributes", "device")
    return rows.exclude(why="", device_why="").order_by("number")


@require_GET
def report(request: HttpRequest, import_id: int) -> HttpResponseBase:
    """Line and reason of everything that was left out, as a file."""
    upload = _found(import_id)
    AuditEvent.objects.note(pages.staff(request), "import report taken", upload)
    rows = _refused(upload).values_list("line", "why", "device_why").iterator()
    heading = [_("Line"), _("Why the row was left out"), _("Why its device was")]
    lines = (
        (str(line), import_words.shown(why), import_words.shown(device))
        for line, why, device in rows
    )
    return streamed.table("import-report.csv", heading, lines)


@admin.register(Import)
class ImportAdmin(ModelAdmin):
    """Every page is our own; only their addresses are the admin's."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        see, make = (SEE,), (SEE, ADD)
        one = "<int:import_id>/"
        rows: pages.Rows = [
            ("", overview, "changelist", see),
            ("add/", add, "add", make),
            (one + "change/", page, "change", see),
            (one + "look/", check, "look", make),
            (one + "run/", run, "run", make),
            (one + "undo/", undo, "undo", make),
            (one + "report/", report, "report", see),
        ]
        files: pages.Rows = [
            ("people/<int:application_id>/", exports.people, "people", exports.MAY),
            ("devices/<int:application_id>/", exports.devices, "devices", exports.MAY),
            ("segments/<int:segment_id>/", exports.members, "members", exports.MAY),
            ("runs/<int:run_id>/", exports.recipients, "recipients", exports.MAY),
        ]
        return [
            *pages.addresses("devices_import", rows),
            *pages.addresses("devices_export", files),
        ]

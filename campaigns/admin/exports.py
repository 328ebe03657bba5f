"""Lists as files: who takes one is written down before its first row leaves."""

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from campaigns.admin import streamed
from campaigns.audience.rules import RuleError
from campaigns.audience.select import NoAudience
from campaigns.delivery import clock
from campaigns.models import Run, Segment
from campaigns.reports import export
from devices.admin import pages
from devices.models import Application, AuditEvent

MAY = ("devices.export_person",)


@require_POST
def people(request: HttpRequest, application_id: int) -> HttpResponseBase:
    application = get_object_or_404(Application, pk=application_id)
    note(request, "took all people", application)
    rows = export.people(application)
    return streamed.table("people.csv", export.people_heading(), rows)


@require_POST
def devices(request: HttpRequest, application_id: int) -> HttpResponseBase:
    application = get_object_or_404(Application, pk=application_id)
    note(request, "took all devices", application)
    rows = export.devices(application)
    return streamed.table("devices.csv", export.devices_heading(), rows)


@require_POST
def members(request: HttpRequest, segment_id: int) -> HttpResponseBase:
    segment = get_object_or_404(Segment, pk=segment_id)
    try:
        rows = export.members(segment, at=clock.now())
    except (RuleError, NoAudience) as wrong:
        messages.error(request, str(wrong))
        return redirect("admin:campaigns_segment_change", segment.pk)
    note(request, "took the people of a segment", segment)
    return streamed.table("segment.csv", export.people_heading(), rows)


@require_POST
def recipients(request: HttpRequest, run_id: int) -> HttpResponseBase:
    run = get_object_or_404(Run, pk=run_id)
    note(request, "took the recipients of a run", run)
    rows = export.recipients(run)
    return streamed.table("recipients.csv", export.recipients_heading(), rows)


def note(request: HttpRequest, action: str, subject: object) -> None:
    AuditEvent.objects.note(pages.staff(request), action, subject)

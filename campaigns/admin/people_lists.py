"""Lists of people: uploading one, its report, and who never gets a message."""

import csv
from collections.abc import Iterator
from io import StringIO

from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from campaigns.admin import posted
from campaigns.admin.sampled import cell
from campaigns.audience import lists
from campaigns.audience.segments import Refused
from campaigns.delivery import bell, clock
from campaigns.models import PersonList
from campaigns.models.lists import ListKind
from devices.admin import pages
from devices.models import Application, AuditEvent

LISTS = "admin:campaigns_list_overview"
SHOWN = 100
VIEW, ADD, CHANGE = (
    f"campaigns.{right}_segment" for right in ("view", "add", "change")
)


@require_http_methods(["GET", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """The lists by name, and the form that uploads one."""
    error = ""
    if request.method == "POST":
        try:
            messages.success(request, uploaded(request))
            return redirect(LISTS)
        except Refused as refused:
            error = str(refused)
    rows = PersonList.objects.filter(archived_at=None).select_related("application")
    return pages.draw(
        request,
        "admin/campaigns/segment/lists.html",
        title=_("Lists of people"),
        rows=[(each, told(each)) for each in rows[:SHOWN]],
        applications=list(Application.objects.all()[:50]),
        error=error,
        said=request.POST,
        may_add=request.user.has_perm(ADD),
        may_change=request.user.has_perm(CHANGE),
        may_see_people=request.user.has_perm("devices.view_person"),
    )


def uploaded(request: HttpRequest) -> str:
    """Keep the lines of the file that was posted; the sentence that says so."""
    file = request.FILES.get("file")
    wanted = request.POST.get("application")
    application = posted.chosen(Application.objects.all(), wanted)
    if application is None:
        raise Refused(_("Choose an application first."))
    if file is None:
        raise Refused(_("Choose a file with an external id in each line."))
    made = lists.upload(
        file,
        name=request.POST.get("name", "") or str(file.name),
        application=application,
        user=pages.staff(request),
        at=clock.now(),
    )
    bell.ring(bell.FILL_LIST, made.pk)
    return _("“%(name)s” is uploaded. Its people are being looked up.") % {
        "name": made.name
    }


def told(each: PersonList) -> str:
    """What became of its lines, in a sentence."""
    if each.ready_at is None:
        return _("Its people are being looked up: reload this page in a moment.")
    if each.kind == ListKind.SNAPSHOT:
        return _("Those who matched then, whatever became of them.")
    missing = each.lines - each.repeated - each.people
    return ngettext(
        "%(lines)s line; %(repeated)s repeated, %(missing)s of nobody known.",
        "%(lines)s lines; %(repeated)s repeated, %(missing)s of nobody known.",
        each.lines,
    ) % {
        "lines": intcomma(each.lines),
        "repeated": intcomma(each.repeated),
        "missing": intcomma(missing),
    }


@require_GET
def report(request: HttpRequest, list_id: int) -> StreamingHttpResponse:
    """The lines of an upload that found nobody, as CSV."""
    found = get_object_or_404(PersonList, pk=list_id, archived_at=None)
    AuditEvent.objects.note(pages.staff(request), "list.report", found)
    answer = StreamingHttpResponse(
        _lines(found), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="list-{found.pk}.csv"'
    return answer


def _lines(found: PersonList) -> Iterator[str]:
    yield _row(_("line"), _("external id"), _("why"))
    for number, external_id in lists.not_found(found):
        is_long = len(external_id) > lists.LONGEST
        why = _("longer than 128 characters") if is_long else _("nobody has this id")
        yield _row(str(number), external_id, why)


def _row(*cells: str) -> str:
    text = StringIO()
    csv.writer(text).writerow([cell(each) for each in cells])
    return text.getvalue()


@require_POST
def exclude(request: HttpRequest, list_id: int) -> HttpResponse:
    """Have its people get no message at all, or messages again."""
    found = get_object_or_404(PersonList, pk=list_id, archived_at=None)
    is_excluded = request.POST.get("excluded") == "yes"
    try:
        lists.exclude(found, is_excluded=is_excluded, user=pages.staff(request))
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(LISTS)
    sentence = (
        _("The people of “%(name)s” get no message any more.")
        if is_excluded
        else _("The people of “%(name)s” get messages again.")
    )
    messages.success(request, sentence % {"name": found.name})
    return redirect(LISTS)


@require_POST
def delete(request: HttpRequest, list_id: int) -> HttpResponse:
    found = get_object_or_404(PersonList, pk=list_id, archived_at=None)
    try:
        lists.delete(found, user=pages.staff(request), at=clock.now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("“%(name)s” is deleted.") % {"name": found.name})
    return redirect(LISTS)


ROWS: pages.Rows = [
    ("lists/", overview, "overview", (VIEW,)),
    (
        "lists/<int:list_id>/report/",
        report,
        "report",
        (VIEW, "devices.view_person"),
    ),
    ("lists/<int:list_id>/exclude/", exclude, "exclude", (VIEW, CHANGE)),
    ("lists/<int:list_id>/delete/", delete, "delete", (VIEW, CHANGE)),
]

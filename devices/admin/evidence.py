"""The consent ledger: read by whoever answers for it, exported as evidence."""

import csv
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from unfold.admin import ModelAdmin

from devices.admin import pages
from devices.consent import evidence
from devices.models import Application, AuditEvent, ConsentEvent

SHOWN = 50
MONTH = timedelta(days=30)


class Echo:
    """A file that hands each written line on."""

    def write(self, text: str) -> str:
        return text


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The newest lines between two days; older ones by making the range smaller."""
    since, until = days(request)
    application = application_of(request)
    found = evidence.lines(
        application_id=application.pk if application else None, **moments(since, until)
    )
    lines = list(found.order_by("-at", "-id")[: SHOWN + 1])
    return pages.draw(
        request,
        "admin/devices/consent.html",
        title=_("Consent ledger"),
        lines=lines[:SHOWN],
        is_more=len(lines) > SHOWN,
        since=since,
        until=until,
        application=application,
        applications=Application.objects.all()[:50],
        may_export=request.user.has_perm("devices.export_consentevent"),
    )


@require_GET
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The same range as a CSV file, line by line; the audit log says who took it."""
    since, until = days(request)
    application = application_of(request)
    found = evidence.lines(
        application_id=application.pk if application else None, **moments(since, until)
    )
    note(pages.staff(request), application, since, until)
    answer = StreamingHttpResponse(
        written(evidence.rows(found)), content_type="text/csv; charset=utf-8"
    )
    name = f"consent-{since}-{until}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


def written(rows: Iterator[list[str]]) -> Iterator[str]:
    """As CSV, beginning with the mark by which spreadsheets know UTF-8."""
    yield "\ufeff"
    writer = csv.writer(Echo())
    for row in rows:
        yield writer.writerow(row)


def note(user: User, application: Application | None, since: date, until: date) -> None:
    AuditEvent.objects.create(
        user=user,
        action="consent.exported",
        subject=ConsentEvent._meta.label_lower,
        subject_id=0,
        facts={
            "application": application.slug if application else "",
            "from": f"{since}",
            "to": f"{until}",
        },
    )


def days(request: HttpRequest) -> tuple[date, date]:
    """The first and the last day that are asked for; the last thirty without."""
    today = timezone.localdate()
    until = day(request.GET.get("until", "")) or today
    since = day(request.GET.get("since", "")) or until - MONTH
    return min(since, until), max(since, until)


def day(text: str) -> date | None:
    """The day that an address names, None for what is none."""
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return found if found and 2000 <= found.year <= 2099 else None


def moments(since: date, until: date) -> dict[str, datetime]:
    """From the beginning of the first day to the end of the last, as clocks show."""
    end = until + timedelta(days=1)
    return {
        "since": timezone.make_aware(datetime.combine(since, time.min)),
        "until": timezone.make_aware(datetime.combine(end, time.min)),
    }


def application_of(request: HttpRequest) -> Application | None:
    """The application that the address names by its slug, None for all."""
    slug = request.GET.get("app", "")
    return get_object_or_404(Application, slug=slug) if slug else None


@admin.register(ConsentEvent)
class ConsentEventAdmin(ModelAdmin):
    """Appended by what people do; nobody edits or deletes a line."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        see = ("devices.view_consentevent",)
        take = (*see, "devices.export_consentevent")
        rows: pages.Rows = [
            ("", page, "changelist", see),
            ("export/", export, "export", take),
        ]
        return pages.addresses("devices_consentevent", rows)

"""Fast attributes: which have an index, how far one is built, and the button for it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin

from campaigns.admin import people
from campaigns.audience import fast, known
from campaigns.delivery import bell, clock
from campaigns.models import AttributeIndex
from campaigns.models.indexes import IndexState
from devices.admin import pages
from devices.models import Application

PLACE = "admin:campaigns_attributeindex_changelist"
KINDS = {
    "text": gettext_lazy("Text"),
    "number": gettext_lazy("Number"),
    "date": gettext_lazy("Date"),
}
MOVING = (IndexState.WAITING, IndexState.BUILDING, IndexState.REMOVING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One index as the page tells it; ``progress`` in per cent while it is built."""

    row: AttributeIndex
    kind: str | Promise
    progress: int | None
    size: int


def lines(application: Application) -> list[Line]:
    rows = AttributeIndex.objects.filter(application=application).order_by("name")
    return [
        Line(
            row=row,
            kind=KINDS[row.kind],
            progress=fast.progress(row) if row.state == IndexState.BUILDING else None,
            size=fast.size(row),
        )
        for row in rows
    ]


def offers(application: Application, shown: list[Line]) -> list[tuple[str, str, Any]]:
    """(value of the button, attribute, type) of what may be made fast still."""
    there = {(each.row.name, each.row.kind) for each in shown}
    return [
        (f"{each['name']}.{kind}", each["name"], KINDS[kind])
        for each in known.attributes_of(application.pk)
        for kind in each["types"]
        if kind in KINDS and (each["name"], kind) not in there
    ]


@admin.register(AttributeIndex)
class AttributeIndexAdmin(ModelAdmin):
    """One page for all applications."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        application = people.chosen(request, list(Application.objects.all()))
        if request.method == "POST" and application is not None:
            return self._press(request, application)
        shown = lines(application) if application else []
        return pages.draw(
            request,
            "admin/campaigns/fast.html",
            title=_("Fast attributes"),
            application=application,
            applications=Application.objects.all(),
            lines=shown,
            offers=offers(application, shown) if application else [],
            is_moving=any(each.row.state in MOVING for each in shown),
            may_change=self.has_change_permission(request),
        )

    def _press(self, request: HttpRequest, application: Application) -> HttpResponse:
        try:
            messages.success(request, pressed(request, application))
        except fast.Refused as refused:
            messages.error(request, str(refused))
        answer = redirect(PLACE)
        answer["Location"] += f"?app={application.slug}"
        return answer


def pressed(request: HttpRequest, application: Application) -> str:
    """Do what was asked; returns the sentence to say. Raises fast.Refused."""
    user, at = pages.staff(request), clock.now()
    if gone := request.POST.get("remove", ""):
        rows = AttributeIndex.objects.filter(application=application)
        row = rows.filter(pk=gone).first() if gone.isdigit() else None
        if row is None:
            raise fast.Refused(_("This index is gone already."))
        fast.ask_removal(row, user=user, at=at)
        bell.ring(bell.INDEX_ATTRIBUTE, row.pk)
        return _("The index over “%(name)s” is being removed.") % {"name": row.name}
    name, _dot, kind = request.POST.get("make", "").partition(".")
    row = fast.ask(application, name, kind, user=user, at=at)
    bell.ring(bell.INDEX_ATTRIBUTE, row.pk)
    return _("The index over “%(name)s” is being built.") % {"name": row.name}

"""Test phones: the devices of our own staff, the only ones that tests reach."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from unfold.admin import ModelAdmin

from devices import registration
from devices.admin import pages, pairing, test_groups, this_browser
from devices.models import Application, Installation
from devices.refusals import Refused

LIST = "admin:devices_installation_changelist"
SHOWN = 100


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """One's own test phones; all of them for whoever may change devices."""
    rows = Installation.objects.filter(is_test=True).select_related(
        "application", "person", "tester"
    )
    may_change_any = request.user.has_perm("devices.change_installation")
    if not may_change_any:
        rows = rows.filter(tester=pages.staff(request))
    return pages.draw(
        request,
        "admin/devices/test_phones.html",
        title=_("Test phones"),
        phones=rows.order_by("tester__username", "-id")[:SHOWN],
        applications=Application.objects.all()[:50],
        back=pairing.back_to(request.GET),
        groups=test_groups.overview(),
        may_keep_groups=request.user.has_perm("devices.change_testgroup"),
        **this_browser.context(),
        may_change_any=may_change_any,
    )


@require_POST
def enrol(request: HttpRequest) -> HttpResponse:
    """Make one's own the device whose installation id was typed."""
    application = get_object_or_404(
        Application, slug=request.POST.get("application", "")[:40]
    )
    try:
        phone = registration.enrol_by_key(
            application,
            request.POST.get("key", "").strip()[:128],
            request.user,
            timezone.now(),
        )
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        said = _("%(phone)s is your test phone now.")
        messages.success(request, said % {"phone": phone})
    return redirect(LIST)


@require_POST
def withdraw(request: HttpRequest, installation_id: int) -> HttpResponse:
    rows = Installation.objects.filter(is_test=True)
    if not request.user.has_perm("devices.change_installation"):
        rows = rows.filter(tester=pages.staff(request))
    phone = get_object_or_404(rows, pk=installation_id)
    registration.withdraw_test_device(phone, request.user, timezone.now())
    messages.success(request, _("%(phone)s gets no more tests.") % {"phone": phone})
    return redirect(LIST)


@admin.register(Installation)
class InstallationAdmin(ModelAdmin):
    """Devices are changed by their apps; here one only says which are for tests."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("campaigns.send_test")

    def get_urls(self) -> list[URLPattern]:
        tests = ("campaigns.send_test",)
        rows: pages.Rows = [
            ("", overview, "changelist", tests),
            ("enrol/", enrol, "enrol", tests),
            ("pair/", pairing.offer, "pair", tests),
            ("pair/<int:pairing_id>/", pairing.state, "paired", tests),
            ("browser/", this_browser.enrol, "browser", tests),
            ("<int:installation_id>/withdraw/", withdraw, "withdraw", tests),
        ]
        one = "groups/<int:group_id>/"
        keep = (*tests, "devices.change_testgroup")
        groups: pages.Rows = [
            ("groups/add/", test_groups.add, "add", keep),
            (one + "change/", test_groups.change, "change", keep),
            (one + "delete/", test_groups.delete, "delete", keep),
        ]
        return [
            *pages.addresses("devices_installation", rows),
            *pages.addresses("devices_testgroup", groups),
        ]

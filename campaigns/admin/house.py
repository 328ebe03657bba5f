"""House style in the admin: how names are written, what is avoided, where links go."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.admin import people
from campaigns.admin.own_pages import OwnPages
from campaigns.delivery import clock
from campaigns.models import HouseStyle
from campaigns.starting import house
from campaigns.starting.house import Wanted
from campaigns.starting.refusals import Refused
from devices.admin import pages
from devices.models import Application

LISTS = ("names", "avoided", "sites")
PLACE = "admin:campaigns_housestyle_changelist"


def lines(post: QueryDict, name: str) -> list[str]:
    """One entry a line, each once, without what is blank."""
    written = (each.strip() for each in post.get(name, "").splitlines())
    return list(dict.fromkeys(filter(None, written)))


def read(post: QueryDict) -> Wanted:
    return Wanted(
        names=lines(post, "names"),
        avoided=lines(post, "avoided"),
        sites=lines(post, "sites"),
        measured="measured" in post,
    )


def show(
    request: HttpRequest,
    application: Application | None,
    style: Any,
    *,
    refused: Refused | None = None,
) -> HttpResponse:
    """The form; with what was posted where it was refused."""
    return pages.draw(
        request,
        "admin/campaigns/house.html",
        title=_("House style"),
        application=application,
        applications=Application.objects.all(),
        lists={each: "\n".join(getattr(style, each)) for each in LISTS},
        measured=style.measured,
        may_change=request.user.has_perm("campaigns.change_housestyle"),
        errors={refused.field: str(refused)} if refused else {},
    )


@admin.register(HouseStyle)
class HouseStyleAdmin(OwnPages):
    """One page for all applications; nothing is added or deleted beside it."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def list_page(self, request: HttpRequest) -> HttpResponse:
        application = people.chosen(request, list(Application.objects.all()))
        if request.method == "POST" and application is not None:
            return self._save(request, application)
        number = application.pk if application else 0
        return show(request, application, HouseStyle.objects.of(number))

    def _save(self, request: HttpRequest, application: Application) -> HttpResponse:
        wanted = read(request.POST)
        try:
            user = pages.staff(request)
            house.save(application.pk, wanted, user=user, at=clock.now())
        except Refused as refused:
            return show(request, application, wanted, refused=refused)
        messages.success(request, _("Saved. Reviews go by it from now on."))
        return redirect(f"{reverse(PLACE)}?app={application.slug}")

"""Lists of promo codes in the admin: how many are left, filling them, who uses them."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from campaigns.admin import posted
from campaigns.admin.own_pages import OwnPages
from campaigns.delivery import clock
from campaigns.models import PromoList
from campaigns.starting import promo_codes
from campaigns.starting.promo_codes import Upload
from campaigns.starting.refusals import Refused
from devices.admin import pages
from devices.models import Application

CHANGE, DELETE = "campaigns.change_promolist", "campaigns.delete_promolist"
FEW = 0.1
"""Of the codes ever uploaded: fewer are shown as few."""


def show(request: HttpRequest, codes: PromoList | None, **more: Any) -> HttpResponse:
    """The form of a list, new or not."""
    left = promo_codes.left(codes) if codes else 0
    context = {
        "codes": codes,
        "said": request.POST if request.method == "POST" else {},
        "left": left,
        "given": codes.codes - left if codes else 0,
        "named": f"{{{{ promo.{codes.key} }}}}" if codes else "",
        "users": promo_codes.users_of(codes)[:20] if codes else [],
        "applications": Application.objects.all(),
        "may_change": request.user.has_perm(CHANGE),
        "may_delete": request.user.has_perm(DELETE),
        **more,
    }
    title = codes.name if codes else _("New list of promo codes")
    return pages.draw(
        request, "admin/campaigns/promo/form.html", title=title, **context
    )


def save(request: HttpRequest, codes: PromoList | None) -> HttpResponse:
    """Write what was posted and take the codes of the file, or say why not."""
    user, post = pages.staff(request), request.POST
    name, fallback = posted.text(post, "name"), posted.text(post, "fallback")
    try:
        if codes is None:
            codes = promo_codes.create(
                key=posted.text(post, "key").strip().lower(),
                name=name,
                fallback=fallback,
                application_id=posted.application(post),
                user=user,
                at=clock.now(),
            )
        else:
            promo_codes.change(codes, name=name, fallback=fallback, user=user)
    except Refused as refused:
        return show(request, codes, error=str(refused), field=refused.field)
    return _fill(request, codes)


def _fill(request: HttpRequest, codes: PromoList) -> HttpResponse:
    there = redirect("admin:campaigns_promolist_change", codes.pk)
    file = request.FILES.get("file")
    if file is None:
        messages.success(request, _("Saved."))
        return there
    try:
        told = promo_codes.add(codes, file, user=pages.staff(request))
    except Refused as refused:
        return show(request, codes, error=str(refused), field=refused.field)
    messages.success(request, said_of(told))
    if not told.wrong:
        return there
    codes.refresh_from_db()
    return show(request, codes, told=told)


def said_of(told: Upload) -> str:
    """What became of a file, as sentences."""
    added = ngettext("%(n)s code was added.", "%(n)s codes were added.", told.added)
    sentences = [added % {"n": told.added}]
    if told.repeated:
        again = ngettext(
            "%(n)s line repeats a code of the file.",
            "%(n)s lines repeat a code of the file.",
            told.repeated,
        )
        sentences.append(again % {"n": told.repeated})
    if told.known:
        before = ngettext(
            "%(n)s code was in the list already.",
            "%(n)s codes were in the list already.",
            told.known,
        )
        sentences.append(before % {"n": told.known})
    return " ".join(sentences)


@require_POST
def remove(request: HttpRequest, list_id: int) -> HttpResponse:
    """Take a list away that no campaign needs."""
    codes = get_object_or_404(PromoList, pk=list_id)
    try:
        promo_codes.delete(codes, user=pages.staff(request))
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("admin:campaigns_promolist_change", codes.pk)
    sentence = _("“%(name)s” is deleted with its codes.")
    messages.success(request, sentence % {"name": codes.name})
    return redirect("admin:campaigns_promolist_changelist")


@admin.register(PromoList)
class PromoListAdmin(OwnPages):
    def get_urls(self) -> list[URLPattern]:
        gone = pages.address(
            "<int:list_id>/remove/",
            remove,
            name="campaigns_promolist_remove",
            needs=(DELETE,),
        )
        return [gone, *super().get_urls()]

    def list_page(self, request: HttpRequest) -> HttpResponse:
        rows = PromoList.objects.select_related("application")
        lists = [
            (each, left := promo_codes.left(each), _few(each, left)) for each in rows
        ]
        return pages.draw(
            request,
            "admin/campaigns/promo/list.html",
            title=_("Promo codes"),
            lists=lists,
            may_add=self.has_add_permission(request),
        )

    def form_page(self, request: HttpRequest, row: PromoList | None) -> HttpResponse:
        return save(request, row) if request.method == "POST" else show(request, row)


def _few(codes: PromoList, left: int) -> bool:
    return left < FEW * codes.codes or not left

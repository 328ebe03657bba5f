"""The languages of the workspace in the admin: one page to see, add and remove them."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from campaigns.admin.own_pages import OwnPages
from campaigns.content import direction, languages
from campaigns.delivery import clock
from campaigns.models import WrittenLanguage
from campaigns.starting import written_languages
from campaigns.starting.refusals import Refused
from devices.admin import pages

ADD, DELETE = "campaigns.add_writtenlanguage", "campaigns.delete_writtenlanguage"
LIST = "admin:campaigns_writtenlanguage_changelist"


@require_POST
def register(request: HttpRequest) -> HttpResponse:
    """Add the language that was asked for."""
    said = request.POST.get("tag", "").strip() or request.POST.get("language", "")
    try:
        made = written_languages.add(said, user=pages.staff(request), at=clock.now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        sentence = _("Messages may be written in this language: %(language)s.")
        messages.success(request, sentence % {"language": languages.name(made.tag)})
    return redirect(LIST)


@require_POST
def remove(request: HttpRequest, language_id: int) -> HttpResponse:
    """Take a language away with its texts in drafts."""
    language = get_object_or_404(WrittenLanguage, pk=language_id)
    try:
        drafts = written_languages.remove(language, user=pages.staff(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        sentence = ngettext(
            "Removed, and taken out of %(n)s draft.",
            "Removed, and taken out of %(n)s drafts.",
            drafts,
        )
        messages.success(request, sentence % {"n": drafts})
    return redirect(LIST)


@admin.register(WrittenLanguage)
class WrittenLanguageAdmin(OwnPages):
    """One page of our own; only its address is the admin's."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        own = pages.addresses(
            "campaigns_writtenlanguage",
            [
                ("register/", register, "register", (ADD,)),
                ("<int:language_id>/remove/", remove, "remove", (DELETE,)),
            ],
        )
        return [*own, *super().get_urls()]

    def list_page(self, request: HttpRequest) -> HttpResponse:
        rows = WrittenLanguage.objects.all()
        taken = {each.tag for each in rows}
        return pages.draw(
            request,
            "admin/campaigns/written_languages.html",
            title=_("Languages of messages"),
            rows=[_row(each) for each in rows],
            offered=[each for each in languages.everywhere() if each[0] not in taken],
            may_add=request.user.has_perm(ADD),
            may_remove=request.user.has_perm(DELETE),
        )


def _row(language: WrittenLanguage) -> dict[str, Any]:
    return {
        "language": language,
        "name": capfirst(languages.name(language.tag)),
        "drafts": written_languages.translated(language).count(),
        "is_turned": direction.of_language(language.tag) == "rtl",
    }

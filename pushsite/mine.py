"""My settings: the page on which a reader chooses the language and the zone."""

from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django.views.i18n import set_language

from devices.admin import pages
from pushsite import reader


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """GET shows what is chosen; POST keeps it, or says what is wrong with it."""
    if request.method == "GET":
        chosen = reader.of(request.user)
        return shown(request, language=chosen.language, zone=chosen.zone)
    given = {name: request.POST.get(name, "").strip() for name in ("language", "zone")}
    try:
        reader.keep(pages.staff(request), **given)
    except reader.Unknown as unknown:
        return shown(request, refused=str(unknown), **given)
    with translation.override(given["language"] or translation.get_language()):
        messages.success(request, _("Your settings are saved."))
    return kept(given["language"])


def shown(request: HttpRequest, **given: Any) -> HttpResponse:
    return pages.draw(
        request,
        "admin/pushsite/my_settings.html",
        title=_("My settings"),
        languages=settings.LANGUAGES,
        zones=sorted(available_timezones()),
        site_zone=settings.TIME_ZONE,
        now=timezone.now(),
        **given,
    )


def kept(language: str) -> HttpResponse:
    """Back to the page, in the language that was chosen."""
    response = redirect("admin:pushsite_profile_mine")
    if language:
        # The sign-in page speaks it too, when nobody is signed in.
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language)
    else:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
    return response


def switch_language(request: HttpRequest) -> HttpResponse:
    """The switch in the menu: for this browser, and kept for whoever is signed in."""
    response = set_language(request)
    language = request.POST.get("language", "")
    if request.user.is_authenticated and language in dict(settings.LANGUAGES):
        reader.keep(request.user, language=language)
    return response

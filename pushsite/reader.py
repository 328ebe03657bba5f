"""The reader's language and zone: kept once, and used by every page of theirs."""

from collections.abc import Callable
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from pushsite.models import Profile

NOBODY = Profile()


class Unknown(ValueError):
    """No such language or zone. The sentence says what to choose instead."""


def of(user: AbstractBaseUser | AnonymousUser) -> Profile:
    """What this user chose; an empty profile before anything was."""
    if not user.is_authenticated:
        return NOBODY
    return Profile.objects.filter(pk=user.pk).first() or NOBODY


def keep(
    user: AbstractBaseUser, *, language: str | None = None, zone: str | None = None
) -> None:
    """Write the choices that are given; "" takes one back. Raises Unknown."""
    if language and language not in dict(settings.LANGUAGES):
        raise Unknown(_("Choose one of the languages in the list."))
    if zone and zone not in available_timezones():
        raise Unknown(_("No such time zone: choose one from the list."))
    given = {"language": language, "zone": zone}
    fields = {name: value for name, value in given.items() if value is not None}
    Profile.objects.update_or_create(user_id=user.pk, defaults=fields)


class ReaderMiddleware:
    """Speak a signed-in reader's language and print times as their clocks show them.

    One small query a page. Whoever brings no session, as apps and phones do, costs
    none.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return self.get_response(request)
        chosen = of(request.user)
        if chosen.language:
            translation.activate(chosen.language)
            request.LANGUAGE_CODE = translation.get_language()
        with timezone.override(chosen.zone or None):
            return self.get_response(request)

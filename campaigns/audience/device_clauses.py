"""The clauses behind comparisons of devices: (name, value) -> words.

Clauses follow "People": "who have a device with iOS". Each is one message, so that
every language orders its words freely.
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .choices import BROWSER_NAMES
from .wording import either, language, quoted


def count_at_least(name: str, value: int) -> str:
    return ngettext(
        "who have at least %(devices)d device",
        "who have at least %(devices)d devices",
        value,
    ) % {"devices": value}


def count_at_most(name: str, value: int) -> str:
    if not value:
        return _("who have no device")
    return ngettext(
        "who have at most %(devices)d device",
        "who have at most %(devices)d devices",
        value,
    ) % {"devices": value}


def count_is(name: str, value: int) -> str:
    if not value:
        return _("who have no device")
    return ngettext(
        "who have exactly %(devices)d device",
        "who have exactly %(devices)d devices",
        value,
    ) % {"devices": value}


def model_is(name: str, value: Sequence[str]) -> str:
    return _("who have a device of the model %(models)s") % {
        "models": either([quoted(each) for each in value])
    }


def model_contains(name: str, value: str) -> str:
    return _("who have a device whose model contains “%(text)s”") % {"text": value}


def model_starts_with(name: str, value: str) -> str:
    return _("who have a device whose model starts with “%(text)s”") % {"text": value}


def model_unknown(name: str, value: None) -> str:
    return _("who have a device of unknown model")


def app_version_unknown(name: str, value: None) -> str:
    return _("who have a device whose version of the app is unknown")


def system_from(name: str, value: str) -> str:
    return _("who have a device with version %(version)s of its system or later") % {
        "version": value
    }


def system_below(name: str, value: str) -> str:
    return _("who have a device with a system before version %(version)s") % {
        "version": value
    }


def system_is(name: str, value: str) -> str:
    return _("who have a device with version %(version)s of its system") % {
        "version": value
    }


def system_unknown(name: str, value: None) -> str:
    return _("who have a device whose version of its system is unknown")


def browser_is(name: str, value: Sequence[str]) -> str:
    return _("who subscribed in %(browsers)s") % {"browsers": _browsers(value)}


def browser_is_not(name: str, value: Sequence[str]) -> str:
    return _("who did not subscribe in %(browsers)s") % {"browsers": _browsers(value)}


def _browsers(value: Sequence[str]) -> str:
    return either([BROWSER_NAMES[each] for each in value])


def language_is(name: str, value: Sequence[str]) -> str:
    return _("who have a device in %(languages)s") % {"languages": _languages(value)}


def language_is_not(name: str, value: Sequence[str]) -> str:
    return _("who have no device in %(languages)s") % {"languages": _languages(value)}


def _languages(value: Sequence[str]) -> str:
    return either([language(each) for each in value])


def language_unknown(name: str, value: None) -> str:
    return _("who have a device whose language is unknown")


# Whether pushes reach them


def removed_in_last(name: str, value: int) -> str:
    return ngettext(
        "who removed the app from a device in the last %(days)d day",
        "who removed the app from a device in the last %(days)d days",
        value,
    ) % {"days": value}


def removed(name: str, value: None) -> str:
    return _("who ever removed the app from a device")


def never_removed(name: str, value: None) -> str:
    return _("who never removed the app from a device")


def shown(name: str, value: None) -> str:
    return _("to whom a notification can be shown")


def not_shown(name: str, value: None) -> str:
    return _("to whom no notification can be shown")


def allowed(name: str, value: None) -> str:
    return _("who allow notifications on a device that can be reached")


def not_allowed(name: str, value: None) -> str:
    return _("who allow notifications on no device that can be reached")


def reached(name: str, value: None) -> str:
    return _("who can be reached by push, also without showing anything")


def not_reached(name: str, value: None) -> str:
    return _("who cannot be reached by push at all")


def provisional(name: str, value: None) -> str:
    return _("who get notifications quietly on an iPhone or iPad")

"""Why a device is out of reach, in a marketer's words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from devices.registration import Retired

WORDS = {
    Retired.TOKEN_DEAD: gettext_lazy("App removed, or notifications cleared"),
    Retired.WRONG_SENDER: gettext_lazy("Belongs to another app or project"),
    Retired.MOVED: gettext_lazy("Registered anew as another device"),
    Retired.HELD: gettext_lazy(
        "Its registration waits: the same device was heard of as another one"
    ),
    Retired.FORGOTTEN: gettext_lazy("Forgotten, as the app asked"),
    Retired.ERASED: gettext_lazy("Erased at the person's request"),
    Retired.SWITCHED_OFF: gettext_lazy("Switched off by hand"),
}


def spoken(reason: str) -> str:
    """The words of an installation's ``retired_reason``."""
    return str(WORDS.get(reason) or _("No longer reachable"))  # type: ignore[call-overload]

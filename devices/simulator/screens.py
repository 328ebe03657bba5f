"""What each kind of screen displays of a message, and what it leaves out.

By system, not by wish: MDN's browser-compat-data 8.1 for browsers (api.Notification),
Apple's UNNotificationAttachment and UNNotificationCategory for iOS.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """One kind of screen. ``style`` names its drawing; ``buttons`` is the most."""

    style: str
    label: Promise
    app: Promise
    image: bool = True
    icon: bool = False
    buttons: int = 3
    note: Promise | str = ""


SITE, APP = _("Your site"), _("Your app")
CHROME_NOTE = _("Chrome and its kin show two buttons at most.")
SCREENS = {
    "android": Screen(
        style="android",
        label=_("Android phone"),
        app=APP,
        note=_("Android shows the image by itself. Buttons need code in the app."),
    ),
    "ios": Screen(
        style="ios",
        label=_("iPhone"),
        app=APP,
        buttons=4,
        note=_(
            "iOS shows the image and the buttons only if the app has an extension "
            "that adds them."
        ),
    ),
    "windows": Screen(style="windows", label=_("Windows"), app=APP, buttons=5),
    "CHROME": Screen(
        style="browser",
        label=_("Chrome"),
        app=SITE,
        icon=True,
        buttons=2,
        note=CHROME_NOTE,
    ),
    "EDGE": Screen(
        style="browser",
        label=_("Edge"),
        app=SITE,
        icon=True,
        buttons=2,
        note=CHROME_NOTE,
    ),
    "OPERA": Screen(
        style="browser",
        label=_("Opera"),
        app=SITE,
        icon=True,
        buttons=2,
        note=CHROME_NOTE,
    ),
    "FIREFOX": Screen(
        style="browser",
        label=_("Firefox"),
        app=SITE,
        icon=True,
        image=False,
        buttons=2,
        note=_("Firefox shows no image, and buttons from version 152 on."),
    ),
    "SAFARI": Screen(
        style="browser",
        label=_("Safari"),
        app=SITE,
        image=False,
        buttons=0,
        note=_("Safari shows neither an image nor buttons."),
    ),
}


def screen_of(kind: str, browser: str) -> Screen:
    """The screen of a message's kind; ``browser`` is the library's word for one."""
    return SCREENS.get(browser if kind == "browser" else kind, SCREENS["CHROME"])


def displayed(message: Mapping[str, Any], screen: Screen) -> dict[str, Any]:
    """The message without what this screen leaves out.

    ``picture`` and ``icon_picture`` are what our page draws, "" where the image is
    elsewhere or there is none.
    """
    image = message["image"] if screen.image else ""
    return {
        **message,
        "image": image,
        "picture": here(image),
        "icon_picture": here(message.get("icon", "")) if screen.icon else "",
        "buttons": message["buttons"][: screen.buttons],
        "is_rich": bool(message["image"] or message["buttons"]),
    }


def here(address: str) -> str:
    """Where this site serves a picture; "" for one of another site.

    Our pages show no picture that another site would have to be asked for.
    """
    if not address.startswith(settings.MEDIA_URL):
        return ""
    own = settings.SITE_URL + "/"
    return (
        address.removeprefix(settings.SITE_URL) if address.startswith(own) else address
    )

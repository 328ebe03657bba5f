"""Each screen displays what its system would, and no more."""

from typing import Any

import pytest

from devices.simulator import screens
from devices.simulator.phones import describe_phone

RICH = {
    "image": "https://a.example/b.png",
    "buttons": [["b1", "Buy"], ["b2", "Later"], ["b3", "Never"]],
}


@pytest.mark.parametrize(
    ("token", "kind", "label", "image", "buttons"),
    [
        ("token", "android", "Android phone", True, 3),
        ("aa" * 32, "ios", "iPhone", True, 3),
        ("https://fcm.googleapis.com/fcm/send/a", "browser", "Chrome", True, 2),
        (
            "https://updates.push.services.mozilla.com/wpush/v2/a",
            "browser",
            "Firefox",
            False,
            2,
        ),
        ("https://web.push.apple.com/a", "browser", "Safari", False, 0),
        ("https://x.notify.windows.com/w/?token=a", "browser", "Edge", True, 2),
        ("https://x.notify.windows.com/?token=a", "windows", "Windows", True, 3),
        ("web-token", "browser", "Chrome", True, 2),
    ],
)
def test_a_screen_leaves_out_what_its_system_does(
    token: str, kind: str, label: str, image: bool, buttons: int
) -> None:
    screen = screens.screen_of(kind, describe_phone(token)["browser"])

    shown = screens.displayed(RICH, screen)

    assert str(screen.label) == label
    assert bool(shown["image"]) == image
    assert len(shown["buttons"]) == buttons
    assert shown["picture"] == "", "no other site's picture is fetched"


def test_the_site_s_own_pictures_are_drawn(settings: Any) -> None:
    settings.MEDIA_URL, settings.SITE_URL = "http://a.example/m/", "http://a.example"
    message = {"image": "http://a.example/m/b.jpg", "buttons": [], "icon": ""}
    icon = {"icon": "http://a.example/m/i.png"}

    phone = screens.displayed(message | icon, screens.SCREENS["android"])
    browser = screens.displayed(message | icon, screens.SCREENS["FIREFOX"])

    assert (phone["picture"], phone["icon_picture"]) == ("/m/b.jpg", "")
    assert (browser["picture"], browser["icon_picture"]) == ("", "/m/i.png")

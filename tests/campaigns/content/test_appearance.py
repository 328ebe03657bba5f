"""What each screen shows of a push, and what it leaves out."""

import pytest

from campaigns.content import appearance
from campaigns.content.surfaces import SURFACES
from devices.gateways.base import Button, Push

PICTURE = "https://push.example/m/a.jpg"


def push(**changes: object) -> Push:
    facts = {"reference": 0, "token": "t", "title": "Hello", "body": "Come in."}
    return Push(**(facts | changes))  # type: ignore[arg-type]


def seen(shown: Push, **look: object) -> dict[str, appearance.Appearance]:
    platforms = ("ios", "android", "web", "windows")
    pushes = dict.fromkeys(platforms, shown)
    found = appearance.appearances(pushes, **look)  # type: ignore[arg-type]
    return {each.surface.key: each for each in found}


def test_nothing_of_a_short_message_is_cut_anywhere() -> None:
    found = seen(push()).values()
    assert len(found) == len(SURFACES) == 14
    assert all(each.whole for each in found)
    assert appearance.meter(found) == (9, 9)


@pytest.mark.parametrize(("arrival", "room"), [("now", 35), ("earlier", 33)])
def test_a_longer_time_stamp_leaves_the_title_less_room(
    arrival: str, room: int
) -> None:
    lock = seen(push(title="t" * 60), arrival=arrival)["ios_lock"]
    assert lock.title.room == room
    assert (len(lock.title.seen), lock.title.whole) == (room - 1, "t" * 60)


def test_a_title_that_only_a_late_time_stamp_cuts_is_not_whole() -> None:
    lock = seen(push(title="t" * 30))["ios_lock"]
    assert lock.title.lost == ""
    assert lock.late.lost
    assert not lock.whole


def test_larger_text_leaves_less_room() -> None:
    usual = seen(push(body="b" * 200))["ios_banner"].body
    large = seen(push(body="b" * 200), size=200)["ios_banner"].body
    assert (usual.room, large.room) == (80, 40)


def test_a_picture_takes_the_place_of_text() -> None:
    plain, pictured = (
        seen(push(body="b" * 200, image=image))["android_expanded"]
        for image in ("", PICTURE)
    )
    assert (plain.body.room, plain.lines) == (460, 10)
    assert (pictured.body.room, pictured.lines) == (90, 1)


def test_no_computer_of_apple_and_no_firefox_shows_a_picture() -> None:
    found = seen(push(image=PICTURE))
    without = {key for key, each in found.items() if not each.image}
    assert without == {
        "chrome_macos",
        "safari_macos",
        "firefox_macos",
        "firefox_windows",
        "ios_web_app",
        "watch",
    }


def test_only_browsers_show_the_messages_icon() -> None:
    found = seen(push(icon=PICTURE))
    shown = {key for key, each in found.items() if each.icon}
    assert shown == {each.key for each in SURFACES if each.platform == "web"}


def test_each_screen_shows_as_many_buttons_as_its_system() -> None:
    buttons = tuple(Button(id=f"b{n}", label=f"Button {n}") for n in range(3))
    found = seen(push(buttons=buttons))
    shown = {key: len(each.buttons) for key, each in found.items() if each.buttons}
    assert shown == {
        "ios_expanded": 3,
        "android_expanded": 3,
        "chrome_windows": 2,
        "chrome_android": 2,
        "firefox_windows": 2,
        "windows_toast": 3,
    }

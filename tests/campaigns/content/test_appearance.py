"""What each screen shows of a push, and what it leaves out."""

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
    assert len(found) == len(SURFACES) == 17
    assert all(each.whole for each in found)
    assert appearance.meter(found) == (9, 9)
    assert appearance.meter(seen(push(image=PICTURE)).values()) == (9, 9)


def test_a_longer_time_stamp_leaves_the_title_less_room() -> None:
    arrivals = ("now", "earlier", "yesterday")
    shown = [seen(push(title="t" * 60), arrival=each)["ios_lock"] for each in arrivals]
    rooms = [len(each.title.seen) for each in shown]
    assert rooms == sorted(rooms, reverse=True)
    assert rooms[2] < 0.75 * rooms[0]
    assert {each.title.whole for each in shown} == {"t" * 60}


def test_a_title_that_only_a_late_time_stamp_cuts_is_not_whole() -> None:
    lock = seen(push(title="Coats are half price today"))["ios_lock"]
    assert lock.title.lost == ""
    assert lock.late.lost
    assert not lock.whole


def test_wide_letters_are_cut_earlier_than_narrow_ones() -> None:
    narrow, wide = (
        seen(push(title=letter * 36))["ios_lock"].title for letter in ("i", "W")
    )
    assert narrow.lost == ""
    assert len(wide.seen) < 20


def test_larger_text_leaves_less_room() -> None:
    usual = seen(push(body="b" * 200))["ios_banner"].body
    large = seen(push(body="b" * 200), size=200)["ios_banner"].body
    assert len(large.seen) <= len(usual.seen) // 2


def test_a_picture_takes_the_place_of_text() -> None:
    plain, pictured = (
        seen(push(body="b " * 200, image=image)) for image in ("", PICTURE)
    )
    thin, thick = plain["ios_lock"].body, pictured["ios_lock"].body
    assert len(thick.seen) < len(thin.seen)
    assert len(plain["android_expanded"].body.lines) == 10 - 2
    assert len(pictured["android_pictured"].body.lines) == 1


def test_android_opened_counts_as_it_will_be_opened() -> None:
    for image, key in ("", "android_expanded"), (PICTURE, "android_pictured"):
        found = seen(push(body="b " * 60, image=image))
        counted = {each for each, shown in found.items() if shown.is_counted}
        assert key in counted
        assert len(counted) == 9
        names = ("ios", "android", "web")
        cut = appearance.cuts("Hello", "b " * 60, platforms=names, pictured=bool(image))
        assert {each.key for each in cut} == {
            each for each in counted if not found[each].whole
        }


def test_a_locked_screen_that_hides_content_cuts_nothing() -> None:
    hidden = seen(push(title="t" * 99, body="b" * 999))["android_hidden"]
    assert (hidden.whole, hidden.is_counted) == (True, False)


def test_an_icon_of_the_message_takes_room_from_its_text() -> None:
    plain, iconed = (
        seen(push(body="b " * 200, icon=each))["chrome_windows"].body
        for each in ("", PICTURE)
    )
    assert len(iconed.seen) < len(plain.seen)


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
        "android_expanded",
        "android_hidden",
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
        "android_pictured": 3,
        "chrome_windows": 2,
        "edge_windows": 2,
        "chrome_android": 2,
        "firefox_windows": 2,
        "windows_toast": 3,
    }

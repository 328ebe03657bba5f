"""What a message does otherwise on one platform, as each gateway gets it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from campaigns.models import AndroidChannel, Destination, LeftOut
from campaigns.models.reasons import Reason
from devices import credentials
from devices.gateways import registry
from tests import builders
from tests.campaigns.delivery.ledgers import state_counts
from tests.campaigns.delivery.test_pictures import devices, registered, sent
from tests.simulators import RunningSimulator

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
Bodies = dict[str, Any]


@pytest.fixture
def simulator(tmp_path: Path, settings: Any) -> Iterator[RunningSimulator]:
    (tmp_path / "simulator").mkdir()
    running = RunningSimulator(tmp_path / "simulator")
    settings.VAR, settings.SIMULATOR = tmp_path, running.address
    shop = builders.application()
    secrets = {
        "fcm": running.service_account(),
        "apns": running.apns_key("com.example.shop"),
        "webpush": running.vapid_secret(),
        "wns": running.wns_secret(),
    }
    for gateway, secret in secrets.items():
        credentials.store(shop, gateway, "production", secret, actor=None)
    yield running
    registry.sender_for(registry.configured_wire()).close()
    running.stop()


def arrived(simulator: RunningSimulator, folder: Path, **message: Any) -> Bodies:
    """The request that each kind of device got: its body and headers, by a name."""
    places = devices(simulator)
    for name, address in places.items():
        registered(builders.application(), name, address)
    run = sent(folder, **message)
    assert set(state_counts(run)) <= {"accepted", "skipped"}, "nothing is refused"
    return {
        name: entries[0]
        for name, address in places.items()
        if (entries := simulator.journal(token=address["token"]))
    }


def test_each_platform_has_its_own_words_over_those_of_the_message(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    came = arrived(
        simulator,
        tmp_path,
        link="https://shop.example/all",
        platforms={
            "ios": {"title": "On a phone", "subtitle": "By {{ city | default: 'us' }}"},
            "android": {"body": "Read this", "buttons": [{"label": "Open"}]},
            "web": {"link": "https://shop.example/web"},
        },
    )

    assert came["ios"]["body"]["aps"]["alert"] == {
        "title": "On a phone",
        "subtitle": "By us",
        "body": "Something new is waiting for you.",
    }
    by_fcm = came["ios by fcm"]["body"]["message"]
    assert by_fcm["apns"]["payload"]["aps"]["alert"]["subtitle"] == "By us"
    android = came["android"]["body"]["message"]
    assert android["notification"] == {"title": "Hello", "body": "Read this"}
    assert "Open" in android["data"]["buttons"]
    shown = came["browser"]["body"]["notification"]
    assert (shown["title"], shown["navigate"]) == ("Hello", "https://shop.example/web")
    assert came["windows"]["body"]["title"] == "Hello"


def test_every_option_of_android_reaches_fcm_which_takes_it(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    options = {
        "channel": "offers",
        "priority": "normal",
        "display_priority": "low",
        "visibility": "private",
        "category": "promotion",
        "icon": "ic_offer",
        "color": "#0f766e",
        "large_icon": "https://cdn.example/l.png",
        "style": "big_text",
        "expanded": "All of it",
        "summary": "In short",
        "group": "offers",
        "sound": "chime",
        "vibrate": "0, 200, 100",
        "light_color": "#ff0000",
        "badge": "3",
        "replaces": "order-7",
        "collapse_key": "orders",
        "ticker": "Spoken",
        "event_time": "2026-11-27T09:00:00Z",
        "sticky": True,
        "local_only": True,
        "package": "com.example.shop",
        "label": "autumn",
    }

    came = arrived(simulator, tmp_path, platforms={"android": options})

    message = came["android"]["body"]["message"]
    android = message["android"]
    ttl = android.pop("ttl")
    assert ttl.endswith("s")
    assert android == {
        "priority": "NORMAL",
        "collapse_key": "orders",
        "restricted_package_name": "com.example.shop",
        "fcm_options": {"analytics_label": "autumn"},
        "notification": {
            "channel_id": "offers",
            "notification_priority": "PRIORITY_LOW",
            "visibility": "PRIVATE",
            "icon": "ic_offer",
            "color": "#0f766e",
            "sound": "chime",
            "vibrate_timings": ["0s", "0.2s", "0.1s"],
            "light_settings": {
                "color": {"red": 1.0, "green": 0.0, "blue": 0.0, "alpha": 1},
                "light_on_duration": "0.5s",
                "light_off_duration": "2s",
            },
            "sticky": True,
            "local_only": True,
            "event_time": "2026-11-27T09:00:00Z",
            "tag": "order-7",
            "notification_count": 3,
            "ticker": "Spoken",
        },
    }
    drawn = {"category", "group", "style", "large_icon", "expanded", "summary"}
    assert drawn <= set(message["data"])
    assert message["data"]["expanded"] == "All of it"


def test_an_app_that_draws_by_itself_gets_everything_as_data(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    came = arrived(
        simulator,
        tmp_path,
        platforms={"android": {"data_only": True, "channel": "offers", "badge": "2"}},
    )

    message = came["android"]["body"]["message"]
    assert "notification" not in message
    assert "notification" not in message["android"]
    told = {name: message["data"][name] for name in ("title", "channel_id", "badge")}
    assert told == {"title": "Hello", "channel_id": "offers", "badge": "2"}


def test_every_option_of_ios_reaches_apple_directly_and_through_firebase(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    options = {
        "subtitle": "Under the title",
        "sound": "chime.caf",
        "volume": 0.5,
        "level": "critical",
        "relevance": 0.75,
        "badge": "0",
        "category": "ORDER",
        "thread": "orders",
        "rewrites": True,
        "wakes": True,
        "target": "window-1",
        "filter": "work",
        "priority": "low",
        "replaces": "order-7",
        "title_key": "ORDER_TITLE",
        "title_arguments": ["7"],
        "summary_argument": "the shop",
        "summary_count": 2,
        "launch_image": "start.png",
    }

    came = arrived(simulator, tmp_path, platforms={"ios": options})

    aps = came["ios"]["body"]["aps"]
    assert aps == {
        "alert": {
            "title": "Hello",
            "subtitle": "Under the title",
            "body": "Something new is waiting for you.",
            "title-loc-key": "ORDER_TITLE",
            "title-loc-args": ["7"],
            "summary-arg": "the shop",
            "summary-arg-count": 2,
            "launch-image": "start.png",
        },
        "sound": {"critical": 1, "name": "chime.caf", "volume": 0.5},
        "category": "ORDER",
        "thread-id": "orders",
        "interruption-level": "critical",
        "relevance-score": 0.75,
        "target-content-id": "window-1",
        "filter-criteria": "work",
        "mutable-content": 1,
        "content-available": 1,
        "badge": 0,
    }
    headers = came["ios"]["headers"]
    assert headers["apns-priority"] == "1"
    assert headers["apns-collapse-id"] == "order-7"
    by_fcm = came["ios by fcm"]["body"]["message"]["apns"]
    assert by_fcm["payload"]["aps"] == aps
    assert by_fcm["headers"]["apns-priority"] == "1"


def test_every_option_of_browsers_reaches_them(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    options = {
        "stays": True,
        "renotify": True,
        "badge_icon": "https://cdn.example/b.png",
        "urgency": "low",
        "vibrate": "200,100",
        "timestamp": "2026-11-27T09:00:00Z",
        "direction": "rtl",
        "language": "ar",
        "badge": "4",
        "replaces": "order-7",
    }

    came = arrived(simulator, tmp_path, platforms={"web": options})

    body = came["browser"]["body"]
    shown = body["notification"]
    assert body["app_badge"] == 4
    expected = {
        "requireInteraction": True,
        "renotify": True,
        "badge": "https://cdn.example/b.png",
        "vibrate": [200, 100],
        "timestamp": 1_795_770_000_000,
        "dir": "rtl",
        "lang": "ar",
        "tag": "order-7",
    }
    assert {name: shown[name] for name in expected} == expected
    assert came["browser"]["headers"]["urgency"] == "low"
    assert came["browser"]["headers"]["topic"] == "order-7"


def test_a_silent_message_is_heard_by_apps_alone_and_shown_nowhere(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    came = arrived(
        simulator,
        tmp_path,
        data={"sync": "basket"},
        platforms={"all": {"kind": "silent"}},
    )

    assert set(came) == {"android", "ios by fcm", "ios"}
    assert came["ios"]["body"]["aps"] == {"content-available": 1}
    assert came["ios"]["body"]["sync"] == "basket"
    assert came["ios"]["headers"]["apns-push-type"] == "background"
    assert came["ios"]["headers"]["apns-priority"] == "5"
    assert "notification" not in came["android"]["body"]["message"]
    assert came["android"]["body"]["message"]["data"]["sync"] == "basket"
    apple = came["ios by fcm"]["body"]["message"]
    assert "notification" not in apple
    assert apple["apns"]["headers"]["apns-push-type"] == "background"
    left_out = dict(LeftOut.objects.values_list("reason", "rows"))
    assert left_out == {Reason.NOT_THIS_PLATFORM: 2}, "browsers must show what comes"


def test_a_platform_that_is_switched_off_gets_nothing_and_says_why(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    came = arrived(
        simulator, tmp_path, platforms={"web": {"off": True, "title": "Kept"}}
    )

    assert set(came) == {"android", "ios by fcm", "ios", "windows"}
    left_out = dict(LeftOut.objects.values_list("reason", "rows"))
    assert left_out == {Reason.NOT_THIS_PLATFORM: 1}


def test_what_a_message_does_not_choose_goes_to_the_fallback_channel(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    AndroidChannel.objects.create(
        application=builders.application(),
        key="general",
        name="General",
        is_fallback=True,
    )

    came = arrived(simulator, tmp_path)

    shown = came["android"]["body"]["message"]["android"]["notification"]
    assert shown["channel_id"] == "general"
    assert came["ios"]["body"]["aps"]["sound"] == "default"


def test_a_destination_opens_each_platforms_own_place_with_its_values(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    Destination.objects.create(
        application=builders.application(),
        key="product",
        name="A product",
        ios="shop://p/{sku}",
        android="shop://p/{sku}",
        web="https://shop.example/p/{sku}",
        parameters=[{"name": "sku", "kind": "text", "required": True}],
    )
    chosen = {"key": "product", "values": {"sku": "{{ sku | default: '42' }}"}}

    came = arrived(simulator, tmp_path, platforms={"all": {"destination": chosen}})

    assert came["ios"]["body"]["link"] == "shop://p/42"
    assert came["android"]["body"]["message"]["data"]["link"] == "shop://p/42"
    shown = came["browser"]["body"]["notification"]
    assert shown["navigate"] == "https://shop.example/p/42"

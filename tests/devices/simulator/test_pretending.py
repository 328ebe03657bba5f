"""What a developer without accounts asks the simulator for."""

import pytest

from devices import registration
from devices.models import Installation
from devices.registration import Registration
from devices.simulator import phones, pretending
from devices.simulator.client import Client
from devices.simulator.names import label_of
from tests.builders import NOW, application
from tests.simulators import RunningSimulator

EVERY_KIND = [
    {"platform": "android"},
    {"platform": "ios"},
    {"platform": "ios", "environment": "sandbox"},
    {"platform": "ios", "gateway": "fcm"},
    {"platform": "web"},
    {"platform": "web", "browser": "edge"},
    {"platform": "web", "browser": "firefox"},
    {"platform": "web", "browser": "safari"},
    {"platform": "web", "gateway": "fcm"},
    {"platform": "windows"},
]


@pytest.mark.django_db
@pytest.mark.parametrize("wanted", EVERY_KIND, ids=str)
def test_a_pretended_device_registers_and_is_named_on_the_page(
    simulator: RunningSimulator, wanted: dict[str, str]
) -> None:
    given = pretending.device(simulator.folder, {"name": "Ana", **wanted})

    registration.register(application(), Registration(key="one", **given), NOW)

    assert Installation.objects.get().gateway == given["gateway"]
    assert "Ana" in phones.describe_phone(given["token"])["name"]


def test_a_script_stands_before_the_name(simulator: RunningSimulator) -> None:
    wanted = {"platform": "ios", "name": "Ana", "script": "dead"}

    token = pretending.device(simulator.folder, wanted)["token"]

    assert label_of(token).startswith("dead-phone-Ana-")
    assert phones.describe_phone(token)["name"] == "Ana"


def test_the_running_simulator_makes_one_on_request(
    simulator: RunningSimulator,
) -> None:
    client = Client(simulator.address, simulator.ca_path)

    made = client.device({"platform": "web", "name": "Ana", "vapid_key": "K"})

    assert list(made) == [
        *("platform", "gateway", "environment"),
        *("token", "p256dh", "auth", "vapid_key"),
    ]
    assert made["vapid_key"] == "K"


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({}, "Give the platform: one of ios, android, web, windows"),
        ({"platform": "ios", "gateway": "pigeon"}, "Give the gateway"),
        ({"platform": "ios", "environment": "test"}, "Give the environment"),
        ({"platform": "web", "browser": "lynx"}, "Give the browser"),
        ({"platform": "web", "script": "nothing"}, "Give the script"),
        ({"platform": "web", "color": "red"}, "There is no 'color'"),
    ],
)
def test_what_there_is_not_is_explained(
    simulator: RunningSimulator, wanted: dict[str, str], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        pretending.device(simulator.folder, wanted)

"""Loading many devices keeps the rules of one."""

import pytest

from devices import registration
from devices.models import Installation
from devices.refusals import Refused
from devices.registration import BulkDevice
from tests.builders import NOW, application, person

pytestmark = pytest.mark.django_db


def device(number=1, **changes) -> BulkDevice:
    one = BulkDevice(
        person_id=changes.pop("person_id", None) or person().pk,
        key=f"phone-{number}",
        token=f"token-{number}",
        platform="android",
        permission="granted",
        model="Pixel 9",
        os_version="15",
        app_version="5.10",
        locale="fr-FR",
        zone="Europe/Paris",
        registered_at=NOW,
        seen_at=NOW,
    )
    return one._replace(**changes)


def test_loaded_devices_are_as_if_registered():
    devices = [device(1, secret="ds_1"), device(2, dead_at=NOW)]

    assert registration.import_many(application(), devices) == 2

    alive, dead = Installation.objects.select_related("gcm").order_by("key")
    assert alive.gcm.registration_id == "token-1"
    assert alive.gcm.active
    assert bytes(alive.token_hash) == registration.hash_of("token-1")
    assert registration.is_secret_of(alive, "ds_1")
    assert alive.app_version_order == "00000005.00000010"
    assert alive.gcm.application_id == f"{application().pk}:production"
    assert (dead.retired_reason, dead.gcm.active) == ("token dead", False)
    assert not registration.is_secret_of(dead, "")


@pytest.mark.parametrize(
    ("gateway", "link", "changes"),
    [
        ("fcm", "gcm", {"cloud_message_type": "FCM"}),
        ("apns", "apns", {}),
        ("webpush", "webpush", {"p256dh": "P", "auth": "A", "browser": "SAFARI"}),
        ("wns", "wns", {}),
    ],
)
def test_every_gateway_has_its_own_table(gateway, link, changes):
    keys = {"p256dh": "P", "auth": "A", "vapid_key": "V", "browser": "SAFARI"}
    one = device(1, gateway=gateway, environment="sandbox", **keys)

    registration.import_many(application(), [one, device(2)])

    loaded = Installation.objects.select_related(link).get(key="phone-1")
    row = getattr(loaded, link)
    assert (loaded.gateway, loaded.environment) == (gateway, "sandbox")
    assert loaded.vapid_key == "V"
    assert (row.registration_id, row.active) == ("token-1", True)
    assert row.application_id == f"{application().pk}:sandbox"
    assert {name: getattr(row, name) for name in changes} == changes


def test_a_loaded_device_can_register_again():
    registration.import_many(application(), [device(1, secret="ds_1")])
    given = registration.Registration(
        key="phone-1", platform="android", token="new", secret="ds_1"
    )

    answer = registration.register(application(), given, NOW)

    assert not answer.created
    assert Installation.objects.get().gcm.registration_id == "new"


@pytest.mark.parametrize(
    "clash", [{"token": "token-1"}, {"key": "phone-1"}], ids=["token", "key"]
)
def test_a_clash_loads_nothing(clash):
    with pytest.raises(Refused):
        registration.import_many(application(), [device(1), device(2, **clash)])
    assert not Installation.objects.exists()

    registration.import_many(application(), [device(1)])
    with pytest.raises(Refused):
        registration.import_many(application(), [device(2, **clash)])
    assert Installation.objects.count() == 1

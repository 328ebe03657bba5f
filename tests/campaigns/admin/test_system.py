"""The libraries' tables under System."""

import pytest
from django.contrib import admin
from push_notifications.models import APNSDevice, GCMDevice, WebPushDevice, WNSDevice

from campaigns.models import TestSend
from tests import builders
from tests.campaigns.admin.staff import signed_in

pytestmark = pytest.mark.django_db
TOKENS = "/admin/push_notifications/gcmdevice/"


@pytest.mark.parametrize("model", [APNSDevice, GCMDevice, WebPushDevice, WNSDevice])
def test_no_bulk_send_is_left_on_the_token_tables(model: type) -> None:
    assert tuple(admin.site._registry[model].actions) == ("send_test",)


def test_a_token_is_never_shown() -> None:
    phone = builders.installation(token="a-secret-token")
    administrator = signed_in("Administrator")
    for page in (TOKENS, f"{TOKENS}{phone.gcm_id}/change/"):
        answer = administrator.get(page)
        assert answer.status_code == 200
        assert "a-secret-token" not in answer.content.decode()


def test_the_test_send_takes_ones_own_phones_only() -> None:
    administrator = signed_in("Administrator")
    own = builders.tester(tester=administrator.user)
    foreign = builders.installation()
    campaign = builders.campaign()
    form = {"action": "send_test", "campaign": campaign.pk}

    administrator.post(TOKENS, form | {"_selected_action": [foreign.gcm_id]})
    assert not TestSend.objects.exists()
    administrator.post(
        TOKENS, form | {"_selected_action": [own.gcm_id, foreign.gcm_id]}
    )

    assert [each.installation for each in TestSend.objects.all()] == [own]


def test_the_clockwork_opens_and_its_task_can_be_read() -> None:
    administrator = signed_in("Administrator")
    there = "/admin/django_celery_beat/periodictask/"
    assert "Pushsite tick" in administrator.get(there).content.decode()
    assert administrator.get(there + "1/change/").status_code == 200

"""Before workers start: whose keys and whose database this is."""

import pytest

from campaigns.delivery import heartbeats, instance
from campaigns.models import Switch
from pushsite.supervisor import admission
from pushsite.supervisor.preconditions import CannotStart
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.VAR = tmp_path
    return tmp_path


def test_real_keys_beside_the_simulator_are_one_sentence(settings):
    settings.SIMULATOR = "127.0.0.1:1"
    builders.credential(simulated=False, account="real-shop")

    with pytest.raises(CannotStart, match="real-shop") as refused:
        admission.admit(lambda *_: None)

    assert "\n" not in str(refused.value)
    assert "Unset SIMULATOR" in str(refused.value)


def test_a_key_that_is_none_is_one_sentence(settings):
    settings.CREDENTIAL_KEY = "short"
    with pytest.raises(CannotStart):
        admission.admit(lambda *_: None)


def test_a_copy_starts_on_hold_and_says_so(tmp_path):
    Switch.objects.update(instance=None, is_on=True)
    told = []
    admission.admit(lambda name, text: told.append(text))
    assert told == []
    assert Switch.objects.get().is_on

    (tmp_path / instance.FILE).write_text("another")
    heartbeats.beat(instance.PART, at=builders.NOW, folder="x", database="y")
    admission.admit(lambda name, text: told.append(text))

    assert not Switch.objects.get().is_on
    assert told[0].startswith("All sending is on hold: ")

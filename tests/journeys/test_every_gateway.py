"""The sample campaign over the wire: Firebase, Apple, browsers and Windows at once."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from campaigns.delivery import send, snapshot
from campaigns.delivery.pace import Pace
from campaigns.models import Campaign, Run
from devices.models import Installation
from devices.models.installations import LINK_OF
from devices.simulator.names import label_of
from pushsite import trial
from tests import builders, checker
from tests.journeys import runs
from tests.simulators import RunningSimulator

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def simulator(tmp_path: Path, settings: Any) -> Iterator[RunningSimulator]:
    """A simulator in the site's own data folder, where the sample's keys are made."""
    running = RunningSimulator(tmp_path / "simulator")
    settings.VAR, settings.SIMULATOR = tmp_path, running.address
    yield running
    running.stop()


def sent(tmp_path: Path) -> Run:
    """The sample campaign, sent to its audience until nothing is left to do."""
    run = builders.run(Campaign.objects.get(), due_at=timezone.now())
    while snapshot.freeze_slice(run.pk):
        pass
    Run.objects.filter(pk=run.pk).update(state="sending", started_at=timezone.now())
    (tmp_path / "flights").mkdir()
    send.work(60.0, pace=Pace(flights=tmp_path / "flights"))
    return run


def test_a_campaign_reaches_every_kind_and_the_journal_agrees(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    call_command("sample", people=900, events=0)

    run = sent(tmp_path)

    judgement = runs.judged(simulator, run)
    assert judgement.agrees, judgement
    assert judgement.unknown == 0
    requests = list(checker.requests_of(runs.journal(simulator), str(run.public_id)))
    taken = Counter(each["gateway"] for each in requests if checker.is_agreed(each))
    assert taken == trial.by_gateway(run)
    assert set(taken) == {"fcm", "apns", "webpush", "wns"}
    tokens = {label_of(each["token"]) for each in requests if each["status"] == 200}
    assert any(each.startswith("sandbox-") for each in tokens), "Apple's other world"
    texts = [
        each["body"]["notification"]
        for each in requests
        if each["gateway"] == "webpush"
    ]
    titles = ("the sale is on", "les soldes commencent")
    said = [[each["title"].count(title) for title in titles] for each in texts]
    assert all(map(any, said)), "decrypted"
    assert all(map(any, zip(*said, strict=True))), "each language was read"

    dead = [each for each in requests if label_of(each["token"]).startswith("dead-")]
    retired = Installation.objects.exclude(retired_at=None).filter(
        retired_at__gte=run.created_at
    )
    assert {each["token"] for each in dead} == {
        getattr(each, LINK_OF[each.gateway]).registration_id for each in retired
    }
    assert {each["gateway"] for each in dead} >= {"fcm", "apns", "webpush"}

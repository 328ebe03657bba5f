"""A message in several languages: each reads one, and the ledger says which."""

from collections import defaultdict

import pytest
from django.utils import timezone

from campaigns.delivery import send, snapshot
from campaigns.delivery.pace import Pace
from campaigns.models import Delivery, Run, Spoken
from devices.gateways.base import Push
from devices.gateways.memory import MemoryGateway
from devices.models import Installation
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

FRENCH = {
    "locale": "fr",
    "title": "Soldes",
    "body": 'Bonjour {{ locale | default: "vous" }}',
}
CANADIAN = {"locale": "fr-CA", "title": "Aubaines", "body": "Allô"}
EMPTY = {"locale": "de", "title": " ", "body": ""}


@pytest.fixture(autouse=True)
def _a_key() -> None:
    builders.credential()


def speaker(locale: str, device_locale: str = "") -> int:
    person = builders.person(locale=locale, preference="opted_in")
    builders.installation(person, locale=device_locale)
    return person.pk


def send_all(tmp_path, **changes) -> tuple[Run, dict[str, Push]]:
    """The whole run, and what each token got."""
    run = builders.run(builders.campaign(title="Sale", body="Hi", **changes))
    while snapshot.freeze_slice(run.pk):
        pass
    Run.objects.filter(pk=run.pk).update(state="sending", started_at=timezone.now())
    gateways: dict[tuple[str, str], MemoryGateway] = defaultdict(MemoryGateway)
    send.work(
        120.0,
        pace=Pace(flights=tmp_path),
        channel=lambda _app, kind, world: gateways[kind, world],
    )
    sent = [push for each in gateways.values() for push in each.sent]
    return run, {push.token: push for push in sent}


def titles(run: Run, sent: dict[str, Push]) -> dict[int, str]:
    """The title that each person got."""
    from_token = {
        each.gcm.registration_id: each.person_id
        for each in Installation.objects.select_related("gcm")
    }
    return {from_token[token]: push.title for token, push in sent.items()}


def test_each_person_reads_the_language_nearest_to_their_own(tmp_path):
    english, french, quebec, german = map(speaker, ["en", "fr-BE", "fr-CA", "de"])
    by_device = speaker("", "fr")

    run, sent = send_all(tmp_path, translations=[FRENCH, CANADIAN, EMPTY])

    assert titles(run, sent) == {
        english: "Sale",
        french: "Soldes",
        quebec: "Aubaines",
        german: "Sale",
        by_device: "Soldes",
    }


def test_the_ledger_and_its_counts_say_which_language_it_was(tmp_path):
    english, french, quebec = map(speaker, ["en", "fr", "fr-CA"])

    run, _sent = send_all(tmp_path, translations=[FRENCH, CANADIAN])

    rows = Delivery.objects.filter(run_id=run.pk)
    kept = dict(rows.values_list("person_id", "translation"))
    assert kept == {english: 0, french: 1, quebec: 2}
    counted = Spoken.objects.filter(run=run)
    assert dict(counted.values_list("translation", "rows")) == {0: 1, 1: 1, 2: 1}


def test_a_message_in_one_language_reaches_everybody_in_it(tmp_path):
    french = speaker("fr")

    run, sent = send_all(tmp_path)

    assert titles(run, sent) == {french: "Sale"}


def test_a_translation_without_a_link_opens_what_the_message_opens(tmp_path):
    speaker("fr")

    _run, sent = send_all(
        tmp_path, link="https://shop.example/sale", translations=[FRENCH]
    )

    assert [push.link for push in sent.values()] == ["https://shop.example/sale"]

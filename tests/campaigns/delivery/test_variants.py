"""Several variants of a message: each person gets one, and the same one each time."""

from collections import Counter, defaultdict
from typing import Any

import pytest
from django.utils import timezone

from campaigns.audience import split
from campaigns.delivery import lifecycle, send, snapshot
from campaigns.delivery.pace import Pace
from campaigns.models import Batch, Campaign, Delivery, LeftOut, Run
from campaigns.models.reasons import Reason
from campaigns.reports import variants as reports
from devices.gateways.base import Push
from devices.gateways.memory import MemoryGateway
from tests import builders, crowds
from tests.campaigns.delivery.ledgers import assert_conserved

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

FRENCH = {"locale": "fr", "title": "Soldes", "body": "Venez"}
B = {
    "key": "B",
    "weight": 40,
    "changes": {
        "title": "For {{ locale | default: 'you' }}",
        "translations": {"fr": {"title": "Rien que pour vous"}},
        "platforms": {"android": {"channel": "offers"}},
    },
}
PEOPLE = 60


@pytest.fixture(autouse=True)
def _a_key() -> None:
    builders.credential()


def a_campaign(**changes: Any) -> Campaign:
    """A to 40 per cent, B to as many, and 20 who get nothing."""
    facts = {"title": "Sale", "translations": [FRENCH], "variants": [B], "control": 20}
    return builders.campaign(**facts | changes)


def frozen(campaign: Campaign, **changes: Any) -> Run:
    run = builders.run(campaign, **changes)
    while snapshot.freeze_slice(run.pk):
        pass
    Run.objects.filter(pk=run.pk).update(state="sending", started_at=timezone.now())
    run.refresh_from_db()
    return run


def sent(tmp_path: Any, seconds: float = 120.0) -> dict[str, Push]:
    """What each token got."""
    gateways: dict[tuple[str, str], MemoryGateway] = defaultdict(MemoryGateway)
    send.work(
        seconds,
        pace=Pace(flights=tmp_path),
        channel=lambda _app, kind, world: gateways[kind, world],
    )
    return {push.token: push for each in gateways.values() for push in each.sent}


def people(count: int = PEOPLE) -> dict[str, int]:
    """Phones by token, each of a person of its own; every third one reads French."""
    tokens = [f"phone-{number}" for number in range(count)]
    phones = crowds.phones(builders.application(), tokens)
    for each in phones[::3]:
        each.person.locale = "fr"
        each.person.save(update_fields=["locale"])
    return {token: each.person_id for token, each in zip(tokens, phones, strict=True)}


def test_each_person_gets_one_variant_in_their_language_or_nothing(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(snapshot, "PEOPLE", 25)
    monkeypatch.setattr(snapshot, "BATCH", 7)
    owner = people()
    campaign = a_campaign()

    run = frozen(campaign)
    pushes = sent(tmp_path)

    content = run.revision.content
    drawn = {person: split.key_for(person, content) for person in owner.values()}
    titles = {
        "A": {"Sale", "Soldes"},
        "B": {"For you", "For fr", "Rien que pour vous"},
    }
    got = {owner[token]: push for token, push in pushes.items()}
    assert set(got) == {person for person, variant in drawn.items() if variant}
    assert all(push.title in titles[drawn[person]] for person, push in got.items())
    french = [owner[f"phone-{number}"] for number in range(0, PEOPLE, 3)]
    assert {got[each].title for each in french if each in got} == {
        "Soldes",
        "Rien que pour vous",
    }
    channels = {
        drawn[person]: push.options.channel if push.options else ""
        for person, push in got.items()
    }
    assert channels == {"A": "", "B": "offers"}
    left = [person for person, variant in drawn.items() if not variant]
    rows = LeftOut.objects.filter(run=run)
    assert dict(rows.values_list("reason", "rows")) == {Reason.CONTROL_GROUP: len(left)}
    counted = {each.key: each for each in reports.of_run(run)}
    by_key = Counter(drawn.values())
    for each in counted.values():
        assert each.people == each.due == each.accepted == by_key[each.key]
    assert reports.control_of(run).devices == by_key[""]
    assert_conserved(run)


def test_a_batch_has_one_variant_and_its_rows_say_whose_they_are():
    people()
    run = frozen(a_campaign())

    batches = Batch.objects.filter(run=run)
    assert {each.variant for each in batches} == {0, 1}
    for row in Delivery.objects.filter(run_id=run.pk, reason=None):
        mine = batches.get(lo__lt=row.seq, hi__gte=row.seq)
        key = split.key_for(row.person_id, run.revision.content)
        assert "AB"[mine.variant] == key == reports.name_of(run, row.seq)


def test_a_person_keeps_their_variant_in_the_next_run():
    people()
    campaign = a_campaign()

    def drawn(run: Run) -> dict[int, str]:
        rows = Delivery.objects.filter(run_id=run.pk, reason=None)
        return {row.person_id: reports.name_of(run, row.seq) for row in rows}

    first = drawn(frozen(campaign, slot="first"))
    again = builders.revision(campaign)
    assert drawn(frozen(campaign, revision=again, slot="second")) == first
    rewritten = a_campaign(replaces=campaign)
    assert drawn(frozen(rewritten)) == first
    assert drawn(frozen(a_campaign())) != first


def test_a_variant_that_says_what_a_says_is_corrected_with_it(tmp_path):
    owner = people()
    campaign = a_campaign(body="Come in")
    run = frozen(campaign)
    Run.objects.filter(pk=run.pk).update(state="paused")
    Campaign.objects.filter(pk=campaign.pk).update(
        state="finished", revision=run.revision
    )
    rights = ("campaigns.change_campaign", "campaigns.launch_campaign")
    user = builders.user(*rights, "campaigns.launch_large_campaign")

    said = {"en": {"body": "Come tomorrow"}, "B:en": {"title": "For all"}}
    lifecycle.correct(run, said, user=user, at=timezone.now())
    Run.objects.filter(pk=run.pk).update(state="sending")
    got = {owner[token]: push for token, push in sent(tmp_path).items()}

    english = {push.title: push.body for push in got.values() if push.body != "Venez"}
    assert english == {"Sale": "Come tomorrow", "For all": "Come tomorrow"}
    campaign.refresh_from_db()
    assert (campaign.body, campaign.title) == ("Come tomorrow", "Sale")
    assert campaign.variants[0]["changes"]["title"] == "For all"
    assert "body" not in campaign.variants[0]["changes"]

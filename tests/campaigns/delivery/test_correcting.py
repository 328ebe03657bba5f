"""A message corrected on the way: who had it keeps it, the rest gets the new one."""

from collections import defaultdict

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from campaigns.content import locales
from campaigns.delivery import lifecycle, send, snapshot
from campaigns.delivery.pace import Pace
from campaigns.models import Batch, Correction, Lane, Parked, Run
from campaigns.models.rates import ChannelRate
from campaigns.reports import corrections
from devices.gateways.base import Verdict
from devices.gateways.memory import MemoryGateway
from tests import builders
from tests.builders import NOW
from tests.campaigns.delivery.ledgers import assert_conserved, state_counts

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

EDITOR = ("campaigns.change_campaign", "campaigns.stop_run", "campaigns.resume_run")
FRENCH = {"locale": "fr", "title": "Soldes", "body": "Demain"}


@pytest.fixture
def pace(tmp_path):
    return Pace(flights=tmp_path)


@pytest.fixture(autouse=True)
def _a_key():
    builders.credential()


def work(pace: Pace, **verdicts: Verdict) -> dict[str, str]:
    """Send what can be sent; the title that each token got."""
    gateways: dict[tuple[str, str], MemoryGateway] = defaultdict(
        lambda: MemoryGateway(verdicts)
    )
    send.work(60.0, pace=pace, channel=lambda _app, kind, world: gateways[kind, world])
    sent = [push for gateway in gateways.values() for push in gateway.sent]
    return {push.token: push.title for push in sent}


def half_sent(pace: Pace) -> Run:
    """Paused after “early” was accepted, while “late” and “tard” wait."""
    for token, locale in (("early", "en"), ("late", "en"), ("tard", "fr")):
        builders.installation(builders.person(locale=locale), token=token)
    campaign = builders.campaign(title="Sael", body="Tomorrow", translations=[FRENCH])
    run = builders.run(campaign)
    while snapshot.freeze_slice(run.pk):
        pass
    Run.objects.filter(pk=run.pk).update(state="sending", started_at=timezone.now())
    work(pace, late=Verdict.THROTTLED, tard=Verdict.THROTTLED)
    run.refresh_from_db()
    lifecycle.pause(run, user=builders.user(*EDITOR), reason="A typo", at=NOW)
    return run


def come_due() -> None:
    """The waiting time that the provider asked for is over."""
    Parked.objects.update(due=Now())
    Lane.objects.update(held_until=None)
    ChannelRate.objects.all().delete()


def correct(run: Run, **said) -> Correction:
    user = builders.user(*EDITOR)
    return lifecycle.correct(run, said, user=user, at=timezone.now())


def test_those_not_yet_contacted_get_the_corrected_message_in_their_language(pace):
    run = half_sent(pace)

    correct(run, en={"title": "Sale"}, fr={"body": "Dès demain"})
    lifecycle.resume(run, user=builders.user(*EDITOR), at=NOW)
    come_due()
    sent = work(pace)

    assert sent == {"late": "Sale", "tard": "Soldes"}
    assert state_counts(run) == {"accepted": 3}
    assert_conserved(run)


def test_a_correction_keeps_who_had_the_first_message_and_what_changed(pace):
    run = half_sent(pace)

    correct(run, en={"title": "Sale"}, fr={"body": "Dès demain"})

    (told,) = corrections.of_run(run)
    assert told.accepted == 1
    assert [(each.language, each.before, each.after) for each in told.changes] == [
        ("", "Sael", "Sale"),
        ("fr", "Demain", "Dès demain"),
    ]


def test_nothing_leaves_by_correcting(pace):
    run = half_sent(pace)
    correct(run, en={"title": "Sale"})
    come_due()

    assert work(pace) == {}


@pytest.mark.parametrize("state", ["sending", "finished", "countdown"])
def test_only_a_paused_run_is_corrected(state):
    run = builders.run(state=state)

    with pytest.raises(lifecycle.WrongState):
        correct(run, en={"title": "Sale"})


def test_a_correction_waits_for_the_answers_that_are_on_their_way():
    run = builders.run(state="paused")
    builders.batch(run, hi=2, state=1, next=2, until=timezone.now().replace(year=2999))

    with pytest.raises(lifecycle.WrongState, match="on their way"):
        correct(run, en={"title": "Sale"})

    Batch.objects.update(done=2)
    correct(run, en={"title": "Sale"})


def test_a_text_that_cannot_be_sent_is_refused_by_its_field():
    run = builders.run(builders.campaign(translations=[FRENCH]), state="paused")

    with pytest.raises(lifecycle.Incomplete) as refused:
        correct(run, fr={"title": ""})

    assert refused.value.field == "fr.title"
    run.refresh_from_db()
    assert run.revision.number == 1


def test_whoever_may_not_write_messages_corrects_none():
    run = builders.run(state="paused")

    with pytest.raises(lifecycle.NotAllowed):
        lifecycle.correct(
            run,
            {"en": {"title": "Sale"}},
            user=builders.user("campaigns.stop_run"),
            at=NOW,
        )


def test_what_is_the_same_is_no_correction():
    run = builders.run(state="paused")

    with pytest.raises(lifecycle.WrongState, match="Nothing is different"):
        correct(run, en={"title": "Hello"})


def test_later_runs_of_the_campaign_say_it_correctly_too():
    run = builders.run(builders.campaign(state="scheduled"), state="paused")
    run.campaign.revision = run.revision
    run.campaign.save(update_fields=["revision"])

    correct(run, en={"title": "Sale"})

    run.campaign.refresh_from_db()
    assert run.campaign.title == "Sale"
    assert run.campaign.revision.content["title"] == "Sale"


@pytest.mark.parametrize(
    ("rights", "title"), [((), "Hello"), (("campaigns.launch_campaign",), "Sale")]
)
def test_a_missed_run_says_it_correctly_too_for_who_may_send_it(rights, title):
    paused = builders.run(builders.campaign(state="scheduled"), state="paused")
    missed = builders.run(
        paused.campaign, revision=paused.revision, state="missed", slot="missed"
    )
    over = builders.run(
        paused.campaign, revision=paused.revision, state="finished", slot="over"
    )

    user = builders.user(*EDITOR, *rights)
    lifecycle.correct(paused, {"en": {"title": "Sale"}}, user=user, at=NOW)

    missed.refresh_from_db()
    over.refresh_from_db()
    assert missed.revision.content["title"] == title
    assert over.revision.content["title"] == "Hello"


def test_each_correction_counts_those_who_had_the_message_just_before(pace):
    run = half_sent(pace)
    correct(run, en={"title": "Sale"})
    lifecycle.resume(run, user=builders.user(*EDITOR), at=NOW)
    come_due()
    assert len(work(pace, tard=Verdict.THROTTLED)) == 2
    run.refresh_from_db()
    lifecycle.pause(run, user=builders.user(*EDITOR), reason="Again", at=NOW)

    correct(run, fr={"title": "Les soldes"})

    assert [each.accepted for each in corrections.of_run(run)] == [1, 1]


def test_a_draft_that_somebody_writes_on_is_left_alone():
    run = builders.run(state="paused")

    correct(run, en={"title": "Sale"})

    run.campaign.refresh_from_db()
    assert run.campaign.title == "Hello"


@pytest.mark.parametrize(
    ("rights", "title"), [((), "Hello"), (("campaigns.launch_campaign",), "Sale")]
)
def test_later_runs_change_for_who_may_launch_them(rights, title):
    campaign = builders.campaign(state="scheduled", next_slot="s", next_at=NOW)
    run = builders.run(campaign, state="paused")
    run.campaign.revision = run.revision
    run.campaign.save(update_fields=["revision"])
    user = builders.user(*EDITOR, *rights)

    lifecycle.correct(run, {"en": {"title": "Sale"}}, user=user, at=NOW)

    run.refresh_from_db()
    assert run.revision.content["title"] == "Sale"
    run.campaign.refresh_from_db()
    assert run.campaign.revision.content["title"] == title
    assert run.campaign.title == title


def test_a_correction_written_over_another_text_is_refused():
    run = builders.run(state="paused")
    seen = run.revision_id
    correct(run, en={"title": "Sale"})

    with pytest.raises(lifecycle.Changed):
        lifecycle.correct(
            run,
            {"en": {"title": "Hello", "body": "Tomorrow"}},
            user=builders.user(*EDITOR),
            at=NOW,
            seen=seen,
        )

    run.refresh_from_db()
    assert run.revision.content["title"] == "Sale"


def linked(**french: str) -> Run:
    """A paused run in two languages that opens the old address."""
    digest = locales.digest("Hello", "Something new is waiting for you.")
    campaign = builders.campaign(
        state="scheduled",
        link="https://shop.example/old",
        translations=[{**FRENCH, "source": digest, **french}],
    )
    run = builders.run(campaign, state="paused")
    campaign.revision = run.revision
    campaign.save(update_fields=["revision"])
    return run


def test_a_translation_without_a_link_of_its_own_follows_the_corrected_one():
    run = linked()

    correct(
        run,
        en={"link": "https://shop.example/new"},
        fr={"link": "https://shop.example/old"},
    )

    run.refresh_from_db()
    french = run.revision.content["translations"][0]
    assert french["link"] == "https://shop.example/new"
    run.campaign.refresh_from_db()
    assert run.campaign.translations[0].get("link", "") == ""


def test_a_translation_with_a_link_of_its_own_keeps_it():
    run = linked(link="https://shop.example/fr")

    correct(run, en={"link": "https://shop.example/new"})

    run.refresh_from_db()
    french = run.revision.content["translations"][0]
    assert french["link"] == "https://shop.example/fr"


def test_a_translation_that_was_corrected_beside_its_source_is_not_outdated():
    run = linked()

    correct(run, en={"title": "Sale"}, fr={"title": "Soldes !"})

    run.campaign.refresh_from_db()
    (french,) = run.campaign.translations
    body = run.campaign.body
    assert french["title"] == "Soldes !"
    assert locales.standing(french, title="Sale", body=body) == "complete"

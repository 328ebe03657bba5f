"""Numbers of one page agree, and a share is never nothing where something is."""

import pytest
from django.urls import reverse

from campaigns.admin import primer_funnel, result_charts
from campaigns.models import Batch, BatchReason, Outcome, Receipt, Run
from campaigns.models.reasons import Reason
from tests import builders
from tests.campaigns.admin import sent
from tests.campaigns.delivery.test_translations import FRENCH

pytestmark = pytest.mark.django_db

A, BROKEN = Reason.ACCEPTED, Reason.NO_ANSWER


@pytest.fixture
def reader(client):
    client.force_login(builders.user("campaigns.view_run", "campaigns.view_campaign"))
    return client


def results(client, run):
    return client.get(reverse("admin:campaigns_run_results", args=[run.pk]))


def opened(run: Run, seq: int) -> None:
    Receipt.objects.create(
        run=run, seq=seq, kind="opened", at=builders.NOW, received_at=builders.NOW
    )


def counts_of_openings(page) -> set[int]:
    """What each place of the page says of openings."""
    context = page.context
    chart = context["funnel"]
    return {
        context["numbers"].opened,
        int(chart.bars[-1].text),
        sum(each.opened for each in context["services"]),
        sum(each.opened for each, _rate in context["languages"]),
    }


def test_every_place_of_the_results_tells_the_same_openings(reader):
    draft = builders.campaign(translations=[FRENCH])
    run = sent.a_run(sent.device_each(A, A), campaign_=draft)
    opened(run, 1)
    assert counts_of_openings(results(reader, run)) == {1}

    opened(run, 2)
    page = results(reader, run)

    assert len(counts_of_openings(page)) == 1
    assert "1 opened the message (50 % of those)." in page.content.decode()


def test_a_late_answer_moves_people_and_devices_together(reader):
    run = sent.a_run(sent.device_each(A, BROKEN))
    results(reader, run)

    Outcome.objects.filter(run_id=run.pk, seq=2).update(reason=A)
    Batch.objects.update(accepted=2, unknown=0)
    BatchReason.objects.filter(reason=BROKEN).delete()
    BatchReason.objects.update(rows=2)

    groups = {each.key: each for each in results(reader, run).context["groups"]}
    assert (groups["accepted"].rows, groups["accepted"].people) == (2, 2)
    assert (groups["unknown"].rows, groups["unknown"].people) == (0, 0)


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (0, 4_657, "0 %"),
        (1, 4_657, "under 0.1 %"),
        (3, 4_657, "0.1 %"),
        (1, 12, "8.3 %"),
        (1, 2, "50 %"),
        (4_656, 4_657, "over 99.9 %"),
        (4_657, 4_657, "100 %"),
        (0, 0, "n/a"),
    ],
)
def test_something_is_never_nothing_and_never_everything(part, whole, said):
    assert result_charts.rate(part, whole) == said


@pytest.mark.parametrize(
    ("share", "said"),
    [(None, "–"), (0, "0 %"), (0.2, "under 1 %"), (99.7, "over 99 %"), (100, "100 %")],
)
def test_a_primers_shares_are_as_honest(share, said):
    assert primer_funnel.percent(share) == said


def test_the_pages_of_a_campaign_name_the_zone_of_their_times(reader, settings):
    settings.TIME_ZONE = "Europe/Lisbon"
    draft = builders.campaign(state="scheduled", next_at=builders.NOW)
    builders.run(draft)

    page = reader.get(reverse("admin:campaigns_campaign_change", args=[draft.pk]))

    assert "(Europe/Lisbon), in" in page.content.decode()
    assert "Start (Europe/Lisbon)" in page.content.decode()

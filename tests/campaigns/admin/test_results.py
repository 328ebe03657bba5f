"""The results: every number has one reason, words for it, and the people behind it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from campaigns.audience import limits
from campaigns.delivery import clock
from campaigns.models import Receipt
from campaigns.models.reasons import Reason
from campaigns.reports import reactions, recipients, timeline
from tests import builders
from tests.campaigns.admin import sent

pytestmark = pytest.mark.django_db

A, DEAD, BROKEN = Reason.ACCEPTED, Reason.TOKEN_DEAD, Reason.NO_ANSWER


def address(name, run):
    return reverse(f"admin:campaigns_run_{name}", args=[run.pk])


@pytest.fixture
def reader(client):
    client.force_login(builders.user("campaigns.view_run", "devices.view_person"))
    return client


def page(client, run):
    return client.get(address("results", run))


def text(client, run):
    return page(client, run).content.decode()


def listed(client, run, what, **more):
    return client.get(address("people", run), {"what": what, **more})


def test_one_sentence_says_it_all(reader):
    run = sent.a_run(sent.device_each(A, A, DEAD))
    Receipt.objects.create(
        run=run, seq=1, kind="opened", at=builders.NOW, received_at=builders.NOW
    )

    shown = text(reader, run)
    assert "3 people were targeted." in shown
    assert "The push services accepted 2 devices." in shown
    assert "1 opened the message (50 % of those)." in shown
    assert "1 opened ÷ 2 accepted" in shown
    assert "1 opened ÷ 1 received" in shown


def test_the_rows_sum_to_the_audience_in_devices_and_in_people(reader):
    two = builders.person()
    phones = [builders.installation(two) for _each in range(2)]
    due = [(two, phones[0], DEAD), (two, phones[1], A)]
    run = sent.a_run(
        [*due, *sent.device_each(BROKEN, None)], sent.left_out(Reason.UNSUBSCRIBED)
    )

    context = page(reader, run).context

    groups = context["groups"]
    assert sum(group.rows for group in groups) == context["numbers"].audience == 5
    assert sum(group.people for group in groups) == run.people == 4
    assert context["agree"]


def test_a_person_counts_once_by_the_best_that_happened():
    two = builders.person()
    first, second = (builders.installation(two) for _each in range(2))
    run = sent.a_run([(two, first, DEAD), (two, second, A)])

    assert recipients.people(run) == {Reason.ACCEPTED: 1}


def test_a_later_attempt_is_the_one_that_counts():
    run = sent.a_run(sent.device_each(BROKEN))
    sent.Outcome.objects.create(
        run_id=run.pk, seq=1, attempt=2, reason=A, at=builders.NOW
    )

    assert recipients.people(run) == {Reason.ACCEPTED: 1}
    found, _more = recipients.page(run, reasons=[A])
    assert [each.seq for each in found] == [1]


def test_a_failure_says_what_to_do_and_hides_its_code_one_click_away(reader):
    shown = text(reader, sent.a_run(sent.device_each(DEAD)))

    assert "App removed, or notifications cleared on this device" in shown
    assert "we no longer send to this device until it registers again" in shown
    assert "UNREGISTERED" in shown


def test_nothing_accepted_makes_every_rate_not_available(reader):
    shown = text(reader, sent.a_run(sent.device_each(DEAD)))

    assert "n/a" in shown
    assert "0 opened ÷ 0 accepted" in shown


def test_a_run_that_is_sending_says_that_numbers_move(reader):
    shown = text(reader, sent.a_run(sent.device_each(A, None)))

    assert "Not over yet: 1 device waits, and these numbers move." in shown


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("countdown", "Nothing has been sent yet"),
        ("preparing", "Nothing has been sent yet"),
        ("cancelled", "Cancelled in time"),
        ("missed", "This run was missed: decide"),
    ],
)
def test_a_run_without_results_says_why(reader, state, sentence):
    run = builders.run(state=state, countdown_until=builders.NOW)

    assert sentence in text(reader, run)


def test_a_number_links_to_the_people_behind_it(reader):
    run = sent.a_run(sent.device_each(A, DEAD))
    assert f"{address('people', run)}?what=200" in text(reader, run)

    found = listed(reader, run, "200").context["found"]

    assert [each.seq for each in found] == [2]


def test_a_list_never_shows_a_token(reader):
    phone = builders.installation(token="secret-token-of-a-phone")
    run = sent.a_run([(phone.person, phone, DEAD)])

    shown = listed(reader, run, "failed").content.decode()

    assert phone.person.external_id in shown
    assert "secret-token-of-a-phone" not in shown
    assert bytes(phone.token_hash).hex() not in shown


def test_a_long_list_is_read_fifty_at_a_time(reader):
    run = sent.a_run(sent.device_each(*[A] * 120))

    seen, after = [], 0
    while after is not None:
        context = listed(reader, run, "accepted", after=after).context
        seen += [each.seq for each in context["found"]]
        after = context["more"]

    assert seen == list(range(1, 121))


def test_a_list_costs_the_same_however_long(reader, django_assert_max_num_queries):
    run = sent.a_run(sent.device_each(*[A] * 60))
    listed(reader, run, "accepted")

    with django_assert_max_num_queries(20):
        listed(reader, run, "accepted")


def test_the_table_costs_the_same_however_many_rows(
    reader, django_assert_max_num_queries
):
    run = sent.a_run(sent.device_each(*[A] * 30, *[DEAD] * 5))
    page(reader, run)

    with django_assert_max_num_queries(34):
        page(reader, run)


@pytest.mark.parametrize(
    ("what", "seqs"),
    [
        ("waiting", [3]),
        ("unknown", [2]),
        ("skipped", [4]),
        ("opened", [1]),
        ("303", [4]),
    ],
)
def test_each_outcome_has_its_list(reader, what, seqs):
    run = sent.a_run(sent.device_each(A, BROKEN, None), sent.left_out(Reason.NO_DEVICE))
    Receipt.objects.create(
        run=run, seq=1, kind="opened", at=builders.NOW, received_at=builders.NOW
    )

    found = listed(reader, run, what).context["found"]

    assert [each.seq for each in found] == seqs


@pytest.mark.parametrize("what", ["", "nothing", "999", "²", "-1", "1e9"])
def test_a_number_that_nothing_links_to_is_not_found(reader, what):
    run = sent.a_run(sent.device_each(A))

    assert listed(reader, run, what).status_code == 404


def test_an_analyst_sees_numbers_and_no_people(client):
    client.force_login(builders.user("campaigns.view_run"))
    run = sent.a_run(sent.device_each(A))

    assert "?what=100" not in text(client, run)
    assert listed(client, run, "100").status_code == 403


def test_names_with_markup_are_only_names(reader):
    person = builders.person(external_id="<img src=x onerror=alert(1)>")
    phone = builders.installation(person, model="<script>alert(2)</script>")
    run = sent.a_run([(person, phone, DEAD)])

    shown = listed(reader, run, "200").content.decode()

    assert "<img src=x" not in shown
    assert "<script>alert(2)" not in shown
    assert "&lt;img src=x" in shown


def reported(run, seq, *kinds, at=builders.NOW):
    for kind in kinds:
        Receipt.objects.create(run=run, seq=seq, kind=kind, at=at, received_at=at)


def stages(client, run, **asked):
    chart = client.get(address("results", run), asked).context["funnel"]
    return [bar.text for bar in chart.bars]


def test_the_funnel_counts_devices_or_people(reader):
    two = builders.person()
    phones = [builders.installation(two) for _each in range(2)]
    run = sent.a_run(
        [*((two, phone, A) for phone in phones), *sent.device_each(DEAD)],
        sent.left_out(Reason.NO_DEVICE),
    )
    reported(run, 1, "received", "opened")
    reported(run, 2, "received")

    assert stages(reader, run) == ["3", "3", "2", "2", "1"]
    assert stages(reader, run, count="people") == ["3", "2", "1", "1", "1"]


def test_an_opening_proves_that_it_was_received(reader):
    run = sent.a_run(sent.device_each(A, A))
    reported(run, 1, "opened")

    assert stages(reader, run)[3:] == ["1", "1"]
    assert "Known for 50 % of those accepted" in text(reader, run)


def test_the_timeline_counts_each_acceptance_and_opening_once(reader):
    run = sent.a_run(sent.device_each(A, A, DEAD))
    reported(run, 1, "opened", at=builders.NOW + timedelta(minutes=30))

    found = timeline.of(run, offset=timedelta())

    assert (found.accepted[0], sum(found.accepted)) == (2, 2)
    assert (found.opened[-1], sum(found.opened)) == (1, 1)
    assert found.starts[0] == builders.NOW
    assert found.exact
    assert "When it happened" in text(reader, run)


def test_a_large_run_is_drawn_from_a_sample(monkeypatch):
    monkeypatch.setattr(timeline, "LOOKED_AT", 10)
    run = sent.a_run(sent.device_each(*[A] * 40))

    found = timeline.of(run, offset=timedelta())

    assert not found.exact
    assert sum(found.accepted) == 40


def test_a_chart_that_takes_too_long_leaves_the_page(reader, monkeypatch):
    def slow(*_args, **_facts):
        raise limits.TooSlow

    monkeypatch.setattr(reactions, "of", slow)
    shown = text(reader, sent.a_run(sent.device_each(A)))

    assert "Counting the reports of devices takes too long now." in shown
    assert "What became of everybody" in shown


def test_each_push_service_has_its_own_open_rate(reader):
    run = sent.a_run(sent.device_each(A, A, A, A))
    reported(run, 2, "opened")

    services = page(reader, run).context["services"]

    assert [(each.numbers.gateway, each.opened) for each in services] == [("fcm", 1)]
    assert services[0].rate == "25 %"


def test_numbers_move_until_a_day_after_the_message_expires(reader):
    now = clock.now()
    assert "Numbers still move until about" in text(
        reader, sent.a_run(sent.device_each(A), started_at=now)
    )
    old = sent.a_run(sent.device_each(A), started_at=now - timedelta(days=9))
    assert "Numbers still move" not in text(reader, old)

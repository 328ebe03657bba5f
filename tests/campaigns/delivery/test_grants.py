"""What PostgreSQL grants: never more than 1.1 times a limit in any second."""

from bisect import bisect_left
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.delivery import grants, slowing, speeds
from campaigns.models import ChannelRate, RunRate
from devices.gateways.base import Result, Scope, Verdict
from tests import builders
from tests.threads import at_once

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)

every_interleaving = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.fixture
def run(db):
    return builders.run(state="sending")


def place(run) -> dict[str, object]:
    return {
        "application": run.application_id,
        "gateway": "fcm",
        "environment": "production",
        "run": run.pk,
    }


def limit(run, *, channel: float | None = None, of_run: float | None = None) -> None:
    """Pushes a second, over an idle past."""
    ChannelRate.objects.all().delete()
    RunRate.objects.all().delete()
    if channel is not None:
        row = speeds.limit_channel(
            run.application, "fcm", "production", round(channel * 60)
        )
        ChannelRate.objects.filter(pk=row.pk).update(tat=after(-600))
    if of_run is not None:
        speeds.limit_run(run, round(of_run * 60))
        RunRate.objects.update(tat=after(-600))


def slots(grant: grants.Grant | None) -> list[float]:
    """The moments of a grant, in seconds from noon."""
    start = grant.start - NOON.timestamp()
    return [start + n * grant.distance for n in range(grant.count)]


def most(moments: list[float], seconds: float = 1.0) -> int:
    """The most of these moments that any window of so many seconds has."""
    ordered = sorted(moments)
    ends = [bisect_left(ordered, each + seconds) for each in ordered]
    return max((end - n for n, end in enumerate(ends)), default=0)


def drain(run, *, seconds: float, step: float = 0.01, ramp: float = 0.0) -> list[float]:
    """A worker that always takes what it gets."""
    moments: list[float] = []
    for n in range(round(seconds / step)):
        grant = grants.take(place(run), want=10_000, ramp=ramp, at=after(n * step))
        moments += slots(grant)
    return moments


asks = st.lists(
    st.tuples(
        st.floats(0.0, 0.4),  # seconds since the ask before
        st.integers(1, 60),  # wanted
        st.floats(0.0, slowing.JITTER / 2),  # how late its pushes leave
    ),
    max_size=60,
)


@every_interleaving
@given(asks=asks, channel=st.sampled_from([1, 2, 9, 10, 19, 100, 400, 5000]))
def test_no_second_sees_more_than_a_channel_may(run, asks, channel) -> None:
    """Whoever asks when, for how much, and however late it leaves within the slack."""
    limit(run, channel=channel)
    moments, at = [], 0.0
    for wait, want, late in asks:
        at += wait
        grant = grants.take(place(run), want=want, ramp=0.0, at=after(at))
        moments += [each + late for each in slots(grant)]

    assert most(moments) <= 1.1 * channel


@every_interleaving
@given(
    asks=st.lists(
        st.tuples(st.floats(0.0, 0.05), st.booleans(), st.integers(1, 60)), max_size=80
    ),
    channel=st.sampled_from([10, 50, 400]),
    of_run=st.sampled_from([1, 10, 100]),
)
def test_two_runs_of_a_channel_keep_its_limit_and_one_its_own(
    run, asks, channel, of_run
) -> None:
    other = builders.run(state="sending")
    assert other.application_id == run.application_id
    limit(run, channel=channel, of_run=of_run)
    of_one, of_both, at = [], [], 0.0
    for wait, mine, want in asks:
        at += wait
        asker = run if mine else other
        got = slots(grants.take(place(asker), want=want, ramp=0.0, at=after(at)))
        of_both += got
        of_one += got if mine else []

    assert most(of_both) <= 1.1 * channel
    assert most(of_one) <= 1.1 * of_run


@pytest.mark.parametrize("channel", [1, 9, 10, 100, 400, 8000])
def test_a_worker_that_takes_all_it_gets_comes_near_the_limit(run, channel) -> None:
    limit(run, channel=channel)

    moments = drain(run, seconds=5)

    assert 0.8 * channel * 5 <= len(moments) <= channel * 5 + 1
    assert most(moments) <= 1.1 * channel


@pytest.mark.parametrize(("before", "then"), [(400, 100), (100, 400), (1, 400)])
def test_another_limit_holds_for_what_is_granted_from_then_on(
    run, before, then
) -> None:
    limit(run, channel=before)
    first = drain(run, seconds=2)
    changed = after(2)
    speeds.limit_channel(run.application, "fcm", "production", then * 60)
    second = []
    for n in range(300):
        grant = grants.take(place(run), want=500, ramp=0.0, at=after(2 + n / 100))
        second += slots(grant)

    everything = first + second
    late = [each for each in everything if each >= 2 + grants.SPAN + grants.AHEAD]
    assert changed < after(3)
    assert most(late) <= 1.1 * then
    assert len(second) >= 0.8 * 2.9 * then
    assert most(everything) <= 1.1 * max(before, then)


def test_a_fast_channel_climbs_to_its_speed_in_a_minute(run) -> None:
    limit(run, channel=6000)

    def speed_at(second: float) -> float:
        grant = grants.take(place(run), want=9999, ramp=grants.RAMP, at=after(second))
        return 1 / grant.distance

    told = [speed_at(second) for second in (0, 6, 30, 45, 61)]

    assert told == pytest.approx([95.6, 574, 2870, 4304, 5739], rel=0.03)


@pytest.mark.parametrize(("channel", "ramp"), [(1000, grants.RAMP), (6000, 0.0)])
def test_a_slow_channel_and_the_simulator_need_no_climb(run, channel, ramp) -> None:
    limit(run, channel=channel)

    grant = grants.take(place(run), want=9999, ramp=ramp, at=NOON)

    assert 1 / grant.distance > 0.9 * channel


def test_a_channel_that_rested_climbs_again(run) -> None:
    limit(run, channel=6000)
    grants.take(place(run), want=9, ramp=grants.RAMP, at=NOON)
    fast = grants.take(place(run), want=9, ramp=grants.RAMP, at=after(59))
    slow = grants.take(place(run), want=9, ramp=grants.RAMP, at=after(180))

    assert slow.distance > 40 * fast.distance


def test_without_a_limit_there_is_nothing_to_take(run) -> None:
    assert grants.take(place(run), want=9, ramp=0.0) is None

    limit(run, channel=100)
    speeds.limit_channel(run.application, "fcm", "production", None)

    assert grants.take(place(run), want=9, ramp=0.0) is None


def test_a_clock_set_back_stops_a_channel_for_no_time(run) -> None:
    limit(run, channel=100)
    grants.take(place(run), want=9, ramp=0.0, at=after(3600))

    assert grants.take(place(run), want=9, ramp=0.0, at=NOON).count == 9


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_workers_that_ask_at_the_same_time_get_different_slots() -> None:
    run = builders.run(state="sending")
    speeds.limit_channel(run.application, "fcm", "production", 400 * 60)
    speeds.limit_run(run, 200 * 60)

    def worker() -> list[float]:
        moments: list[float] = []
        for _each in range(60):
            moments += slots(grants.take(place(run), want=500, ramp=0.0))
        return moments

    moments = sorted(each for some in at_once(*[worker] * 4) for each in some)

    assert len(moments) > 4
    assert len(set(moments)) == len(moments)
    assert most(moments) <= 1.1 * 200


class Claimed:
    """The place of a claim, as slowing asks for it."""

    def __init__(self, run) -> None:
        self.application, self.gateway = run.application_id, "fcm"
        self.environment = "production"


def throttled(seconds: float | None = 10.0) -> Result:
    return Result(
        reference=1,
        verdict=Verdict.THROTTLED,
        scope=Scope.CHANNEL,
        retry_after=seconds,
    )


def speed(run, at: float) -> float:
    (channel,) = speeds.channels(run.application_id, at=after(at))
    return channel.now


@pytest.mark.fault("F30")
def test_too_many_rests_the_channel_halves_it_and_it_climbs_by_five_per_cent(
    run,
) -> None:
    limit(run, channel=400)

    assert slowing.slow(Claimed(run), throttled(), pace=350, at=NOON)

    row = ChannelRate.objects.get()
    rest = (row.held_until - NOON).total_seconds()
    assert 10 <= rest <= 11
    assert grants.take(place(run), want=9, ramp=0.0, at=after(9)).count == 0
    assert speed(run, rest) == pytest.approx(200)
    assert speed(run, rest + 10) == pytest.approx(220)
    assert speed(run, rest + 100) == pytest.approx(400)
    assert speed(run, rest + 1000) == pytest.approx(400)


@pytest.mark.fault("F30")
def test_a_storm_of_answers_slows_once_and_another_one_once_more(run) -> None:
    limit(run, channel=400)
    storm = [slowing.slow(Claimed(run), throttled(), pace=1, at=NOON) for _ in range(9)]
    assert sum(storm) == 1
    assert not slowing.slow(Claimed(run), throttled(), pace=1, at=after(5))

    assert slowing.slow(Claimed(run), throttled(), pace=1, at=after(31))

    assert ChannelRate.objects.get().slowed_to == pytest.approx(120, abs=3)


@pytest.mark.fault("F30")
def test_a_channel_without_a_limit_is_slowed_from_what_was_measured(run) -> None:
    assert slowing.slow(Claimed(run), throttled(), pace=300, at=NOON)

    row = ChannelRate.objects.get()
    rest = (row.held_until - NOON).total_seconds()
    assert speed(run, rest) == pytest.approx(150)
    grant = grants.take(place(run), want=99, ramp=0.0, at=after(rest + 1))
    assert 1 / grant.distance == pytest.approx(150, rel=0.1)
    assert grants.take(place(run), want=99, ramp=0.0, at=after(rest + 101)) is None
    assert speeds.channels(run.application_id, at=after(rest + 101)) == []


def test_a_busy_provider_slows_the_channel_without_a_rest(run) -> None:
    limit(run, channel=100)
    busy = Result(reference=1, verdict=Verdict.NOT_ACCEPTED, retry_after=30.0)
    assert slowing.asks_for_less(busy)

    slowing.slow(Claimed(run), busy, pace=90, at=NOON)

    assert grants.take(place(run), want=9, ramp=0.0, at=after(0.1)).count > 0
    assert speed(run, 0) == pytest.approx(50)


def test_one_phone_that_gets_too_much_slows_nobody() -> None:
    one = Result(reference=1, verdict=Verdict.THROTTLED, scope=Scope.DEVICE)

    assert not slowing.asks_for_less(one)

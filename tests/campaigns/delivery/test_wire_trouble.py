"""Push services in trouble, over real TLS and HTTP/2, as a whole run sees them."""

import re
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from campaigns.delivery import diagnosis
from campaigns.delivery.pace import Pace
from campaigns.delivery.send import Channel
from campaigns.models import Lane, Run
from campaigns.models.reasons import Reason
from devices import credentials
from devices.models import Application, Credential
from devices.simulator import authority
from tests import builders
from tests.campaigns.delivery import wires
from tests.campaigns.delivery.ledgers import assert_conserved, reasons, state_counts
from tests.campaigns.delivery.wires import a_run, later, requests, work
from tests.devices.gateways.cases import impostor
from tests.simulators import RunningSimulator

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.slow,
]

NEVER_MISS = {"policy": "never_miss", "purpose": "transactional"}
NOW = datetime.now(UTC)


@pytest.fixture
def simulator(tmp_path: Path, settings) -> Iterator[RunningSimulator]:
    with wires.standing_in(tmp_path, settings) as running:
        yield running


@pytest.fixture
def pace(tmp_path: Path) -> Pace:
    return Pace(flights=tmp_path / "flights", lease=30.0)


def named(word: str, count: int) -> list[str]:
    return [f"{word}{n}" for n in range(count)]


def per_token(simulator: RunningSimulator, run: Run) -> Counter[str]:
    return Counter(each["token"] for each in requests(simulator, run))


def resume(gateway: str) -> None:
    credentials.resume(
        Application.objects.get().pk,
        gateway,
        "production",
        actor=builders.user("devices.change_credential"),
    )


@pytest.mark.fault("F30")
def test_a_service_that_asks_for_five_minutes_gets_them_and_the_page_says_so(
    simulator, pace, client
):
    run = a_run(simulator, {"fcm": named("slowed", 600), "apns": named("i", 100)})
    simulator.script("app:demo", "throttled", times=None, retry_after=300)

    work(pace)

    asked = wires.counts(simulator, run)["fcm"]
    assert 0 < asked <= 200
    for _look in range(20):
        assert work(pace) is False, "there is nothing to do until it may go on"
    assert wires.counts(simulator, run)["fcm"] == asked
    assert wires.accepted(run) == {"fcm": 0, "apns": 100}
    lane = Lane.objects.get(gateway="fcm")
    left = lane.held_until - timezone.now()
    assert timedelta(seconds=240) < left <= timedelta(seconds=300)
    again = date_format(timezone.localtime(lane.held_until), "H:i")
    (finding,) = [
        each.sentence
        for each in diagnosis.diagnose(run, at=timezone.now())
        if "slow down" in each.sentence
    ]
    assert f"600 devices wait, and we go on at {again}" in finding
    client.force_login(builders.user("campaigns.view_run"))
    page = client.get(reverse("admin:campaigns_run_live", args=[run.pk]))
    assert f"600 devices wait, and we go on at {again}" in page.content.decode()

    simulator.script("app:demo", None)
    later(minutes=6)
    work(pace)

    run.refresh_from_db()
    assert run.state == "finished"
    assert wires.accepted(run) == {"fcm": 600, "apns": 100}
    assert wires.judged(simulator, run).agrees
    assert_conserved(run)


def a_storm(simulator: RunningSimulator, names: list[str], **how: int) -> list[str]:
    """One name in five is taken by its provider, which answers with an error."""
    hit = names[::5]
    for n, name in enumerate(hit):
        script = ("internal", "badgateway", "unavailable")[n % 3]
        simulator.script(name, script, taken=True, **how)
    return hit


@pytest.mark.fault("F31")
def test_a_storm_of_errors_pauses_its_service_and_nobody_gets_it_twice(simulator, pace):
    names = named("storm", 1_000)
    hit = a_storm(simulator, names)
    run = a_run(simulator, {"fcm": names, "apns": named("i", 100)})

    work(pace)

    assert "Too many answers of" in wires.paused()["fcm"]
    assert "presses Resume" in wires.paused()["fcm"]
    assert wires.counts(simulator, run)["fcm"] <= 400
    assert wires.accepted(run)["apns"] == 100
    assert wires.untouched()
    assert_conserved(run)

    for name in hit:
        simulator.script(name, None)
    lost = state_counts(run)["unknown"]
    resume("fcm")
    later(hours=1)
    work(pace)

    run.refresh_from_db()
    assert run.state == "finished"
    assert set(per_token(simulator, run).values()) == {1}
    assert state_counts(run) == {"accepted": 1_100 - lost, "unknown": lost}
    assert wires.judged(simulator, run).agrees


@pytest.mark.fault("F31")
def test_in_a_storm_a_message_that_must_arrive_reaches_everybody(simulator, pace):
    names = named("must", 400)
    hit = a_storm(simulator, names, times=1)
    run = a_run(simulator, {"fcm": names}, **NEVER_MISS)

    for _turn in range(12):
        work(pace)
        if wires.paused():
            resume("fcm")
        later(hours=1)

    run.refresh_from_db()
    assert run.state == "finished"
    assert state_counts(run) == {"accepted": 400}
    came = per_token(simulator, run)
    assert len(came) == 400
    assert {token for token, times in came.items() if times > 1} == set(hit)
    tags = {
        each["body"]["message"]["android"]["notification"]["tag"]
        for each in requests(simulator, run)
    }
    assert tags == {f"r{run.pk}"}, "each repeat replaces the first on the screen"
    assert_conserved(run)


@pytest.mark.fault("F32")
def test_one_request_in_a_hundred_without_an_answer_keeps_nobody_waiting(
    simulator, pace
):
    """Batches with and without silent devices take turns, so both meet one load."""
    size, batches = 2_000, 8
    names = [
        f"silent-{n}" if n // size % 2 and n % 100 == 50 else f"quick{n}"
        for n in range(size * batches)
    ]
    run = a_run(simulator, {"fcm": names})
    in_batches(run, size, batches)

    work(
        pace, wires.over(simulator, timeout=4.0, window=300, connections=6), seconds=120
    )

    began: dict[int, datetime] = {}
    for each in requests(simulator, run):
        batch = int(re.sub(r"\D", "", each["token"])) // size
        began.setdefault(batch, wires.came_at(each))
    starts = [began[n] for n in sorted(began)]
    took = [(b - a).total_seconds() for a, b in pairwise(starts)]
    clean, troubled = median(took[0::2]), median(took[1::2])
    assert troubled <= clean / 0.7, f"{troubled:.2f} s against {clean:.2f} s a batch"
    run.refresh_from_db()
    assert run.state == "finished"
    assert state_counts(run) == {"accepted": 15_920, "unknown": 80}
    assert set(per_token(simulator, run).values()) == {1}
    assert wires.judged(simulator, run).agrees
    assert_conserved(run)


def in_batches(run: Run, size: int, parts: int) -> None:
    """The one batch of a run, cut into even ones that are due in their order."""
    whole = run.batches.order_by("lo")
    at = timezone.now() - timedelta(minutes=1)
    gateway = whole[0].gateway
    whole.delete()
    for n in range(parts):
        builders.batch(
            run,
            lo=n * size,
            hi=(n + 1) * size,
            gateway=gateway,
            due=at + timedelta(seconds=n),
        )


@pytest.mark.fault("F33")
@pytest.mark.parametrize(
    ("service", "place"),
    [("fcm", "app:demo"), ("apns", "app:SIMULATED0.com.example.shop")],
)
def test_only_what_a_goaway_left_out_is_sent_again(simulator, pace, service, place):
    run = a_run(simulator, {service: named("g", 600)})
    simulator.script(place, "goaway", times=None, every=97)

    for _turn in range(8):
        work(pace)
        later(hours=1)

    came = requests(simulator, run)
    assert sum(each["script"] == "goaway" for each in came) >= 5
    processed = Counter(e["token"] for e in came if e["script"] != "goaway")
    assert max(processed.values()) == 1
    run.refresh_from_db()
    assert run.state == "finished"
    assert state_counts(run) == {"accepted": 600}
    assert wires.judged(simulator, run).agrees
    assert_conserved(run)


@pytest.mark.fault("F34")
def test_a_refused_stream_is_sent_again_and_a_broken_one_is_not(simulator, pace):
    words = {0: "refused-", 10: "broken-"}
    names = [f"{words.get(n % 20, 'fine')}{n}" for n in range(400)]
    run = a_run(simulator, {"fcm": names})

    work(pace)
    later(hours=1)
    work(pace)

    run.refresh_from_db()
    assert run.state == "finished"
    told = Counter(tuple(each) for each in reasons(run).values())
    assert told == {
        (Reason.ACCEPTED,): 360,
        (Reason.UNAVAILABLE, Reason.ACCEPTED): 20,
        (Reason.NO_ANSWER,): 20,
    }
    came = per_token(simulator, run)
    assert {came[name] for name in names[0::20]} == {2}
    assert {came[name] for name in names[10::20]} == {1}
    assert wires.judged(simulator, run).agrees


@pytest.mark.fault("F34")
def test_what_must_arrive_is_sent_again_after_a_broken_stream(simulator, pace):
    run = a_run(
        simulator, {"fcm": [*named("r", 15), *named("fine", 285)]}, **NEVER_MISS
    )
    for n in range(15):
        simulator.script(f"r{n}", "broken", times=1)

    work(pace)
    later(hours=1)
    work(pace)

    assert state_counts(run) == {"accepted": 300}
    assert Counter(per_token(simulator, run).values()) == {1: 285, 2: 15}


@pytest.mark.fault("F36")
def test_answers_that_drip_or_never_come_end_with_the_time_that_was_said(
    simulator, pace
):
    names = [*named("drip-", 5), *named("silent-", 5), *named("fine", 190)]
    run = a_run(simulator, {"fcm": names})

    work(pace, wires.over(simulator, timeout=1.0))

    run.refresh_from_db()
    assert run.state == "finished"
    assert state_counts(run) == {"accepted": 195, "unknown": 5}
    first = min(map(wires.came_at, requests(simulator, run)))
    assert run.finished_at - first < timedelta(seconds=10)
    assert wires.judged(simulator, run).agrees


def beside(running: RunningSimulator, bad: str, /, **wire: Any) -> Channel:
    """Everything goes to the simulator, but one service somewhere else."""
    good, wrong = wires.over(running), wires.over(running, **wire)

    def channel(application: int, kind: str, environment: str):
        road = wrong if kind == bad else good
        return road(application, kind, environment)

    return channel


def certificate(folder: Path, fault: str) -> tuple[Path, Path | None]:
    """The authority that is trusted, and what the impostor shows, if anything."""
    ca, server = folder / "trusted.pem", folder / "shown.pem"
    if fault == "plaintext":
        authority.make(ca, server, at=NOW)
        return ca, None
    if fault == "expired":
        past, hour = NOW - timedelta(days=9), timedelta(hours=1)
        authority.make(ca, server, at=past, lifetime=hour)
    elif fault == "another host":
        authority.make(ca, server, at=NOW, hosts=("elsewhere.invalid",))
    else:
        authority.make(folder / "unknown.pem", server, at=NOW)
        authority.make(ca, folder / "unused.pem", at=NOW)
    return ca, server


@pytest.mark.fault("F37")
@pytest.mark.parametrize(
    "fault", ["expired", "another host", "another authority", "plaintext"]
)
@pytest.mark.parametrize("service", ["fcm", "apns"])
def test_an_impostor_gets_nothing_and_its_service_is_paused_with_one_sentence(
    simulator, pace, tmp_path, service, fault
):
    other = "apns" if service == "fcm" else "fcm"
    run = a_run(simulator, {service: named("p", 120), other: named("q", 120)})
    ca, shown = certificate(tmp_path, fault)

    with impostor(shown) as (address, heard):
        work(pace, beside(simulator, service, simulator=address, ca_file=str(ca)))

    assert b"".join(heard) == b""
    assert list(wires.paused()) == [service]
    assert "could not prove its identity" in wires.paused()[service]
    assert "presses Resume" in wires.paused()[service]
    assert wires.accepted(run) == {service: 0, other: 120}
    assert state_counts(run) == {"accepted": 120, "waiting": 120}
    assert wires.untouched()

    resume(service)
    later(hours=1)
    work(pace)

    assert wires.accepted(run) == {service: 120, other: 120}
    assert set(per_token(simulator, run).values()) == {1}
    assert_conserved(run)


@contextmanager
def nobody_at(kind: str) -> Iterator[str]:
    """An address at which nothing ever answers."""
    if kind == "a name that is none":
        yield "nowhere.invalid:443"
        return
    family = socket.AF_INET6 if "IPv6" in kind else socket.AF_INET
    host = "::1" if "IPv6" in kind else "127.0.0.1"
    with socket.create_server((host, 0), family=family) as mute:
        place = f"[{host}]" if "IPv6" in kind else host
        address = f"{place}:{mute.getsockname()[1]}"
        if kind == "a closed port":
            mute.close()
        yield address


@pytest.mark.fault("F38")
@pytest.mark.parametrize(
    "kind",
    ["a name that is none", "a closed port", "a mute host", "a mute host of IPv6"],
)
def test_a_service_that_leads_nowhere_gets_nothing_and_everybody_waits(
    simulator, pace, kind
):
    run = a_run(simulator, {"fcm": named("p", 120), "apns": named("q", 120)})

    with nobody_at(kind) as address:
        roads = beside(simulator, "apns", simulator=address, connect_timeout=0.5)
        work(pace, roads)

    assert wires.counts(simulator, run) == {"fcm": 120}
    assert wires.paused() == {}
    assert Lane.objects.get(gateway="apns").trouble == "unreachable"
    assert state_counts(run) == {"accepted": 120, "waiting": 120}

    later(hours=1)
    work(pace)

    run.refresh_from_db()
    assert run.state == "finished"
    assert wires.accepted(run) == {"fcm": 120, "apns": 120}
    assert set(per_token(simulator, run).values()) == {1}
    assert Credential.objects.exclude(paused_at=None).count() == 0
    assert wires.judged(simulator, run).agrees

"""People, texts and hands that change things while a run is on the wire."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.test import Client
from django.utils import timezone

from campaigns.delivery import dead_tokens, lifecycle, preparing, ticking
from campaigns.delivery.pace import Pace
from campaigns.delivery.send import Channel
from campaigns.models import Batch, Campaign, Parked, Run
from campaigns.models.reasons import Reason
from devices import registration
from devices.gateways.base import Gateway, Push, Result
from devices.models import Installation, Person
from tests import builders
from tests.campaigns.delivery import wires
from tests.campaigns.delivery.ledgers import assert_conserved, reasons, state_counts
from tests.campaigns.delivery.wires import a_run, later, requests, work
from tests.simulators import RunningSimulator

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.slow,
]

OPERATOR = ("campaigns.stop_run", "campaigns.resume_run")


@pytest.fixture
def simulator(tmp_path: Path, settings) -> Iterator[RunningSimulator]:
    with wires.standing_in(tmp_path, settings) as running:
        yield running


@pytest.fixture
def pace(tmp_path: Path) -> Pace:
    return Pace(flights=tmp_path / "flights", lease=30.0)


class Event:
    """Something that happens each time that so many answers came, so many times."""

    def __init__(self, act: Callable[[], object], *, every: int, times: int) -> None:
        self.act, self.every, self.times = act, every, times
        self.came = 0

    def count(self, answers: int) -> None:
        self.came += answers
        if self.times and self.came >= self.every:
            self.came, self.times = 0, self.times - 1
            self.act()


class Meanwhile(Gateway):
    """The real gateway; its answers count for an event beside the run.

    In the worker's own thread: what happens is over before the wire moves on.
    """

    uses_database = True

    def __init__(self, real: Gateway, event: Event) -> None:
        self.real, self.event = real, event
        self.kind, self.max_payload = real.kind, real.max_payload

    def size(self, push: Push) -> int:
        return self.real.size(push)

    def submit(self, pushes, *, fence=None) -> None:
        self.real.submit(pushes, fence=fence)

    @property
    def in_flight(self) -> int:
        return self.real.in_flight

    def check(self):
        return self.real.check()

    def poll(self, timeout: float) -> list[Result]:
        found = self.real.poll(timeout)
        self.event.count(len(found))
        return found


def meanwhile(
    running: RunningSimulator,
    act: Callable[[], object],
    *,
    every: int,
    times: int = 1,
    **wire: Any,
) -> Channel:
    """Channels over which ``act`` happens after so many answers."""
    real = wires.over(running, **wire)
    event = Event(act, every=every, times=times)

    def channel(application: int, kind: str, environment: str) -> Gateway:
        return Meanwhile(real(application, kind, environment), event)

    return channel


def named(word: str, count: int) -> list[str]:
    return [f"{word}{n}" for n in range(count)]


def tokens(simulator: RunningSimulator, run: Run) -> Counter[str]:
    return Counter(each["token"] for each in requests(simulator, run))


def last(run: Run) -> Counter[Reason]:
    return Counter(Reason(told[-1]) for told in reasons(run).values())


@pytest.mark.fault("F39")
def test_when_three_in_ten_are_dead_somebody_decides_and_apple_s_time_counts(
    simulator, pace
):
    """Those that Apple calls dead for a year have registered a month ago."""
    kinds = ["dead-", "longdead-", "dead-", *["fine"] * 7]
    names = [f"{kinds[n % 10]}{n}" for n in range(600)]
    run = a_run(simulator, {"apns": names})

    work(pace)

    run.refresh_from_db()
    assert (run.state, run.dead_tokens) == ("finished", "asked")
    assert state_counts(run) == {"accepted": 420, "failed": 180}
    assert wires.untouched()
    assert max(tokens(simulator, run).values()) == 1, "no dead token is tried again"

    administrator = builders.user("devices.change_installation")
    gone = dead_tokens.apply(run, user=administrator, at=timezone.now())

    assert gone == 120
    off = Installation.objects.filter(apns__active=False)
    assert off.count() == 120
    assert not off.filter(key__contains="longdead").exists()
    assert_conserved(run)


@pytest.mark.fault("F41")
def test_an_access_token_that_ends_during_a_run_is_made_anew_once(simulator, pace):
    run = a_run(simulator, {"fcm": named("p", 900)})
    account = json.loads(simulator.service_account())["client_email"]

    def end() -> None:
        simulator.revoke(account)

    channel = meanwhile(simulator, end, every=300)
    work(pace, channel)
    later(hours=1)
    work(pace, channel)

    run.refresh_from_db()
    assert run.state == "finished"
    assert state_counts(run) == {"accepted": 900}
    asked = [each for each in simulator.journal() if each["gateway"] == "auth"]
    assert len(asked) == 2
    taken = Counter(e["token"] for e in requests(simulator, run) if e["status"] == 200)
    assert set(taken.values()) == {1}
    assert wires.paused() == {}
    assert wires.judged(simulator, run).agrees


@pytest.mark.fault("F42")
@pytest.mark.parametrize("service", ["fcm", "apns"])
def test_what_a_provider_doubles_has_one_name_and_one_place_on_the_screen(
    simulator, pace, service
):
    run = a_run(simulator, {service: [*named("twice-", 5), *named("fine", 45)]})

    work(pace)

    came = requests(simulator, run)
    assert len(came) == len(tokens(simulator, run)) == 50
    assert {collapse_of(each) for each in came} == {f"r{run.pk}"}
    phones = simulator.simulator.phones
    assert phones.received == 55, "five of them twice"
    shown = phones.describe("")["phones"]
    assert {len(phone["messages"]) for phone in shown} == {1}, "one took the place"
    assert state_counts(run) == {"accepted": 50}
    assert wires.judged(simulator, run).agrees


def collapse_of(request: dict[str, Any]) -> str:
    if request["gateway"] == "apns":
        return request["headers"]["apns-collapse-id"]
    return request["body"]["message"]["android"]["notification"]["tag"]


def payloads(simulator: RunningSimulator, run: Run) -> set[str]:
    """The hashes of what was said, without what belongs to one device."""
    found = set()
    for each in requests(simulator, run):
        message = each["body"]["message"]
        message.pop("token")
        message["data"].pop("n")
        message["android"].pop("ttl", None)
        message.get("apns", {}).get("headers", {}).pop("apns-expiration", None)
        found.add(hashlib.sha256(json.dumps(message).encode()).hexdigest())
    return found


@pytest.mark.fault("F46")
def test_nothing_that_is_edited_changes_what_is_being_sent(simulator, pace):
    segment = builders.segment()
    run = a_run(
        simulator, {"fcm": named("p", 900)}, segment=segment, title="As approved"
    )

    def edit() -> None:
        Campaign.objects.update(
            title="Edited", body="Another text", link="https://shop.example/other"
        )
        segment.rule = {**segment.rule, "rules": []}
        segment.save(update_fields=["rule"])
        Campaign.objects.update(audience="everyone")

    work(pace, meanwhile(simulator, edit, every=200))

    run.refresh_from_db()
    assert run.state == "finished"
    assert Campaign.objects.get().title == "Edited"
    assert len(requests(simulator, run)) == 900
    assert len(payloads(simulator, run)) == 1
    titles = {
        each["body"]["message"]["notification"]["title"]
        for each in requests(simulator, run)
    }
    assert titles == {"As approved"}


class Apps:
    """The apps of the run's people, which talk to the API as apps do."""

    def __init__(self, names: list[str]) -> None:
        self.client = Client()
        self.shop = builders.application()
        self.secret = "ds_" + "s" * 43
        hashed = hashlib.sha256(self.secret.encode()).digest()
        rows = Installation.objects.filter(key__in=names)
        rows.update(secret_hash=hashed)
        self.id_of = {row.key: row.public_id.hex for row in rows}
        self.answered: dict[str, Any] = {}

    def call(self, method: str, name: str, page: str = "", body: Any = None) -> Any:
        device = f"dev_{self.id_of[name]}"
        answer = self.client.generic(
            method,
            f"/api/v1/devices/{device}{page}",
            orjson.dumps(body) if body is not None else b"",
            content_type="application/json",
            headers={"Authorization": f"Device {device}:{self.secret}"},
        )
        assert answer.status_code in (200, 204), answer.content
        self.answered[name] = timezone.now()
        return answer

    def erase(self, name: str) -> None:
        person = Installation.objects.get(key=name).person
        registration.erase(person, source="test", at=timezone.now())
        self.answered[name] = timezone.now()


@pytest.mark.fault("F48")
def test_whoever_leaves_during_a_run_is_left_alone_two_seconds_later(simulator, pace):
    """A slow service: two open chunks would be on their way for ten seconds."""
    names = named("p", 900)
    run = a_run(simulator, {"fcm": names})
    simulator.answer_slowly(names, 0.5)
    leaving = [f"fcm-p{n}" for n in range(3, 900, 15)]
    apps = Apps(leaving)

    def leave() -> None:
        for n, name in enumerate(leaving):
            if n % 3 == 0:
                apps.call("DELETE", name)
            elif n % 3 == 1:
                apps.erase(name)
            else:
                apps.call(
                    "PUT",
                    name,
                    "/preferences",
                    {"preference": "unsubscribed", "source": "settings"},
                )

    work(pace, meanwhile(simulator, leave, every=40, window=50), seconds=120)

    late = [
        each["token"]
        for each in requests(simulator, run)
        if f"fcm-{each['token']}" in apps.answered
        and wires.came_at(each)
        > apps.answered[f"fcm-{each['token']}"] + timedelta(seconds=2)
    ]
    assert late == []
    run.refresh_from_db()
    assert run.state == "finished"
    told = last(run)
    assert sum(told.values()) == 900
    assert told[Reason.ACCEPTED] == len(tokens(simulator, run)), told
    assert min(told.values()) >= 10
    assert set(told) == {
        Reason.ACCEPTED,
        Reason.ERASED,
        Reason.UNSUBSCRIBED,
        Reason.TOKEN_INACTIVE,
    }
    assert max(tokens(simulator, run).values()) == 1
    assert_conserved(run)


@pytest.mark.fault("F49")
def test_a_token_under_two_devices_gets_one_push_and_a_moved_one_no_strange_text(
    simulator, pace
):
    names = named("p", 700)
    run = a_run(
        simulator,
        {"fcm": names},
        title="Hello {{ first_name | default: 'you' }}",
    )
    people = {person.external_id: person for person in Person.objects.all()}
    for name, person in people.items():
        person.attributes = {"first_name": name}
    Person.objects.bulk_update(people.values(), ["attributes"])
    devices = {row.key: row for row in Installation.objects.all()}

    def move() -> None:
        at = timezone.now()
        # Its phone was sold: the last one now belongs to somebody else.
        registration.identify(devices["fcm-p699"], "somebody-else", at)
        # A restored backup: two phones with one token, one of them already sent to.
        for key, token in (("restored-1", "p0"), ("restored-2", "p650")):
            registration.register(
                builders.application(),
                registration.Registration(
                    key=key,
                    platform="android",
                    gateway="fcm",
                    token=token,
                    facts=registration.Facts(permission="granted"),
                ),
                at,
            )

    Batch.objects.update(hi=600)
    builders.batch(run, lo=600, hi=700, due=timezone.now() + timedelta(minutes=1))
    work(pace, meanwhile(simulator, move, every=300))
    Batch.objects.update(due=timezone.now())
    work(pace)

    run.refresh_from_db()
    assert run.state == "finished"
    assert max(tokens(simulator, run).values()) == 1
    said = {
        each["token"]: each["body"]["message"]["notification"]["title"]
        for each in requests(simulator, run)
    }
    assert said == {token: f"Hello fcm-{token}" for token in said}
    assert set(names) - set(said) == {"p650", "p699"}
    assert_conserved(run)


@pytest.mark.fault("F50")
def test_a_hundred_pauses_lose_nobody_and_repeat_nothing(simulator, pace):
    names = named("p", 2_400)
    pace = replace(pace, chunk=20)
    run = a_run(simulator, {"fcm": names})
    simulator.answer_slowly(names, 0.1)
    operator = builders.user(*OPERATOR)
    paused: list[tuple[Any, Any]] = []

    def pause() -> None:
        if Run.objects.get(pk=run.pk).state == "sending":
            lifecycle.pause(run, user=operator, reason="", at=timezone.now())
            paused.append((timezone.now(), None))

    channel = meanwhile(simulator, pause, every=5, times=9_999, window=5)
    for _each in range(100):
        while Run.objects.get(pk=run.pk).state == "sending":
            assert work(pace, channel)
        resumed = timezone.now()
        paused[-1] = (paused[-1][0], resumed)
        lifecycle.resume(run, user=operator, at=resumed)
        later(seconds=1)
    simulator.simulator.scripts.put_all({"token": each} for each in names)
    work(pace)

    run.refresh_from_db()
    assert (run.state, run.epoch) == ("finished", 200)
    assert state_counts(run) == {"accepted": 2_400}
    assert_conserved(run)
    assert set(tokens(simulator, run).values()) == {1}
    came = [wires.came_at(each) for each in requests(simulator, run)]
    for began, ended in paused:
        until = began + timedelta(seconds=2)
        assert not [at for at in came if until < at < ended]
    assert wires.judged(simulator, run).agrees


@pytest.mark.fault("F50")
def test_a_run_that_is_stopped_while_it_is_paused_sends_nothing_more(simulator, pace):
    run = a_run(simulator, {"fcm": named("p", 1_500)})
    operator = builders.user(*OPERATOR)

    def pause() -> None:
        lifecycle.pause(run, user=operator, reason="", at=timezone.now())

    work(pace, meanwhile(simulator, pause, every=300))
    sent = len(requests(simulator, run))
    lifecycle.stop(run, user=operator, reason="A mistake", at=timezone.now())
    while work(pace):
        later(seconds=1)
    ticking.sweep(at=timezone.now())

    run.refresh_from_db()
    assert (run.state, run.stopping) == ("stopped", False)
    assert len(requests(simulator, run)) == sent < 1_500
    assert last(run) == {Reason.ACCEPTED: sent, Reason.STOPPED: 1_500 - sent}
    assert not Parked.objects.exists()
    assert_conserved(run)


@pytest.mark.fault("F50")
def test_nobody_can_pause_while_the_audience_is_written_but_stop_ends_it(
    simulator, pace
):
    wires.enrol(simulator, "fcm", named("p", 60))
    run = builders.run(builders.campaign())
    operator = builders.user(*OPERATOR)

    with pytest.raises(lifecycle.WrongState):
        lifecycle.pause(run, user=operator, reason="", at=timezone.now())
    lifecycle.stop(run, user=operator, reason="", at=timezone.now())
    preparing.prepare(run.pk, seconds=5, at=timezone.now())
    work(pace)

    run.refresh_from_db()
    assert (run.state, run.stopping) == ("stopped", False)
    assert requests(simulator, run) == []
    assert_conserved(run)


def give(odd: dict[str, Any], *, others: dict[str, Any]) -> None:
    """What is known of people, as an import could have left it."""
    people = list(Person.objects.all())
    for person in people:
        person.attributes = odd.get(person.external_id, others)
    Person.objects.bulk_update(people, ["attributes"])


ODD = {
    "fcm-p7": {"first_name": "x" * 5_000, "points": 5},
    "fcm-p8": {"first_name": "x" * 1_500, "points": 5},
    "fcm-p9": {"first_name": "👩‍👩‍👧‍👦 Zoë \u202e"},
    "fcm-p10": {"first_name": {"first": "Ana"}},
    "fcm-p11": {"first_name": "{{ country }}"},
    "fcm-p12": {"points": "many"},
}
PERSONAL = {
    "title": "Hi {{ first_name | default: 'you' }}",
    "body": "{% if points > 3 %}Many{% else %}Few{% endif %}"
    " {{ first_name | default: 'points' }} {{ first_name | default: 'now' }}",
}


@pytest.mark.fault("F57", "F58")
def test_one_person_s_odd_values_are_that_person_s_trouble_alone(simulator, pace):
    wires.enrol(simulator, "fcm", named("p", 400))
    give(ODD, others={"points": 5})
    run = a_run(simulator, {}, **PERSONAL)

    work(pace)

    run.refresh_from_db()
    assert run.state == "finished"
    said = {
        each["token"]: each["body"]["message"]["notification"]
        for each in requests(simulator, run)
    }
    assert set(named("p", 400)) - set(said) == {"p7", "p8", "p12"}
    assert said["p1"] == {"title": "Hi you", "body": "Many points now"}
    assert said["p9"]["title"] == "Hi 👩‍👩‍👧‍👦 Zoë"
    assert said["p11"]["title"] == "Hi {{ country }}"
    assert last(run) == {
        Reason.ACCEPTED: 397,
        Reason.TOO_LARGE: 2,
        Reason.UNWRITABLE: 1,
    }
    assert_conserved(run)


@pytest.mark.fault("F57")
def test_a_message_that_one_in_ten_cannot_get_stops_and_says_what_to_do(
    simulator, pace
):
    names = named("p", 600)
    wires.enrol(simulator, "fcm", names)
    bad = {f"fcm-{name}": {"points": "many"} for name in names[::10]}
    give(bad, others={"points": 5})
    run = a_run(simulator, {}, **PERSONAL)

    work(replace(pace, chunk=100))

    run.refresh_from_db()
    assert run.state == "paused"
    assert "cannot be written with the values of 20 people" in run.why
    assert "a Marketer stops this run" in run.why
    assert wires.paused() == {}
    assert len(requests(simulator, run)) < 400

    at = timezone.now()
    lifecycle.resume(run, user=builders.user("campaigns.resume_run"), at=at)
    later(seconds=1)
    for _turn in range(4):
        work(pace)
        later(seconds=1)
        if Run.objects.get(pk=run.pk).state == "paused":
            lifecycle.resume(run, user=builders.user("campaigns.resume_run"), at=at)
    assert last(run) == {Reason.ACCEPTED: 540, Reason.UNWRITABLE: 60}
    assert_conserved(run)


@pytest.mark.fault("F58")
def test_a_message_too_long_for_everybody_stops_before_anything_left(simulator, pace):
    names = named("p", 600)
    wires.enrol(simulator, "fcm", names)
    give({}, others={"first_name": "x" * 1_500, "points": 5})
    run = a_run(simulator, {}, **PERSONAL)

    work(pace)

    run.refresh_from_db()
    assert run.state == "paused"
    assert "too long" in run.why
    assert requests(simulator, run) == []
    assert wires.paused() == {}
    assert wires.untouched()
    assert_conserved(run)

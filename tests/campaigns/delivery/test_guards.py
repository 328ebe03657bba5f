"""A fault of ours, or of a provider, stops early and switches no device off."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from django.utils.translation import override

from campaigns.delivery import batches, send
from campaigns.delivery.pace import Pace
from campaigns.models import Batch, Lane, Parked, Run
from campaigns.models.reasons import Reason
from devices import credentials
from devices.gateways.base import Result, Scope, Verdict
from devices.gateways.memory import MemoryGateway
from devices.models import Credential, Installation
from tests import builders
from tests.campaigns.delivery.ledgers import (
    assert_conserved,
    reasons,
    sending_run,
    state_counts,
)

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

WRONG = {
    "a wrong key": (Verdict.AUTH_CONFIG, "PERMISSION_DENIED"),
    "a wrong project": (Verdict.TOKEN_MISMATCH, "SENDER_ID_MISMATCH"),
    "a sandbox mix-up": (Verdict.TOKEN_MISMATCH, "BadDeviceToken"),
    "an oversize message": (Verdict.PAYLOAD_REJECTED, "PayloadTooLarge"),
}


@pytest.fixture
def pace(tmp_path):
    return Pace(flights=tmp_path, lease=30.0)


class Answering(MemoryGateway):
    """Answers everything alike, at most ``window`` at a time, as a wire does."""

    window = 100

    def __init__(self, verdict=Verdict.ACCEPTED, code="", **facts):
        super().__init__()
        self.says = {"verdict": verdict, "code": code, **facts}

    def poll(self, timeout):
        found = []
        for _place in range(min(self.window, len(self._queue))):
            answer = self._answer(*self._queue.popleft())
            if answer.verdict is Verdict.ACCEPTED:
                answer = Result(reference=answer.reference, **self.says)
            found.append(answer)
        time.sleep(0.001)  # Another worker's turn: the wire takes its time.
        return found


def a_run_in_parts(rows: int, *, parts: int, **changes) -> Run:
    """A run whose lane is new, in several batches."""
    run = sending_run([f"t-{n}" for n in range(rows)], narrow=True, **changes)
    size = rows // parts
    Batch.objects.filter(run=run).update(hi=size)
    for lo in range(size, rows, size):
        builders.batch(run, lo=lo, hi=min(rows, lo + size), due=timezone.now())
    return run


def work_together(gateways, pace) -> None:
    def one(gateway):
        try:
            send.work(20.0, pace=pace, channel=lambda *_: gateway)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=[each]) for each in gateways]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def work(gateway, pace) -> None:
    send.work(20.0, pace=pace, channel=lambda *_: gateway)


def untouched() -> bool:
    """No device was retired, suspended or switched off."""
    return not (
        Installation.objects.exclude(retired_at=None).exists()
        or Installation.objects.exclude(suspended_at=None).exists()
        or Installation.objects.filter(gcm__active=False).exists()
    )


@pytest.mark.parametrize("fault", WRONG)
@pytest.mark.fault("F40")
def test_a_fault_of_ours_stops_within_200_sends_of_all_workers(pace, fault):
    run = a_run_in_parts(600, parts=6)
    gateways = [Answering(*WRONG[fault]) for _ in range(3)]

    work_together(gateways, pace)
    work_together(gateways, pace)

    sent = sum(len(each.sent) for each in gateways)
    assert 0 < sent <= 200, sent
    assert untouched()
    run.refresh_from_db()
    stopped = run.why or Credential.objects.get().why_paused
    assert "press" in stopped or "resume" in stopped
    assert "Administrator" in stopped or "Marketer" in stopped
    assert_conserved(run)


def test_the_sentence_is_read_in_the_language_of_its_reader(pace):
    a_run_in_parts(100, parts=1)
    with override("fr"):
        work(Answering(Verdict.TOKEN_MISMATCH), pace)
        french = Credential.objects.get().why_paused
    with override("en"):
        assert "another Firebase project" in Credential.objects.get().why_paused
    assert "Firebase" in french
    assert "another" not in french


@pytest.mark.fault("F40")
def test_workers_killed_in_a_narrow_lane_do_not_widen_it(pace):
    run = a_run_in_parts(600, parts=6)

    class Dying(Answering):
        window = 20

        def poll(self, timeout):
            if self.sent:
                raise SystemExit(9)
            return super().poll(timeout)

    gateways = [Dying(Verdict.TOKEN_MISMATCH) for _ in range(3)]
    for gateway in gateways:
        with pytest.raises(SystemExit):
            work(gateway, pace)
    last = Answering(Verdict.TOKEN_MISMATCH)
    work(last, pace)

    assert sum(len(each.sent) for each in [*gateways, last]) <= 200
    assert Credential.objects.get().paused_at is not None
    assert untouched()
    assert_conserved(run)


def test_good_answers_open_the_lane_to_every_worker(pace):
    run = a_run_in_parts(600, parts=6)
    gateways = [Answering() for _ in range(2)]

    work_together(gateways, pace)

    assert state_counts(run) == {"accepted": 600}
    assert Lane.objects.get().proved_with == Credential.objects.get().fingerprint
    assert_conserved(run)


def test_a_lane_is_narrow_again_for_a_key_that_took_the_place(pace):
    run = a_run_in_parts(600, parts=6)
    Credential.objects.update(fingerprint="new")
    Lane.objects.create(run=run, gateway="fcm", environment="production")
    Lane.objects.update(proved_with="old")
    first = batches.claim("one", lease=30, flights=pace.flights)

    assert first is not None
    assert not first.proved
    assert batches.claim("two", lease=30, flights=pace.flights) is None


def test_what_an_old_key_is_told_does_not_pause_the_one_in_its_place(pace):
    run = a_run_in_parts(100, parts=1)

    class Rotated(Answering):
        """The key is replaced while pushes that it signed are on the wire."""

        uses_database = True

        def poll(self, timeout):
            if Credential.objects.filter(fingerprint="new").exists():
                self.says = {"verdict": Verdict.ACCEPTED}
            answers = super().poll(timeout)
            if answers:
                Credential.objects.update(fingerprint="new")
            return answers

    work(Rotated(Verdict.AUTH_CONFIG, "InvalidProviderToken"), pace)

    key = Credential.objects.get()
    assert (key.paused_at, key.last_refusal_at) == (None, None)
    assert key.last_success_at is not None
    assert state_counts(run) == {"accepted": 100}


def test_trouble_in_the_sandbox_does_not_pause_production(pace):
    run = sending_run(["a"], narrow=True)
    builders.credential(environment="sandbox", application=run.application)
    Batch.objects.update(environment="sandbox")
    Installation.objects.update(environment="sandbox")

    work(Answering(Verdict.AUTH_CONFIG, "InvalidProviderToken"), pace)

    paused = Credential.objects.exclude(paused_at=None)
    assert [each.environment for each in paused] == ["sandbox"]


def test_after_the_repair_everybody_gets_it_and_nobody_is_blamed(pace):
    run = a_run_in_parts(300, parts=3)
    work(Answering(Verdict.TOKEN_MISMATCH), pace)
    wrong = state_counts(run)["failed"]

    credentials.resume(
        run.application_id,
        "fcm",
        "production",
        actor=builders.user("devices.change_credential"),
    )
    work(Answering(), pace)

    assert state_counts(run) == {"failed": wrong, "accepted": 300 - wrong}
    run.refresh_from_db()
    assert run.state == "finished"
    assert untouched()


def test_a_few_wrong_senders_are_suspended_when_the_run_ends(pace):
    run = sending_run(["foreign", *(f"t-{n}" for n in range(30))])
    work(MemoryGateway({"foreign": Verdict.TOKEN_MISMATCH}), pace)
    run.refresh_from_db()
    assert run.state == "finished"
    assert Installation.objects.exclude(suspended_at=None).count() == 1


def test_a_refused_message_pauses_the_run_with_the_providers_words(pace):
    run = a_run_in_parts(300, parts=3)
    says = {"detail": "Invalid value at 'message.android.color'"}
    work(Answering(Verdict.PAYLOAD_REJECTED, "INVALID_ARGUMENT", **says), pace)

    run.refresh_from_db()
    assert run.state == "paused"
    assert "message.android.color" in run.why
    assert Credential.objects.get().paused_at is None
    assert state_counts(run)["failed"] <= 50


@pytest.mark.fault("F58")
def test_a_message_too_long_for_everybody_pauses_the_run_unsent(pace):
    run = a_run_in_parts(300, parts=3)
    gateway = Answering()
    gateway.max_payload = 10

    work(gateway, pace)

    run.refresh_from_db()
    assert run.state == "paused"
    assert gateway.sent == []
    assert state_counts(run)["skipped"] <= 50


def test_a_gateway_that_is_away_is_tried_by_few_and_less_often(pace):
    run = a_run_in_parts(300, parts=3)
    away = Answering(Verdict.NOT_SENT, "connect", left=False)
    waits = []
    for _ in range(3):
        work(away, pace)
        lane = Lane.objects.get()
        waits.append((lane.held_until - timezone.now()).total_seconds())
        Lane.objects.update(held_until=timezone.now() - timedelta(seconds=1))
        Parked.objects.update(due=timezone.now())

    assert len(away.sent) <= 3 * 50
    assert [round(each, -1) for each in waits] == [30, 60, 120]
    assert state_counts(run) == {"waiting": 300}

    work(Answering(), pace)
    assert state_counts(run) == {"accepted": 300}
    lane = Lane.objects.get()
    assert (lane.held_until, lane.waiting_since, lane.holds) == (None, None, 0)


@pytest.mark.parametrize("gateway", ["webpush", "wns"])
@pytest.mark.parametrize("gone", [1, 40])
def test_devices_with_an_address_that_is_gone_do_not_hold_up_the_others(
    pace, gateway, gone
):
    run = sending_run([f"t-{n}" for n in range(gone)])
    builders.credential(gateway=gateway, application=run.application)
    Lane.objects.create(
        run=run, gateway=gateway, environment="production", proved_with="proved"
    )
    Credential.objects.update(fingerprint="proved")
    Batch.objects.update(gateway=gateway, tries=1, attempt=2)
    Installation.objects.update(gateway=gateway)

    work(Answering(Verdict.NOT_SENT, "resolve", left=False), pace)

    assert state_counts(run) == {"waiting": gone}
    lane = Lane.objects.get(gateway=gateway)
    assert (lane.held_until, lane.proved_with) == (None, "proved")


@pytest.mark.fault("F30")
def test_an_answer_that_asks_for_time_holds_the_lane_for_that_long(pace):
    run = a_run_in_parts(300, parts=3)
    slow = Answering(Verdict.THROTTLED, "QUOTA", scope=Scope.CHANNEL, retry_after=300.0)
    work_together([slow, slow], pace)

    left = Lane.objects.get().held_until - timezone.now()
    assert timedelta(seconds=290) < left <= timedelta(seconds=300)
    assert len(slow.sent) <= 50
    assert_conserved(run)


def test_no_answer_holds_a_lane_for_days(pace):
    a_run_in_parts(100, parts=1)
    asks = {"scope": Scope.CHANNEL, "retry_after": 999_999.0}
    work(Answering(Verdict.THROTTLED, "HTTP_406", **asks), pace)

    left = Lane.objects.get().held_until - timezone.now()
    assert timedelta(hours=5) < left <= timedelta(hours=6)


def test_what_waits_at_a_paused_gateway_ends_as_expired_with_its_message(pace):
    run = sending_run(["a", "b"], narrow=True, ttl=3600)
    Credential.objects.update(paused_at=timezone.now())
    Run.objects.update(started_at=timezone.now() - timedelta(hours=2))
    gateway = Answering()

    work(gateway, pace)

    assert gateway.sent == []
    assert {told[-1] for told in reasons(run).values()} == {Reason.EXPIRED}
    run.refresh_from_db()
    assert run.state == "finished"


class ByPlatform(MemoryGateway):
    """Firebase's key for browsers is bad: its other devices do not mind."""

    theirs: set[str] = set()
    mended = False

    def poll(self, timeout):
        pushes = {push.reference: push for push, _fence in self._queue}
        return [
            each._replace(verdict=Verdict.AUTH_CONFIG, code="THIRD_PARTY_AUTH_ERROR")
            if each.verdict is Verdict.ACCEPTED
            and not self.mended
            and pushes[each.reference].token in self.theirs
            else each
            for each in super().poll(timeout)
        ]


def test_a_bad_key_for_browsers_inside_firebase_keeps_only_them_waiting(pace):
    run = sending_run([f"t-{n}" for n in range(200)], narrow=True)
    browsers = Installation.objects.filter(pk__in=[d.pk for d in odd_devices()])
    browsers.update(platform="web")
    gateway = ByPlatform()
    gateway.theirs = set(browsers.values_list("gcm__registration_id", flat=True))

    work(gateway, pace)

    assert state_counts(run) == {"accepted": 100, "waiting": 100}
    assert Credential.objects.get().paused_at is None
    tried = [push for push in gateway.sent if push.token in gateway.theirs]
    assert len(tried) <= 50

    Parked.objects.update(due=timezone.now())
    Lane.objects.update(barred={"web": time.time() - 1})
    before = len(gateway.sent)
    work(gateway, pace)
    assert len(gateway.sent) == before + 1, "one browser tries, the others wait"

    gateway.mended = True
    Lane.objects.update(barred={"web": time.time() - 1})
    for _ in range(3):
        Parked.objects.update(due=timezone.now())
        work(gateway, pace)
    assert state_counts(run) == {"accepted": 200}


def odd_devices():
    return list(Installation.objects.order_by("pk"))[1::2]


def test_a_batch_that_always_fails_is_set_aside_and_its_run_asks(pace):
    run = sending_run(["a", "b"])
    claims = 0

    def defect(*_place):
        raise RuntimeError("a defect of ours")

    while Run.objects.get(pk=run.pk).state == "sending" and claims < 20:
        Batch.objects.update(due=timezone.now() - timedelta(seconds=1))
        send.work(5.0, pace=pace, channel=defect)
        claims += 1

    run.refresh_from_db()
    assert run.state == "paused"
    assert "error on our side" in run.why
    assert claims == batches.GIVEN_UP
    assert state_counts(run) == {"waiting": 2}

    Run.objects.update(state="sending")
    Batch.objects.update(due=timezone.now() - timedelta(seconds=1))
    send.work(5.0, pace=pace, channel=defect)
    assert {told[-1] for told in reasons(run).values()} == {Reason.INTERNAL_ERROR}
    assert_conserved(run)

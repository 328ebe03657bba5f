"""What an administrator is told of a key or certificate for Apple."""

import json
from typing import Any

import pytest

from devices.gateways import apns_check
from devices.gateways.apns import ApnsGateway
from devices.gateways.apns_answers import VERDICT_OF
from devices.gateways.apns_credential import parse_apns
from devices.gateways.base import Verdict
from devices.gateways.http import Sender
from devices.gateways.wire import Wire
from tests.devices.conftest import OpenApns
from tests.simulators import RunningSimulator


def changed(secret: str, **changes: Any) -> str:
    return json.dumps(json.loads(secret) | changes)


@pytest.mark.parametrize("environment", ["production", "sandbox"])
def test_a_key_that_works_is_said_to_work_and_nobody_gets_anything(
    simulator: RunningSimulator, open_apns: OpenApns, environment: str
) -> None:
    shown = simulator.simulator.phones.received

    check = open_apns(environment=environment).check()

    assert check.ok
    assert "of the team SIMULATED0 for com.example.shop" in check.sentence
    assert "pushes can be sent" in check.sentence
    assert simulator.simulator.phones.received == shown
    assert simulator.journal()[-1]["headers"]["apns-expiration"] == "0"


def test_a_certificate_that_works_is_said_to_work(
    simulator: RunningSimulator, open_apns: OpenApns
) -> None:
    check = open_apns(simulator.apns_certificate()).check()

    assert check.ok
    assert "this certificate for com.example.shop" in check.sentence


def test_a_key_that_apple_does_not_know_is_explained(
    simulator: RunningSimulator, open_apns: OpenApns
) -> None:
    unknown = changed(simulator.apns_key(), key_id="ABCDE12345")

    check = open_apns(unknown).check()

    assert (check.ok, check.code) == (False, "InvalidProviderToken")
    assert "Compare the key ID and the team ID" in check.sentence


def test_a_key_with_another_key_s_id_is_explained(
    simulator: RunningSimulator, open_apns: OpenApns
) -> None:
    other = json.loads(simulator.apns_key("com.example.other"))

    check = open_apns(changed(simulator.apns_key(), key_id=other["key_id"])).check()

    assert (check.ok, check.code) == (False, "InvalidProviderToken")


def test_the_bundle_id_of_another_app_is_explained(
    simulator: RunningSimulator, open_apns: OpenApns
) -> None:
    check = open_apns(changed(simulator.apns_key(), topic="com.example.theirs")).check()

    assert (check.ok, check.code) == (False, "TopicDisallowed")
    assert "bundle ID" in check.sentence


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("BadCertificate", "revoked"),
        ("BadCertificateEnvironment", "other environment"),
        ("BadEnvironmentKeyIdInToken", "may not be used in this environment"),
        ("BadEnvironmentKeyInToken", "may not be used in this environment"),
        ("BadTopic", "bundle ID in Xcode"),
        ("ExpiredProviderToken", "clock of this machine"),
        ("Forbidden", "Apple Push Notifications service"),
        ("TooManyProviderTokenUpdates", "wait 20 minutes"),
        ("ServiceUnavailable", "Try again in a few minutes"),
        ("unknown", "NeverHeardOf"),
    ],
)
def test_each_refusal_of_a_credential_says_what_mends_it(
    simulator: RunningSimulator, open_apns: OpenApns, reason: str, words: str
) -> None:
    topic = f"com.example.check-{reason}"
    simulator.script(f"app:SIMULATED0.{topic}", reason)

    check = open_apns(simulator.apns_key(topic)).check()

    assert not check.ok
    assert words in check.sentence


def test_every_fault_of_a_credential_has_a_sentence_of_its_own() -> None:
    faults = {
        reason
        for (_status, reason), verdict in VERDICT_OF.items()
        if verdict is Verdict.AUTH_CONFIG and reason
    }

    assert faults <= set(apns_check.SENTENCE_OF)


def test_a_network_that_leads_nowhere_is_explained(
    simulator: RunningSimulator,
) -> None:
    nowhere = Sender(Wire(simulator="127.0.0.1:9", ca_file=str(simulator.ca_path)))

    check = ApnsGateway(parse_apns(simulator.apns_key()), nowhere).check()

    assert not check.ok
    assert "api.push.apple.com could not be reached" in check.sentence


def test_a_certificate_that_makes_apple_hang_up_is_explained(
    simulator: RunningSimulator, open_apns: OpenApns
) -> None:
    topic = "com.example.hung-up"
    simulator.script(f"app:SIMULATED0.{topic}", "dropped")

    check = open_apns(simulator.apns_certificate(topic)).check()

    assert (check.ok, check.code) == (False, "connection")
    assert "may not accept this certificate" in check.sentence

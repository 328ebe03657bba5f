"""Google's token endpoint, as the simulator keeps it."""

import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from devices.gateways.http import Sender
from devices.gateways.wire import Answer, Request
from devices.simulator import accounts
from tests.simulators import RunningSimulator

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
Ask = Callable[..., Answer]


@pytest.fixture
def ask(simulator: RunningSimulator, open_sender: Callable[..., Sender]) -> Ask:
    """Posts an assertion; keywords change its claims, None takes one away."""
    key_file = json.loads(simulator.service_account("tokens"))

    def post(
        key: Any = key_file["private_key"],
        algorithm: str = "RS256",
        grant: str = GRANT,
        **changes: Any,
    ) -> Answer:
        now = int(time.time())
        claims = {
            "iss": key_file["client_email"],
            "scope": "https://www.googleapis.com/auth/firebase.messaging",
            "aud": accounts.TOKEN_URI,
            "iat": now,
            "exp": now + 3600,
        } | changes
        kept = {name: value for name, value in claims.items() if value is not None}
        assertion = jwt.encode(kept, key, algorithm=algorithm)
        form = urlencode({"grant_type": grant, "assertion": assertion})
        return open_sender().exchange(
            Request(accounts.TOKEN_URI, [], form.encode(), [])
        )

    return post


def test_a_good_assertion_gets_a_token_for_an_hour(ask: Ask) -> None:
    answer = ask()

    granted = json.loads(answer.body)
    assert answer.status == 200
    assert granted["token_type"] == "Bearer"
    assert granted["expires_in"] == 3600


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"aud": "https://elsewhere.invalid/"}, "audience"),
        ({"aud": None}, "Signature"),
        ({"exp": None}, "Signature"),
        ({"iat": 1}, "short-lived"),
        ({"iat": "now"}, "Signature"),
        ({"exp": int(time.time()) + 90_000}, "short-lived"),
        ({"exp": int(time.time()) - 3600, "iat": int(time.time()) - 7200}, "short"),
        ({"iss": "stranger@tokens.simulator.invalid"}, "account not found"),
        ({"iss": "../accounts/x"}, "account not found"),
        ({"scope": "https://www.googleapis.com/auth/drive"}, "scope"),
        ({"key": "k" * 40, "algorithm": "HS256"}, "Signature"),
        ({"grant": "password"}, "grant_type"),
    ],
)
def test_a_wrong_assertion_is_refused_in_google_s_words(
    ask: Ask, changes: dict[str, Any], words: str
) -> None:
    answer = ask(**changes)

    assert answer.status == 400
    assert words in json.loads(answer.body)["error_description"]


def test_another_key_is_an_invalid_signature(ask: Ask) -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    answer = ask(key=other)

    assert json.loads(answer.body) == {
        "error": "invalid_grant",
        "error_description": "Invalid JWT Signature.",
    }


def test_the_journal_keeps_what_an_assertion_says_and_not_the_assertion(
    simulator: RunningSimulator, ask: Ask
) -> None:
    ask()

    entry = simulator.journal()[-1]
    assert entry["gateway"] == "auth"
    assert entry["token"] is None
    assert entry["body"]["assertion"]["aud"] == accounts.TOKEN_URI


def test_a_project_id_that_google_would_not_give_is_refused(
    simulator: RunningSimulator,
) -> None:
    with pytest.raises(ValueError, match="is not a project id"):
        accounts.service_account(simulator.folder, "../x")

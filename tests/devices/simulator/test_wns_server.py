"""The WNS server: its token endpoints, and what a channel refuses."""

import json
from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from devices.gateways.http import Sender
from devices.gateways.wire import Answer, Options, Request
from devices.simulator import wns_accounts
from tests.simulators import RunningSimulator

LIVE = "https://login.live.com/accesstoken.srf"
ENTRA = "https://login.microsoftonline.com/simulator.invalid/oauth2/v2.0/token"
TOAST = (
    b'<toast><visual><binding template="ToastGeneric"><text>Hi</text></binding>'
    b"</visual></toast>"
)


@pytest.fixture
def ask(
    simulator: RunningSimulator, open_sender: Callable[..., Sender]
) -> Callable[..., Answer]:
    """Asks for a token; keywords change the form."""
    given = json.loads(simulator.wns_secret())

    def post(url: str = LIVE, **changes: str) -> Answer:
        form = {
            "grant_type": "client_credentials",
            "client_id": given["package_sid"],
            "client_secret": given["client_secret"],
            "scope": "notify.windows.com",
        } | changes
        return open_sender().exchange(Request(url, [], urlencode(form).encode(), []))

    return post


@pytest.fixture
def toast(
    open_sender: Callable[..., Sender], ask: Callable[..., Answer]
) -> Callable[..., Answer]:
    """Posts a toast; keywords change its headers, None takes one away."""
    token = json.loads(ask().body)["access_token"]

    def post(body: bytes = TOAST, **changes: str | None) -> Answer:
        headers = {
            "authorization": f"Bearer {token}",
            "content-type": "text/xml",
            "x-wns-type": "wns/toast",
        } | {name.replace("_", "-"): text for name, text in changes.items()}
        lines = [f"{name}: {text}" for name, text in headers.items() if text]
        url = wns_accounts.wns_channel("server-test")
        wanted = Options(http1=True, headers=True)
        return open_sender().exchange(Request(url, lines, body, [], options=wanted))

    return post


def test_a_good_secret_gets_a_token_for_a_day(ask: Callable[..., Answer]) -> None:
    answer = ask()

    granted = json.loads(answer.body)
    assert answer.status == 200
    assert (granted["token_type"], granted["expires_in"]) == ("bearer", 86_400)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "ms-app://simulator-stranger"}, "invalid_client"),
        ({"client_id": "../x"}, "invalid_client"),
        ({"scope": "https://wns.windows.com/.default"}, "invalid_scope"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_a_wrong_request_for_a_token_is_refused(
    ask: Callable[..., Answer], changes: dict[str, str], error: str
) -> None:
    live, entra = ask(**changes), ask(ENTRA, client_secret="wrong")

    assert (live.status, json.loads(live.body)["error"]) == (400, error)
    assert entra.status in (400, 401)


def test_a_toast_without_fault_is_received(toast: Callable[..., Answer]) -> None:
    answer = toast()

    assert (answer.status, answer.headers["x-wns-status"]) == (200, "received")
    assert answer.body == b""


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"authorization": "Bearer stale"}, 401),
        ({"authorization": None}, 401),
        ({"x_wns_type": None}, 400),
        ({"x_wns_type": "wns/letter"}, 400),
        ({"x_wns_type": "wns/raw"}, 400),
        ({"content_type": "application/json"}, 400),
        ({"x_wns_tag": "not-a-tag"}, 400),
        ({"x_wns_tag": "t" * 17}, 400),
        ({"x_wns_ttl": "soon"}, 400),
        ({"x_wns_ttl": "0"}, 400),
        ({"body": b"<toast/>"}, 400),
        ({"body": b"<toast>" + b" " * 5000}, 413),
    ],
)
def test_what_a_channel_refuses_is_said_in_a_header(
    toast: Callable[..., Answer], changes: dict[str, str], status: int
) -> None:
    answer = toast(**changes)

    assert answer.status == status
    assert answer.headers["x-wns-error-description"]


def test_what_was_accepted_is_shown_as_a_windows_toast(
    simulator: RunningSimulator, toast: Callable[..., Answer]
) -> None:
    toast(x_wns_tag="r7")

    phones = simulator.simulator.phones.describe()["phones"]
    shown = next(each["messages"][0] for each in phones if each["messages"])
    assert (shown["kind"], shown["title"], shown["tag"]) == ("windows", "Hi", "r7")

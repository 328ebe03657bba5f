"""What APNs refuses in headers and payload."""

import json
from typing import Any

import pytest

from devices.simulator.apns_schema import reason_against

ID = "eabeae54-14a8-11e5-b60b-1697f925ec7b"
ALERT = {"aps": {"alert": {"title": "a"}}}
SILENT = {"aps": {"content-available": 1}}


def reason(payload: Any = ALERT, **headers: str) -> str:
    named = {f"apns-{name.replace('_', '-')}": value for name, value in headers.items()}
    body = b"" if payload is None else json.dumps(payload).encode()
    return reason_against({"apns-push-type": "alert"} | named, body, payload)


@pytest.mark.parametrize(
    ("payload", "headers"),
    [
        (ALERT, {}),
        (ALERT, {"id": ID, "expiration": "0", "priority": "5", "collapse_id": "r42"}),
        (ALERT, {"expiration": "1790000000", "priority": "10"}),
        (ALERT, {"collapse_id": "x" * 64}),
        ({"aps": {"badge": 0}}, {}),
        ({"aps": {"alert": "text"}, "n": "1"}, {}),
        (SILENT, {"push_type": "background", "priority": "5"}),
        ({"aps": {}}, {"push_type": "location"}),
        ({"aps": {"sound": "x" * (4096 - len('{"aps": {"sound": ""}}'))}}, {}),
    ],
)
def test_a_good_request_passes(payload: Any, headers: dict[str, str]) -> None:
    assert reason(payload, **headers) == ""


@pytest.mark.parametrize(
    ("expected", "payload", "headers"),
    [
        ("BadMessageId", ALERT, {"id": "7"}),
        ("BadMessageId", ALERT, {"id": ID.upper()}),
        ("BadExpirationDate", ALERT, {"expiration": "soon"}),
        ("BadExpirationDate", ALERT, {"expiration": "-1"}),
        ("BadExpirationDate", ALERT, {"expiration": ""}),
        ("BadPriority", ALERT, {"priority": "7"}),
        ("BadPriority", SILENT, {"push_type": "background", "priority": "10"}),
        ("BadPriority", SILENT, {"push_type": "background"}),
        ("BadCollapseId", ALERT, {"collapse_id": "x" * 65}),
        ("BadCollapseId", ALERT, {"collapse_id": "é" * 33}),
        ("PayloadEmpty", None, {}),
        ("PayloadEmpty", [], {}),
        ("PayloadEmpty", {}, {}),
        ("PayloadEmpty", {"aps": "alert"}, {}),
        (
            "PayloadTooLarge",
            {"aps": {"sound": "x" * (4097 - len('{"aps": {"sound": ""}}'))}},
            {},
        ),
        ("InvalidPushType", ALERT, {"push_type": ""}),
        ("InvalidPushType", ALERT, {"push_type": "Alert"}),
        ("InvalidPushType", SILENT, {"push_type": "alert"}),
        ("InvalidPushType", ALERT, {"push_type": "background", "priority": "5"}),
    ],
)
def test_a_bad_request_is_refused_with_its_reason(
    expected: str, payload: Any, headers: dict[str, str]
) -> None:
    assert reason(payload, **headers) == expected

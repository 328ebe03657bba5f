"""What FCM refuses in a message."""

from typing import Any

import pytest

from devices.simulator.fcm_errors import refused_fields
from devices.simulator.fcm_schema import violation_of


def message(**changes: Any) -> dict[str, Any]:
    return {"message": {"token": "t", "notification": {"title": "a"}} | changes}


@pytest.mark.parametrize(
    "request_body",
    [
        message(),
        {"validate_only": True, **message()},
        {"validateOnly": True, **message()},
        message(data={"n": "1"}),
        message(android={"ttl": "0s", "priority": "NORMAL", "collapseKey": "k"}),
        message(android={"ttl": "3.5s", "notification": {"channelId": "promo"}}),
        message(android={"notification": {"notification_count": 3, "sticky": True}}),
        message(apns={"headers": {"apns-priority": "5"}, "payload": {"aps": {"x": 1}}}),
        message(webpush={"fcmOptions": {"link": "https://shop.example/"}}),
        message(fcm_options={"analytics_label": "summer_sale"}),
        {"message": {"topic": "news"}},
        {"message": {"fid": "abc"}},
        message(data={"k": "x" * 4000}),
    ],
)
def test_a_good_message_passes(request_body: dict[str, Any]) -> None:
    assert violation_of(request_body) is None


@pytest.mark.parametrize(
    ("request_body", "field", "words"),
    [
        (None, "", "Root is no object"),
        ([], "", "Root is no object"),
        ({}, "message", "not set"),
        ({"message": 7}, "message", "not set"),
        ({"message": {}}, "message", "Recipient of the message is not set"),
        (message(topic="news"), "message", "Exactly one"),
        ({"messages": 1, **message()}, "", 'Unknown name "messages"'),
        (message(colour="red"), "message", "Unknown name \"colour\" at 'message'"),
        (
            message(android={"notification": {"colour": "red"}}),
            "message.android.notification",
            "Cannot find field",
        ),
        (message(token=7), "message.token", "TYPE_STRING"),
        (message(notification="Hi"), "message.notification", "not an object"),
        (message(data={"n": 12}), "message.data[0].value", "(TYPE_STRING), 12"),
        (message(data="n"), "message.data", "not an object"),
        (message(data={"from": "x"}), "message.data", "Invalid data payload key: from"),
        (message(data={"google.x": "1"}), "message.data", "key: google.x"),
        (message(data={"gcm": "1"}), "message.data", "key: gcm"),
        (message(data={"message_type": "1"}), "message.data", "key: message_type"),
        (message(android={"ttl": "2419201s"}), "message.android.ttl", "Invalid ttl"),
        (message(android={"ttl": "1h"}), "message.android.ttl", "duration"),
        (message(android={"ttl": "-1s"}), "message.android.ttl", "duration"),
        (message(android={"priority": "URGENT"}), "message.android.priority", "URGENT"),
        (
            message(fcm_options={"analytics_label": "no spaces"}),
            "message.fcm_options.analytics_label",
            "Invalid label",
        ),
        (message(data={"k": "x" * 4100}), "", "message is too big"),
        (message(data={"k": "é" * 2050}), "", "message is too big"),
        ({"message": {"topic": "n", "data": {"k": "x" * 2050}}}, "", "too big"),
        (message(apns={"payload": {"x": "y" * 4100}}), "", "APNS message is too big"),
    ],
)
def test_a_bad_message_is_refused_for_its_field(
    request_body: Any, field: str, words: str
) -> None:
    violation = violation_of(request_body)

    assert violation is not None
    assert violation.field == field
    assert words in violation.words
    assert refused_fields(violation).status == 400

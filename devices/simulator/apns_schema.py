"""What APNs refuses in a request, beside its credential: headers and payload.

https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns
"""

import re
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

LONGEST_PAYLOAD = 4096
LONGEST_COLLAPSE = 64
TOKEN = re.compile(r"(?:[0-9a-fA-F]{2}){8,100}")
PUSH_TYPES = frozenset(
    [
        "alert",
        "background",
        "complication",
        "controls",
        "fileprovider",
        "liveactivity",
        "location",
        "mdm",
        "pushtotalk",
        "voip",
        "widgets",
    ]
)


def reason_against(headers: Mapping[str, str], body: bytes, payload: Any) -> str:
    """The reason for which a request is refused; "" for a good one.

    ``payload`` is the body as JSON, or None.
    """
    rules: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("BadMessageId", lambda: _is_message_id(headers.get("apns-id"))),
        ("BadExpirationDate", lambda: _is_number(headers.get("apns-expiration"))),
        ("BadPriority", lambda: _is_priority(headers)),
        ("BadCollapseId", lambda: _is_collapse_id(headers)),
        ("PayloadEmpty", lambda: _is_payload(payload)),
        ("PayloadTooLarge", lambda: len(body) <= LONGEST_PAYLOAD),
        ("InvalidPushType", lambda: _suits(headers.get("apns-push-type"), payload)),
    )
    return next((reason for reason, holds in rules if not holds()), "")


def _is_message_id(value: str | None) -> bool:
    if value is None:
        return True
    try:
        return str(UUID(value)) == value
    except ValueError:
        return False


def _is_number(value: str | None) -> bool:
    return value is None or (value.isascii() and value.isdigit())


def _is_priority(headers: Mapping[str, str]) -> bool:
    priority = headers.get("apns-priority", "10")
    quiet = headers.get("apns-push-type") == "background"
    return priority in ("1", "5", "10") and not (quiet and priority == "10")


def _is_collapse_id(headers: Mapping[str, str]) -> bool:
    return len(headers.get("apns-collapse-id", "").encode()) <= LONGEST_COLLAPSE


def _is_payload(payload: Any) -> bool:
    return isinstance(payload, dict) and isinstance(payload.get("aps"), dict)


def _suits(push_type: str | None, payload: Mapping[str, Any]) -> bool:
    """A type must be known, and say what the payload does; iOS needs none."""
    aps = payload["aps"]
    seen = bool({"alert", "badge", "sound"} & set(aps))
    if push_type is None or push_type == "alert":
        return seen
    if push_type == "background":
        return aps.get("content-available") == 1 and not seen
    return push_type in PUSH_TYPES

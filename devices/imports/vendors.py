"""How other services write what they export, as rows of named cells.

From their own descriptions: OneSignal's "CSV export" (identifier, device_type, tags,
web_auth, web_p256, notification_types), Braze's "Users by segment" (one JSON object a
line, push_tokens), Firebase's "auth:export" (a CSV without headings, or JSON), and the
tables of django-push-notifications and fcm-django.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import orjson
from django.utils.translation import gettext_lazy as _

CSV, JSON = "csv", "json"
ONESIGNAL, BRAZE, BRAZE_CSV = "onesignal", "braze", "braze_csv"
FIREBASE, FIREBASE_USERS = "firebase", "firebase_users"
PUSH_NOTIFICATIONS, FCM_DJANGO = "push_notifications", "fcm_django"

LABELS: dict[str, Any] = {
    CSV: _("CSV file"),
    JSON: _("JSON file"),
    ONESIGNAL: "OneSignal (CSV)",
    BRAZE: "Braze (JSON)",
    BRAZE_CSV: "Braze (CSV)",
    FIREBASE: "Firebase (JSON)",
    FIREBASE_USERS: "Firebase Authentication (CSV)",
    PUSH_NOTIFICATIONS: "django-push-notifications",
    FCM_DJANGO: "fcm-django",
}

FIREBASE_HEADINGS = (
    *("localId", "email", "emailVerified", "passwordHash", "passwordSalt"),
    *("displayName", "photoUrl", "googleId", "googleEmail", "googleDisplayName"),
    *("googlePhotoUrl", "facebookId", "facebookEmail", "facebookDisplayName"),
    *("facebookPhotoUrl", "twitterId", "twitterEmail", "twitterDisplayName"),
    *("twitterPhotoUrl", "githubId", "githubEmail", "githubDisplayName"),
    *("githubPhotoUrl", "createdAt", "lastSignedInAt", "phoneNumber", "disabled"),
    "customAttributes",
)
"""The columns of auth:export's CSV, which has no line of headings."""

Flat = dict[str, str]


def is_json(shape: str) -> bool:
    return shape in FLATTEN


def is_headless(shape: str) -> bool:
    return shape == FIREBASE_USERS


def of_headings(columns: Iterable[str]) -> str:
    """Whose CSV file has these headings."""
    names = {each.strip().lower() for each in columns}
    if {"identifier", "device_type"} <= names:
        return ONESIGNAL
    if {"registration_id", "type", "device_id"} <= names and "gateway" not in names:
        return FCM_DJANGO
    if {"registration_id", "gateway"} <= names:
        return PUSH_NOTIFICATIONS
    if "braze_id" in names or {"push_subscribe", "external_id"} <= names:
        return BRAZE_CSV
    return CSV


def of_object(found: Any) -> str:
    """Whose JSON file has objects like this one."""
    if not isinstance(found, dict):
        return JSON
    if {"braze_id", "push_tokens", "custom_attributes", "push_subscribe"} & set(found):
        return BRAZE
    if {"localId", "person_of_map"} & set(found):
        return FIREBASE
    return JSON


def objects(found: Any) -> Iterator[Any]:
    """The rows of a JSON file that is one value: a list, or a map by person."""
    if isinstance(found, list):
        yield from found
    elif isinstance(found, dict) and isinstance(found.get("users"), list):
        yield from found["users"]
    elif isinstance(found, dict) and all(isinstance(k, str) for k in found):
        whole = found.values()
        inner = next(iter(whole)) if len(found) == 1 else None
        # {"tokens": {person: …}}: the name of the branch says nothing.
        if isinstance(inner, dict) and all(
            isinstance(each, dict) for each in inner.values()
        ):
            found = inner
        for person, each in found.items():
            yield {"person_of_map": person, "value": each}


def plain(found: Any) -> list[Flat]:
    """One object, one row; what is nested stays JSON."""
    return [{str(key): text(value) for key, value in found.items()}]


def firebase(found: Any) -> list[Flat]:
    """A user of Authentication, or a person's tokens of the Realtime Database."""
    if "person_of_map" not in found:
        return plain(found)
    person, value = str(found["person_of_map"]), found["value"]
    if not isinstance(value, dict):
        return [{"localId": person, "token": text(value)}]
    if any(isinstance(each, str) for each in value.values()):
        return [{"localId": person, **plain(value)[0]}]
    rows = []
    for key, each in value.items():
        more = plain(each)[0] if isinstance(each, dict) else {}
        rows.append({"token": str(key), **more, "localId": person})
    return rows


def braze(found: Any) -> list[Flat]:
    """A user with a row for each of the push tokens, one row at least."""
    mine = dict(found)
    custom = mine.pop("custom_attributes", None) or {}
    tokens = mine.pop("push_tokens", None) or [{}]
    shared = {str(key): text(value) for key, value in mine.items()}
    shared |= {f"custom.{key}": text(value) for key, value in custom.items()}
    return [
        shared | {f"push.{key}": text(value) for key, value in each.items()}
        for each in tokens
    ]


def text(value: Any) -> str:
    """A cell as a CSV file would have it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    return orjson.dumps(value).decode()


FLATTEN: dict[str, Callable[[Any], list[Flat]]] = {
    JSON: plain,
    BRAZE: braze,
    FIREBASE: firebase,
}

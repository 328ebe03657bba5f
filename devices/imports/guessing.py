"""What a new file is, and what its columns may mean: a first proposal."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

import orjson
from django.utils.translation import gettext_lazy as _

from devices.models import Import
from devices.refusals import Refused

from . import targets, vendors
from .times import moment

EXAMPLES = 5
LOOKED_AT = 200
MOST_COLUMNS = 200
DELIMITERS = ",;\t|"

SYNONYMS = {
    "external_id": (
        *("external_id", "external_user_id", "user_id", "userid", "customer_id"),
        *("person_id", "localid", "id_client", "client_id", "uid", "username"),
    ),
    "locale": ("locale", "language", "lang", "langue"),
    "country": ("country", "country_code", "pays"),
    "zone": ("timezone", "time_zone", "timezone_id", "zone", "fuseau"),
    "made_at": ("created_at", "createdat", "date_created", "created", "date_joined"),
    "seen_at": ("last_seen", "last_active", "last_seen_at", "lastsignedinat"),
    "answer": ("push_subscribe", "preference", "consent", "optin", "opt_in"),
    "said_at": ("push_opted_in_at", "consent_at", "consented_at", "opt_in_at"),
    "token": (
        *("token", "push_token", "registration_id", "identifier", "device_token"),
        *("fcm_token", "fcmtoken", "endpoint", "push_token_token"),
    ),
    "subscription": ("subscription", "push_subscription"),
    "platform": ("platform", "device_type", "push_platform"),
    "gateway": ("gateway", "provider"),
    "environment": ("environment",),
    "key": ("installation_id", "device_id", "push_device_id"),
    "permission": ("permission", "notification_types", "push_notifications_enabled"),
    "model": ("device_model", "model"),
    "os_version": ("device_os", "os_version"),
    "app_version": ("app_version", "game_version"),
    "p256dh": ("p256dh", "web_p256", "keys_p256dh"),
    "auth": ("auth", "web_auth", "keys_auth"),
    "vapid_key": ("vapid_key", "application_server_key"),
    "active": ("active",),
    "tags": ("tags",),
}
KNOWN = {name: target for target, names in SYNONYMS.items() for name in names}

THEIRS: dict[str, dict[str, str]] = {
    vendors.CSV: {},
    vendors.ONESIGNAL: {
        **dict.fromkeys(("id", "ad_id", "timezone", "badge_count", "rooted", "ip"), ""),
        **dict.fromkeys(("lat", "lon", "session_count", "playtime"), ""),
        "amount_spent": "attribute:amount_spent:number",
        "invalid_identifier": "active",
        "type": "platform",
    },
    vendors.FCM_DJANGO: {"id": "", "type": "platform", "name": ""},
    vendors.PUSH_NOTIFICATIONS: {
        **dict.fromkeys(("id", "name", "browser", "cloud_message_type"), ""),
        "application_id": "",
    },
    vendors.BRAZE: {
        **dict.fromkeys(("braze_id", "random_bucket", "apps", "devices"), ""),
        **dict.fromkeys(("custom_events", "purchases", "user_aliases"), ""),
        **dict.fromkeys(("campaigns_received", "canvases_received"), ""),
        **dict.fromkeys(("cards_clicked", "uninstalled_at", "push.app"), ""),
    },
    vendors.FIREBASE: {
        **dict.fromkeys(("passwordHash", "salt", "providerUserInfo"), ""),
        "customAttributes": "tags",
    },
    vendors.FIREBASE_USERS: {
        **dict.fromkeys(("passwordHash", "passwordSalt", "disabled"), ""),
        **dict.fromkeys(vendors.FIREBASE_HEADINGS[6:23], ""),
        "customAttributes": "tags",
    },
}
"""Columns that mean something else in a vendor's file, or nothing to us."""


def describe(upload: Import, head: str) -> None:
    """Put format, columns, examples and a proposed mapping on a new import.

    Raises Refused for what has no rows, or headings that cannot be told apart.
    """
    if head.lstrip()[:1] in ("{", "["):
        rows = list(islice(of_json(upload, head), LOOKED_AT))
    else:
        rows = list(islice(of_csv(upload, head), LOOKED_AT))
    if not rows:
        sentence = _("The file has headings and no rows: choose another one.")
        raise Refused("/file", "no_rows", sentence)
    if len(upload.columns) > MOST_COLUMNS:
        sentence = _("The file has more than 200 columns: leave some of them out.")
        raise Refused("/file", "too_many_columns", sentence)
    upload.examples = [
        [cell[:200].replace("\0", "") for cell in row] for row in rows[:EXAMPLES]
    ]
    upload.mapping = remembered(upload) or proposed(upload, rows)


def of_csv(upload: Import, head: str) -> Iterator[list[str]]:
    upload.delimiter = delimiter_of(head)
    lines = head.splitlines(keepends=True)
    reader = csv.reader(lines, delimiter=upload.delimiter)
    try:
        first = [name.strip() for name in next(reader, [])]
    except csv.Error:
        first = []
    while first and not first[-1]:
        first.pop()
    if is_auth_export(first):
        upload.shape, upload.columns = (
            vendors.FIREBASE_USERS,
            list(vendors.FIREBASE_HEADINGS),
        )
        reader = csv.reader(lines, delimiter=upload.delimiter)
    else:
        check_headings(first)
        upload.shape, upload.columns = vendors.of_headings(first), first
    width = len(upload.columns)
    while True:
        try:
            row = next(reader, None)
        except csv.Error:
            return
        if row is None:
            return
        if row:
            yield (row + [""] * width)[:width]


def is_auth_export(first: list[str]) -> bool:
    """A row of auth:export's CSV: a user's id, an address or none, true or false."""
    return len(first) >= 24 and first[2:3] in (["true"], ["false"])


def check_headings(first: list[str]) -> None:
    if not first or not all(first):
        sentence = _("The first line must have a heading for each column.")
        raise Refused("/file", "no_headings", sentence)
    name, times = Counter(first).most_common(1)[0]
    if times > 1:
        sentence = _("Two columns are called “%(name)s”: rename one of them.")
        raise Refused("/file", "same_heading", sentence % {"name": name[:80]})
    if any(moment(each) or len(each) > 120 or "\0" in each for each in first):
        sentence = _("The first line must have headings, and it looks like a row.")
        raise Refused("/file", "no_headings", sentence)


def delimiter_of(head: str) -> str:
    """What the first line has most of, outside of quotes."""
    first = re.sub(r'"[^"]*"', "", head.split("\n", 1)[0])
    return max(DELIMITERS, key=first.count)


def of_json(upload: Import, head: str) -> Iterator[list[str]]:
    found = [each for each in map(loaded, head.splitlines()) if each is not None]
    if not found:
        sentence = _("This JSON cannot be read: give one object on each line.")
        raise Refused("/file", "bad_json", sentence)
    upload.shape = vendors.of_object(found[0])
    flatten = vendors.FLATTEN[upload.shape]
    rows = [row for each in found for row in flatten(each)]
    upload.columns = list(dict.fromkeys(name for row in rows for name in row))
    for row in rows:
        yield [row.get(name, "") for name in upload.columns]


def loaded(line: str) -> dict[str, Any] | None:
    try:
        found = orjson.loads(line.strip().rstrip(","))
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def remembered(upload: Import) -> list[str]:
    """The mapping of the last import with the same columns, as somebody left it."""
    earlier = Import.objects.filter(
        application=upload.application, columns=upload.columns, shape=upload.shape
    ).exclude(pk=upload.pk)
    found = earlier.exclude(lines=0).order_by("-pk").first()
    return found.mapping if found else []


def proposed(upload: Import, rows: list[list[str]]) -> list[str]:
    """A target for each column; no target twice."""
    theirs, taken, chosen = THEIRS.get(upload.shape, {}), set[str](), []
    for place, name in enumerate(upload.columns):
        target = theirs.get(name)
        if target is None:
            target = KNOWN.get(re.sub(r"[^a-z0-9]+", "_", name.strip().lower()))
        if target is None:
            values = [row[place] for row in rows if row[place]]
            target = targets.attribute(name.removeprefix("custom."), kind_of(values))
        if target in taken:
            target = targets.LEAVE_OUT
        if target in targets.ONCE or target.startswith("attribute:"):
            taken.add(target)
        chosen.append(target)
    return chosen


def kind_of(values: list[str]) -> str:
    """The type that all of these values have; text when in doubt."""
    if not values:
        return "text"
    if all(each.lower() in ("true", "false") for each in values):
        return "truth"
    if all(re.fullmatch(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]+)?", v) for v in values):
        return "number"
    if all(re.match(r"[12][0-9]{3}-[01][0-9]-[0-3][0-9]", v) for v in values):
        return "date"
    return "text"

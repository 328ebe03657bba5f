"""Audiences of any size, by a few statements: what sending to them costs is measured.

Every person has a first name of 5,000 (few are frequent, most are rare), a city of
500, and two values that nobody else has; 1.4 devices each.
"""

import time
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, transaction

from devices import credentials
from devices.models import Application
from devices.models.applications import library_id
from devices.simulator.accounts import service_account

DEVICES_A_PERSON = 1.4
PRODUCTION = "production"

PEOPLE = """
INSERT INTO devices_person (id, application_id, external_id, attributes, locale,
       country, zone, bucket, created_at, last_seen_at)
SELECT %(people_from)s + n, %(application)s, 'bench-' || n,
       jsonb_build_object(
         'first_name', 'Name' || (5000 * power(chance, 2.5))::int,
         'city', 'Ville-' || (500 * power(1 - chance, 2))::int,
         'plan', (ARRAY['free', 'plus', 'family'])[1 + n %% 3],
         'loyalty_points', n %% 20000,
         'code', 'WINTER-' || lpad(n::text, 8, '0'),
         'nickname', 'Nickname ' || n),
       'en-GB', 'GB', 'Europe/London', (n::bigint * 7919) %% 10000,
       now() - interval '90 days', now() - interval '1 day' * (n %% 60)
  FROM generate_series(1, %(people)s) AS n,
       LATERAL (SELECT (n::bigint * 48271 %% 1000003) / 1000003.0 AS chance) AS drawn
"""

SAID = """
INSERT INTO devices_preference (person_id, state, changed_at, source)
SELECT %(people_from)s + n, 'opted_in', now(), 'benchmark'
  FROM generate_series(1, %(people)s, 2) AS n
"""

TOKENS = """
INSERT INTO push_notifications_gcmdevice (id, name, active, date_created,
       application_id, registration_id, cloud_message_type)
SELECT %(tokens_from)s + n, '', true, now(), %(known_as)s,
       'f' || lpad((%(tokens_from)s + n)::text, 9, '0') || ':' || repeat('a', 140),
       'FCM'
  FROM generate_series(1, %(rows)s) AS n
"""

INSTALLATIONS = """
INSERT INTO devices_installation (id, public_id, application_id, person_id, key,
       gateway, environment, gcm_id, token_hash, secret_hash, vapid_key, platform,
       permission, model, os_version, app_version, app_version_order, locale, zone,
       is_test, created_at, last_registered_at, last_seen_at, strikes, retired_reason)
SELECT %(devices_from)s + n, gen_random_uuid(), %(application)s,
       %(people_from)s + 1 + (n - 1) %% %(people)s, 'bench-' || n, 'fcm', 'production',
       gcm.id, sha256(convert_to(gcm.registration_id, 'UTF8')), sha256('secret'), '',
       'android', 'granted', 'Pixel 9', '15', '5.10.1', '00000005.00000010.00000001',
       'en-GB', 'Europe/London', false, now(), now(), now(), 0, ''
  FROM generate_series(1, %(rows)s) AS n
  JOIN push_notifications_gcmdevice gcm ON gcm.id = %(tokens_from)s + n
"""

LASTS = """
SELECT (SELECT coalesce(max(id), 0) FROM devices_person),
       (SELECT coalesce(max(id), 0) FROM push_notifications_gcmdevice),
       (SELECT coalesce(max(id), 0) FROM devices_installation)
"""

COUNTERS = """
SELECT setval(pg_get_serial_sequence('devices_person', 'id'), %(people)s),
       setval(pg_get_serial_sequence('push_notifications_gcmdevice', 'id'), %(tokens)s),
       setval(pg_get_serial_sequence('devices_installation', 'id'), %(devices)s)
"""

TABLES = (
    "devices_person, devices_preference, devices_installation, "
    "push_notifications_gcmdevice"
)


def main(rows: str) -> dict[str, Any]:
    """Make the audience of so many devices unless it is there."""
    began = time.perf_counter()
    return {"is_new": ensure(int(rows)), "seconds": time.perf_counter() - began}


def slug(rows: int) -> str:
    return f"bench-{rows}"


def people_of(rows: int) -> int:
    return round(rows / DEVICES_A_PERSON)


def ensure(rows: int) -> bool:
    """An application with so many devices; False when it was there already."""
    get_user_model().objects.get_or_create(
        username="bench", is_superuser=True, is_staff=True, is_active=True
    )
    if Application.objects.filter(slug=slug(rows)).exists():
        return False
    with transaction.atomic():
        application = Application.objects.create(slug=slug(rows), name=slug(rows))
        secret = service_account(settings.VAR / "simulator", slug(rows))
        credentials.store(application, "fcm", PRODUCTION, secret, actor=None)
        _fill(application, rows)
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM (ANALYZE) {TABLES}")
        cursor.execute("CHECKPOINT")
    return True


def _fill(application: Application, rows: int) -> None:
    people = people_of(rows)
    with connection.cursor() as cursor:
        cursor.execute(LASTS)
        people_from, tokens_from, devices_from = cursor.fetchone()
        facts = {
            "application": application.pk,
            "known_as": library_id(application.pk, PRODUCTION),
            "people": people,
            "rows": rows,
            "people_from": people_from,
            "tokens_from": tokens_from,
            "devices_from": devices_from,
        }
        # The statements agree with each other; looking up each key takes minutes.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in (PEOPLE, SAID, TOKENS, INSTALLATIONS):
            cursor.execute(statement, facts)
        lasts = {
            "people": people_from + people,
            "tokens": tokens_from + rows,
            "devices": devices_from + rows,
        }
        cursor.execute(COUNTERS, lasts)

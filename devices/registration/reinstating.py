"""What the library switched off, switched on again where ours still stands.

django-push-notifications sets a device inactive whenever a provider refuses its
token, even for a wrong key. `retiring` alone decides here: a device is off exactly
when its installation is retired.
"""

from hashlib import sha256
from typing import Any

from django.db import connection

from devices.models.installations import LINK_OF

REINSTATE = """
WITH kept AS (
  SELECT one.{link}_id AS row FROM devices_installation AS one
  WHERE one.token_hash = %(hash)s AND one.gateway = %(gateway)s
    AND one.retired_at IS NULL
  ORDER BY one.id FOR UPDATE
)
UPDATE push_notifications_{link}device AS device SET active = true
FROM kept WHERE device.id = kept.row
  AND device.registration_id = %(token)s AND NOT device.active"""


def reinstate(gateway: str, token: str) -> int:
    """Switch the device rows of a token on again; returns how many were off.

    Compare and set: under the installation's lock, and only for one not retired.
    """
    told: dict[str, Any] = {
        "hash": sha256(token.encode()).digest(),
        "gateway": gateway,
        "token": token,
    }
    with connection.cursor() as cursor:
        cursor.execute(REINSTATE.format(link=LINK_OF[gateway]), told)
        return cursor.rowcount

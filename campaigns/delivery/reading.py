"""Record one chunk and intend the next: one statement, one commit, one round trip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from django.db import connection

from campaigns.audience import eligibility
from campaigns.content.personalisation import BUILT_IN_FIELDS
from campaigns.delivery import arrays, ledger, promo_codes
from campaigns.delivery.claims import Claim
from campaigns.delivery.ledger import Lost
from campaigns.delivery.messages import Letter
from campaigns.delivery.outcomes import Entry
from campaigns.models.reasons import Reason
from devices.gateways.base import Subscription
from devices.models.applications import GatewayKind
from devices.models.installations import LINK_OF
from devices.registration.retiring import Attempt

REASONS = {each.value: each for each in Reason}
SUBSCRIPTION = "ARRAY[webpush.p256dh, webpush.auth, device.vapid_key]"
"""What a push to a browser is encrypted and signed for."""

GATES = eligibility.CASE % (
    "%(topic)s::bigint",
    "%(promotional)s",
    "%(silent)s",
    "clock_timestamp() - %(suspension)s::interval",
    "%(promotional)s",
    "clock_timestamp()",
)

# Most applications exclude nobody: then no row looks any further.
LISTED = """(SELECT EXISTS (
                 SELECT FROM campaigns_personlist list
                  WHERE list.application_id = %(application)s AND list.is_excluded
                    AND list.archived_at IS NULL))
             AND EXISTS (
                 SELECT FROM campaigns_listedperson one
                   JOIN campaigns_personlist list ON list.id = one.people_list_id
                  WHERE one.person_id = d.person_id AND list.is_excluded
                    AND list.application_id = %(application)s
                    AND list.archived_at IS NULL)"""

LOOK = "WITH b AS (SELECT 0 AS next, true AS ok, '' AS dead_tokens)"
"""In the place of the fenced UPDATE, for a look that intends nothing."""

# OFFSET 0 makes the planner look each row up by its key: without statistics, as a run
# just frozen is, it would read the whole run for each chunk (3 s at 20,000 rows).
READ = """
SELECT b.next, b.ok, extract(epoch FROM %(expires)s - clock_timestamp()),
       b.dead_tokens,
       m.place, d.seq, d.installation_id, device.platform, device.token_hash,
       {library}.registration_id,
       {values},
       {subscription}, coalesce(d.translation, 0),
       CASE WHEN p.erased_at IS NOT NULL THEN {erased}
            WHEN device.person_id IS DISTINCT FROM d.person_id
              OR device.gateway <> %(gateway)s
              OR device.environment <> %(environment)s THEN {left}
            WHEN device.token_hash IS DISTINCT FROM d.token_hash AND EXISTS (
                 SELECT FROM campaigns_delivery x
                  WHERE x.run_id = %(run)s AND x.token_hash = device.token_hash
                 UNION ALL
                 SELECT FROM devices_installation other JOIN campaigns_delivery x
                     ON x.run_id = %(run)s AND x.installation_id = other.id
                  WHERE other.token_hash = device.token_hash
                    AND other.id <> device.id)
              THEN {duplicate}
            WHEN {listed} THEN {excluded}
            ELSE {gates} END
  FROM b
  LEFT JOIN unnest(%(ask)s::int[]) WITH ORDINALITY AS m(seq, place)
    ON b.ok AND %(want)s::int > 0
  LEFT JOIN LATERAL (
        SELECT * FROM campaigns_delivery
         WHERE run_id = %(run)s::bigint AND seq = m.seq OFFSET 0) d ON true
  LEFT JOIN devices_person p ON p.id = d.person_id
  LEFT JOIN devices_preference said ON said.person_id = p.id
  LEFT JOIN devices_topicpreference answer
    ON answer.person_id = p.id AND answer.topic_id = %(topic)s::bigint
  LEFT JOIN devices_installation device ON device.id = d.installation_id
  LEFT JOIN push_notifications_gcmdevice gcm ON gcm.id = device.gcm_id
  LEFT JOIN push_notifications_apnsdevice apns ON apns.id = device.apns_id
  LEFT JOIN push_notifications_webpushdevice webpush ON webpush.id = device.webpush_id
  LEFT JOIN push_notifications_wnsdevice wns ON wns.id = device.wns_id
  LEFT JOIN devices_credential credential
    ON credential.application_id = %(application)s
   AND credential.gateway = %(gateway)s AND credential.environment = %(environment)s
 ORDER BY m.place
"""


class Row(NamedTuple):
    """One intended delivery; ``reason`` when it must not be sent after all."""

    position: int
    seq: int
    installation: int
    platform: str
    token_hash: bytes
    token: str
    values: dict[str, Any] | None
    subscription: Subscription | None
    translation: int
    reason: Reason | None

    def __repr__(self) -> str:
        """Without token and values: neither belongs in a log."""
        return f"Row({self.seq})"


@dataclass(slots=True, kw_only=True)
class Recorded:
    """What a chunk came to, ready to be written."""

    end: int
    at: datetime
    entries: Sequence[Entry] = ()
    dead: Sequence[Attempt] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Advanced:
    """The next rows; ``ttl`` is what remains of the message's life, in seconds."""

    goes_on: bool
    ttl: int = 0
    rows: list[Row] = field(default_factory=list)


def parameters(
    claim: Claim,
    letter: Letter,
    recorded: Recorded,
    *,
    want: int,
    idle: bool,
    hold: float,
    lease: float,
) -> dict[str, Any]:
    """What `statement` is executed with."""
    upto = min(claim.hi, claim.next + want)
    return {
        **ledger.who(claim),
        **ledger.columns(recorded.entries),
        **letter.gates,
        "done": claim.done,
        "end": recorded.end,
        "want": want,
        "idle": idle,
        "hold": hold,
        "lease": lease,
        "ask": arrays.numbers(claim.seqs(claim.next, upto)),
        **{f"field_{n}": name for n, name in enumerate(letter.fields)},
        "expires": letter.expires_at,
    }


def gone(claim: Claim, letter: Letter, positions: Sequence[int]) -> set[int]:
    """Of positions that were read a while ago, those that must not be sent any more."""
    found_by = {
        **ledger.who(claim),
        **letter.gates,
        "ask": [claim.seq(position) for position in positions],
        "want": len(positions),
        "expires": letter.expires_at,
    }
    with connection.cursor() as cursor:
        cursor.execute(LOOK + _read(claim.gateway, ()), found_by)
        found = cursor.fetchall()
    return {positions[row[4] - 1] for row in found if row[-1] is not None}


@lru_cache(maxsize=64)
def statement(gateway: str, fields: tuple[str, ...]) -> str:
    """The statement for one gateway, whose token lies in its own library table.

    ``fields`` are what the message reads of a person: nothing else is fetched.
    """
    return ledger.ADVANCE + _read(gateway, fields)


def _read(gateway: str, fields: tuple[str, ...]) -> str:
    return READ.format(
        library=LINK_OF[gateway],
        values=_values(fields),
        subscription=SUBSCRIPTION if gateway == GatewayKind.WEBPUSH else "NULL",
        erased=int(Reason.ERASED),
        left=int(Reason.LEFT_AUDIENCE),
        duplicate=int(Reason.DUPLICATE_TOKEN),
        listed=LISTED,
        excluded=int(Reason.EXCLUDED),
        gates=GATES,
    )


def _values(fields: tuple[str, ...]) -> str:
    """The fields as one JSON object; their names travel as parameters."""
    if not fields:
        return "NULL"
    pairs = [
        f"%(field_{n})s::text, "
        + (
            f"p.{name}"
            if name in BUILT_IN_FIELDS
            else f"p.attributes -> %(field_{n})s::text"
        )
        for n, name in enumerate(fields)
    ]
    return f"json_build_object({', '.join(pairs)})::text"


def already(claim: Claim, end: int) -> Advanced:
    """One's own commit whose answer was lost; anything else is somebody else's.

    What that commit intended was never read, so a successor settles it as not sent.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT next FROM campaigns_batch"
            " WHERE id = %s AND token = %s AND done = %s AND done > %s",
            [claim.batch, claim.token, end, claim.done],
        )
        row = cursor.fetchone()
    if row is None:
        raise Lost
    claim.done, claim.next = end, row[0]
    return Advanced(goes_on=False)


def advanced(
    claim: Claim, end: int, found: list[tuple[Any, ...]], codes: promo_codes.Codes
) -> Advanced:
    """What the statement found, for a claim that is that much further now."""
    before, claim.done, claim.next = claim.next, end, found[0][0]
    rows = rows_of(before, found)
    if codes:
        rows = promo_codes.given(rows, codes)
    return Advanced(goes_on=bool(found[0][1]), ttl=int(found[0][2]), rows=rows)


def rows_of(before: int, found: list[tuple[Any, ...]]) -> list[Row]:
    """The rows behind position ``before`` that a statement found."""
    return [_row(before, each[4:]) for each in found if each[4] is not None]


def _row(before: int, found: tuple[Any, ...]) -> Row:
    place, seq, installation, platform, token_hash, token, values, keys = found[:8]
    return Row(
        before + place,
        seq,
        installation,
        platform or "",
        token_hash,
        token or "",
        orjson.loads(values) if values else None,
        Subscription(*keys) if keys and token else None,
        found[8],
        None if found[9] is None else REASONS[found[9]],
    )

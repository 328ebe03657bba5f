"""The gates between an audience and a push: one definition, for everybody who asks.

The snapshot, the funnel and every explanation run the same CASE, so that what was
promised before a launch is what happens after it. A row is a person with one of
their devices, or a person who has none; its reason is that of the first gate that
it does not pass, in the order of Reason's numbers, or NULL: it can be reached.

- Unsubscribed people receive nothing, whatever the purpose.
- A silent message, which shows nothing, needs no permission to show anything.
- A topic that is off, by the person's word or by its default, is off.
- Promotional messages on iOS ask for an explicit yes (App Store rule 4.5.4);
  Android and web ask for no more than subscribed.
- During a pause that a person asked for, promotional messages wait.
- A token belongs to one device: those that had it before are retired.
- A test device is a device too.
- A device that was silent for longer than its application says gets nothing but a
  message that wins people back.
- The control group is drawn last, among those who would get the message.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from campaigns.audience import split
from campaigns.models import Campaign, PersonList, Revision, contents, variants
from campaigns.models.campaigns import DeviceReach, Purpose
from campaigns.models.reasons import Reason
from devices.models import Person
from devices.models.installations import SUSPENSION

CASE = f"""CASE
  WHEN said.state = 'unsubscribed' THEN {Reason.UNSUBSCRIBED:d}
  WHEN NOT coalesce(
    answer.is_on, (SELECT default_on FROM devices_topic WHERE id = %s), true
  ) THEN {Reason.TOPIC_OFF:d}
  WHEN %s AND device.platform = 'ios' AND said.state IS DISTINCT FROM 'opted_in'
    THEN {Reason.NO_CONSENT:d}
  WHEN device.id IS NULL THEN {Reason.NO_DEVICE:d}
  WHEN NOT %s AND device.permission NOT IN ('granted', 'provisional')
    THEN {Reason.PERMISSION_DENIED:d}
  WHEN device.retired_at IS NOT NULL
    OR NOT coalesce(gcm.active, apns.active, webpush.active, wns.active, false)
    THEN {Reason.TOKEN_INACTIVE:d}
  WHEN device.suspended_at > %s THEN {Reason.SUSPENDED:d}
  WHEN credential.id IS NULL THEN {Reason.NO_CREDENTIAL:d}
  WHEN %s AND said.paused_until > %s THEN {Reason.PAUSED:d}
END"""  # noqa: S608 (our own numbers)

OTHER = Reason.NOT_THIS_PLATFORM.value
SILENT = """device.last_seen_at < (
      SELECT %s::timestamptz - make_interval(days => stale_after)
      FROM devices_application WHERE id = %s)"""
"""Asked once for the statement; an application without a limit has no such device."""
CONTROL = Reason.CONTROL_GROUP.value
EXCLUDED = Reason.EXCLUDED.value
STALE = Reason.STALE.value
LATER = Reason.OTHER_DEVICE.value
"""The last gates, at the snapshot alone: nobody comes or goes there afterwards."""

JUDGED = """
SELECT chosen.id AS person_id, device.id AS device_id, device.platform,
  device.gateway, device.environment, device.token_hash,
  coalesce(
    {case}, CASE WHEN device.platform = ANY(%s::text[]) THEN {other} END{more}
  )::smallint AS reason,
  coalesce(nullif(chosen.locale, ''), device.locale, '') AS locale{seen}
FROM ({people}) chosen
LEFT JOIN devices_preference said ON said.person_id = chosen.id
LEFT JOIN devices_topicpreference answer
  ON answer.person_id = chosen.id AND answer.topic_id = %s::bigint
LEFT JOIN devices_installation device ON device.person_id = chosen.id
LEFT JOIN push_notifications_gcmdevice gcm ON gcm.id = device.gcm_id
LEFT JOIN push_notifications_apnsdevice apns ON apns.id = device.apns_id
LEFT JOIN push_notifications_webpushdevice webpush ON webpush.id = device.webpush_id
LEFT JOIN push_notifications_wnsdevice wns ON wns.id = device.wns_id
LEFT JOIN devices_credential credential ON credential.application_id = %s
  AND credential.gateway = device.gateway
  AND credential.environment = device.environment"""


MODEL = {
    DeviceReach.IPHONES: "left(lower(device.model), 6) <> 'iphone'",
    DeviceReach.IPADS: "left(lower(device.model), 4) <> 'ipad'",
}
"""Which of Apple's devices a message is not for; one that tells no model neither."""

LATEST = f"""
SELECT person_id, device_id, platform, gateway, environment, token_hash,
  CASE WHEN reason IS NULL AND place > 1 THEN {LATER} ELSE reason END::smallint
    AS reason, locale
FROM (
  SELECT every.*, row_number() OVER (
    PARTITION BY person_id, reason IS NULL ORDER BY seen DESC, device_id DESC
  ) AS place FROM ({{judged}}) every) placed"""  # noqa: S608 (our own numbers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """What a message asks of its receivers; ``at`` ends suspensions.

    ``left_out`` are the platforms that it is not for, ``reach`` says which devices of
    a person it is for; with ``win_back`` they may have been silent for long.
    ``control`` per cent of the people of ``campaign`` get nothing. ``excluded`` are the
    lists of people who never get a message.
    """

    application_id: int
    purpose: str
    topic_id: int | None
    at: datetime
    left_out: tuple[str, ...] = ()
    reach: str = DeviceReach.ALL
    control: int = 0
    campaign: int = 0
    excluded: tuple[int, ...] = ()
    win_back: bool = False
    silent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One device of a person (None: they have none) and what holds it back."""

    person_id: int
    installation_id: int | None
    reason: Reason | None


def of_campaign(campaign: Campaign, *, at: datetime) -> Gates:
    """The gates of a campaign as it is now."""
    return Gates(
        application_id=campaign.application_id,
        purpose=campaign.purpose,
        topic_id=campaign.topic_id,
        at=at,
        left_out=contents.left_out({"platforms": campaign.platforms}),
        reach=campaign.reach,
        control=campaign.control,
        campaign=variants.drawn_by(campaign) if campaign.control else 0,
        excluded=PersonList.objects.excluded(campaign.application_id),
        win_back=campaign.win_back,
        silent=contents.is_silent(campaign.platforms),
    )


def of_revision(revision: Revision, *, application_id: int, at: datetime) -> Gates:
    """The gates of what was frozen: settings hold ``purpose`` and ``topic`` (id).

    Revisions from before there was one say nothing of a reach.
    """
    settings: Mapping[str, Any] = revision.settings
    return Gates(
        application_id=application_id,
        purpose=settings["purpose"],
        topic_id=settings["topic"],
        at=at,
        left_out=contents.left_out(revision.content),
        reach=settings.get("reach", DeviceReach.ALL),
        control=revision.content.get("control", 0),
        campaign=revision.content.get("drawn_by", revision.campaign_id),
        excluded=PersonList.objects.excluded(application_id),
        win_back=settings.get("win_back", False),
        silent=contents.is_silent(revision.content.get("platforms", {})),
    )


def judged(people: QuerySet[Person], gates: Gates) -> tuple[str, list[Any]]:
    """The SELECT that judges every device of these people, and its parameters.

    Its columns: person_id, device_id, platform, gateway, environment, token_hash,
    reason, locale (the person's language, else the device's, else "").
    """
    chosen, chosen_params = people.values("id", "locale").query.sql_with_params()
    more, more_params = _more(gates)
    params = [
        gates.topic_id,
        gates.purpose == Purpose.PROMOTIONAL,
        gates.silent,
        gates.at - SUSPENSION,
        gates.purpose == Purpose.PROMOTIONAL,
        gates.at,
        list(gates.left_out),
        *more_params,
        *chosen_params,
        gates.topic_id,
        gates.application_id,
    ]
    is_latest = gates.reach == DeviceReach.LATEST
    sql = JUDGED.format(
        case=CASE,
        other=OTHER,
        more=more,
        seen=", device.last_seen_at AS seen" if is_latest else "",
        people=chosen,
    )
    return (LATEST.format(judged=sql) if is_latest else sql), params


def _more(gates: Gates) -> tuple[str, list[Any]]:
    """The gates that few messages have, as further parts of a coalesce."""
    sql, params = "", []
    if gates.excluded:
        sql += f",\n    CASE WHEN {_is_excluded(gates)} THEN {EXCLUDED} END"
    if model := MODEL.get(DeviceReach(gates.reach)):
        is_other = f"device.platform = 'ios' AND {model}"
        sql += f",\n    CASE WHEN {is_other} THEN {OTHER} END"
    if not gates.win_back:
        sql += f",\n    CASE WHEN {SILENT} THEN {STALE} END"
        params = [gates.at, gates.application_id]
    if gates.control:
        drawn = split.is_control(
            "chosen.id", campaign=gates.campaign, control=gates.control
        )
        sql += f",\n    CASE WHEN {drawn} THEN {CONTROL} END"
    return sql, params


def _is_excluded(gates: Gates) -> str:
    numbers = ",".join(f"{each:d}" for each in gates.excluded)
    return (
        "EXISTS (SELECT FROM campaigns_listedperson listed"
        f" WHERE listed.people_list_id = ANY(ARRAY[{numbers}]::bigint[])"
        " AND listed.person_id = chosen.id)"
    )


def verdicts(people: QuerySet[Person], gates: Gates) -> list[Verdict]:
    """One verdict per device of a few people, by person and device."""
    sql, params = judged(people, gates)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found = [
            Verdict(
                person_id=row[0],
                installation_id=row[1],
                reason=None if row[6] is None else Reason(row[6]),
            )
            for row in cursor.fetchall()
        ]
    return sorted(found, key=lambda each: (each.person_id, each.installation_id or 0))

"""Offsets of five zones, 2026 to 2028, written from the rules of their laws."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# Every change of clocks of 2026 to 2028: the instant, and the offset from then on, in
# minutes. The first row is the offset at the start of 2026.
#
# Paris (EU directive 2000/84): last Sundays of March and October, at 01:00 UTC.
# New York (US Energy Policy Act of 2005): second Sunday of March and first Sunday of
# November, at 02:00 local: 07:00 UTC in spring (UTC-5), 06:00 UTC in autumn (UTC-4).
# Lord Howe: first Sunday of October, 02:00 local (UTC+10:30): 15:30 UTC of Saturday, to
# UTC+11; first Sunday of April, 02:00 local (UTC+11): 15:00 UTC of Saturday, to +10:30.
# Kathmandu: UTC+5:45 since 1986. Apia: UTC+13, no summer time since April 2021.
OFFSETS = {
    "Europe/Paris": [
        (utc("2025-10-26T01:00"), 60),
        (utc("2026-03-29T01:00"), 120),
        (utc("2026-10-25T01:00"), 60),
        (utc("2027-03-28T01:00"), 120),
        (utc("2027-10-31T01:00"), 60),
        (utc("2028-03-26T01:00"), 120),
        (utc("2028-10-29T01:00"), 60),
    ],
    "America/New_York": [
        (utc("2025-11-02T06:00"), -300),
        (utc("2026-03-08T07:00"), -240),
        (utc("2026-11-01T06:00"), -300),
        (utc("2027-03-14T07:00"), -240),
        (utc("2027-11-07T06:00"), -300),
        (utc("2028-03-12T07:00"), -240),
        (utc("2028-11-05T06:00"), -300),
    ],
    "Australia/Lord_Howe": [
        (utc("2025-10-04T15:30"), 660),
        (utc("2026-04-04T15:00"), 630),
        (utc("2026-10-03T15:30"), 660),
        (utc("2027-04-03T15:00"), 630),
        (utc("2027-10-02T15:30"), 660),
        (utc("2028-04-01T15:00"), 630),
        (utc("2028-09-30T15:30"), 660),
    ],
    "Asia/Kathmandu": [(utc("1986-01-01T00:00"), 345)],
    "Pacific/Apia": [(utc("2021-04-03T14:00"), 780)],
}


def by_hand(day: date, wall: time, zone: str) -> datetime:
    """The instant by the table: the first whose clock shows the time, or moved on."""
    local = datetime.combine(day, wall)
    rows = OFFSETS[zone]
    for (since, offset), (until, _) in zip(
        rows, [*rows[1:], (utc("2100-01-01"), 0)], strict=True
    ):
        instant = (local - timedelta(minutes=offset)).replace(tzinfo=UTC)
        if since <= instant < until:
            return instant
    # No clock shows it: the offset before the gap holds.
    gaps = [
        (local - timedelta(minutes=before)).replace(tzinfo=UTC)
        for (_, before), (change, after) in pairwise(rows)
        if after > before
        and change
        <= (local - timedelta(minutes=before)).replace(tzinfo=UTC)
        < change + timedelta(minutes=after - before)
    ]
    assert len(gaps) == 1
    return gaps[0]

"""Moments as other systems write them."""

import re
from datetime import UTC, datetime

NUMBER = re.compile(r"[0-9]{9,13}(\.[0-9]+)?")
ENDINGS = re.compile(r"( UTC| GMT|Z)$")
FIRST = datetime(1990, 1, 1, tzinfo=UTC)
MILLISECONDS = 10**11


def moment(text: str) -> datetime | None:
    """ISO 8601, or seconds or milliseconds since 1970; without a zone it is UTC.

    None for what is no moment between 1990 and 2100.
    """
    text = text.strip()
    try:
        if NUMBER.fullmatch(text):
            seconds = float(text)
            if seconds > MILLISECONDS:
                seconds /= 1000
            read = datetime.fromtimestamp(seconds, UTC)
        elif "-" in text[:5]:
            read = datetime.fromisoformat(ENDINGS.sub("+00:00", text))
        else:
            return None
    except (ValueError, OverflowError, OSError):
        return None
    read = read if read.tzinfo else read.replace(tzinfo=UTC)
    return read if read >= FIRST and read.year < 2100 else None

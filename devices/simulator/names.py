"""The readable name that a simulated token carries, whatever its provider's form."""

import re
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

HEX = re.compile(r"(?:[0-9a-f]{2}){8,}")


@lru_cache(maxsize=4096)
def label_of(token: str) -> str:
    """The name inside a token.

    FCM: the token itself. APNs: the text that the hex digits spell. Web Push and
    WNS: the address's last part, or what it gives as ``token``.
    """
    if token.startswith("https://"):
        address = urlsplit(token)
        given = parse_qs(address.query).get("token")
        return given[0] if given else address.path.rpartition("/")[2]
    if HEX.fullmatch(token):
        return _spelled(token)
    return token


def _spelled(token: str) -> str:
    try:
        text = bytes.fromhex(token).rstrip(b"\0").decode("ascii")
    except ValueError:
        return token
    return text if text.isprintable() else token

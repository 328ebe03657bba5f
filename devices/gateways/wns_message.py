"""A push as a Windows toast, and the address that it goes to.

https://learn.microsoft.com/en-us/windows/apps/design/shell/tiles-and-notifications/toast-schema
and push-request-response-headers beside it for the headers.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from xml.etree.ElementTree import Element, SubElement, tostring

from devices.gateways.base import Button, Push

CHANNEL = re.compile(
    r"https://(?:[a-z0-9-]{1,63}\.)+notify\.windows\.com(?::443)?/[!-\[\]-~]{0,1900}",
    re.IGNORECASE,
)
TAG = re.compile(r"[A-Za-z0-9]{1,16}")
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
"""What XML 1.0 cannot carry: a toast with it would not be shown at all."""

MOST_BUTTONS = 5
"""Windows shows no toast that has more."""


def is_channel(address: str) -> bool:
    """Whether this is an address of WNS, which alone may see our access token."""
    return CHANNEL.fullmatch(address) is not None


def body_of(push: Push) -> bytes:
    """The toast. Raises UnicodeEncodeError for half a surrogate pair."""
    toast = Element("toast", launch=_arguments(_values(push)))
    visual = SubElement(toast, "visual")
    binding = SubElement(visual, "binding", template="ToastGeneric")
    for text in (push.title, push.body):
        if text:
            SubElement(binding, "text").text = _clean(text)
    if push.image:
        SubElement(binding, "image", placement="hero", src=_clean(push.image))
    if push.buttons:
        actions = SubElement(toast, "actions")
        for button in push.buttons[:MOST_BUTTONS]:
            _add(actions, button, push)
    # As text and not as bytes, which would write half a pair as a reference.
    return tostring(toast, encoding="unicode").encode()


@lru_cache(maxsize=256)
def lines_of(ttl: int, collapse: str) -> tuple[str, ...]:
    """The headers of a toast, but for the authorization."""
    lines = [
        "content-type: text/xml",
        "x-wns-type: wns/toast",
        "x-wns-requestforstatus: true",
        f"x-wns-ttl: {max(ttl, 1)}",
    ]
    if collapse:
        lines.append(f"x-wns-tag: {tag_of(collapse)}")
    return tuple(lines)


def tag_of(collapse: str) -> str:
    """A tag takes 16 letters and digits; anything longer becomes a hash."""
    if TAG.fullmatch(collapse):
        return collapse
    return sha256(collapse.encode()).hexdigest()[:16]


def _values(push: Push) -> Mapping[str, str]:
    return {**push.data, "link": push.link} if push.link else push.data


def _add(actions: Element, button: Button, push: Push) -> None:
    values = {**_values(push), "button": button.id}
    if button.link:
        values["link"] = button.link
    arguments = _arguments(values)
    SubElement(actions, "action", content=_clean(button.label), arguments=arguments)


def _arguments(values: Mapping[str, str]) -> str:
    """As the Windows toolkit's ToastArguments and AppNotification read them."""
    return _clean(";".join(f"{_part(k)}={_part(v)}" for k, v in values.items()))


def _part(text: str) -> str:
    return text.replace("%", "%25").replace(";", "%3B").replace("=", "%3D")


def _clean(text: str) -> str:
    return FORBIDDEN.sub("", text)

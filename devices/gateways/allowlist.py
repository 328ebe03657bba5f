"""Which push services we send to: a browser's address comes from a stranger.

Asked when a subscription is registered and again when it is sent to. What a name
resolves to is looked at by the sender's socket guard (wire.Options.public_only).
"""

import re
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

SERVICES = (
    "fcm.googleapis.com",
    "jmt17.google.com",
    "updates.push.services.mozilla.com",
    "*.push.services.mozilla.com",
    "web.push.apple.com",
    "*.push.apple.com",
    "*.notify.windows.com",
)
"""Chrome, Edge, Opera, Samsung and Brave; Firefox; Safari; Edge on Windows."""

PLAIN = re.compile(
    r"https://([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::443)?(/[!\x22$-\[\]-~]*)"
)
"""An address that every reader of addresses takes apart in the same way."""

OTHER_INTERFACES = re.compile(
    r"fcm\.googleapis\.com/+(?:%|v1|batch|iid|\.)"
    r"|api\.(?:[a-z]+\.)?push\.apple\.com/"
    r"|[a-z0-9.-]+\.notify\.windows\.com/+\?"
    r"|[^/]+/(?:[^?]*/)?(?:\.|%2e){1,2}(?:[/?]|$)",
    re.IGNORECASE,
)
"""The services' addresses for apps, and steps in a path ("..") that lead to any. They
would refuse our key for a browser, and that would look as if the key were bad."""

LONGEST = 2048


def problem(endpoint: str) -> str:
    """Why nothing may be sent to this address: one sentence, "" when it may."""
    found = PLAIN.fullmatch(endpoint)
    if not found or len(endpoint) > LONGEST:
        return _oddity(endpoint)
    if not is_known(found[1]):
        return _(
            "%(host)s is not a push service that this site sends to. An administrator "
            "can add it to the setting WEBPUSH_HOSTS."
        ) % {"host": found[1][:100]}
    if OTHER_INTERFACES.match(found[1] + found[2]):
        return _(
            "This is an address of the push service for apps. Send what "
            "PushManager.subscribe() gave."
        )
    return ""


def origin_of(endpoint: str) -> str:
    """https and the host, as the push service names itself; "" when not allowed.

    The quick way for each push: `problem` says why.
    """
    found = PLAIN.fullmatch(endpoint)
    if not found or len(endpoint) > LONGEST or not is_known(found[1]):
        return ""
    if OTHER_INTERFACES.match(found[1] + found[2]):
        return ""
    return f"https://{found[1]}"


@lru_cache(maxsize=1024)
def is_known(host: str) -> bool:
    """Whether a host in lower case is a push service that we send to."""
    labels = host.split(".")
    if labels[-1].isdigit() or not all(labels):
        return False
    parents = ["*." + ".".join(labels[start:]) for start in range(1, len(labels))]
    known = {*SERVICES, *(each.lower() for each in settings.WEBPUSH_HOSTS)}
    return not known.isdisjoint([host, *parents])


@lru_cache(maxsize=1024)
def is_named(origin: str) -> bool:
    """Whether a push service is known by its own name, and not by its domain's.

    Under a domain a stranger may name any host, so what such a host says or cannot
    prove is no word about our keys.
    """
    host = origin.removeprefix("https://")
    return host in {*SERVICES, *(each.lower() for each in settings.WEBPUSH_HOSTS)}


def _oddity(endpoint: str) -> str:
    """What is wrong with an address that is no plain https one."""
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return _("This address cannot be read. Send the subscription's endpoint.")
    if parts.scheme != "https":
        return _("A push service's address begins with https://.")
    if "@" in parts.netloc:
        return _("A push service's address has no user name or password.")
    if port not in (None, 443):
        return _("A push service's address has no port of its own.")
    if parts.netloc.startswith("["):
        return _("A push service's address has a name, and not a number.")
    if len(endpoint) > LONGEST:
        return _("A push service's address has at most %(most)d characters.") % {
            "most": LONGEST
        }
    return _("This address cannot be read. Send the subscription's endpoint.")

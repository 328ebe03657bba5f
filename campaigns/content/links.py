"""Where a tap goes: https, or a scheme that the application registered.

Scheme and site must stand before anything personalised, so that no value of a person
can choose them.
"""

import ipaddress
import re
from collections.abc import Collection
from urllib.parse import quote, urlsplit

from django.utils.translation import gettext as _

NEVER = frozenset(
    {"about", "blob", "content", "data", "file", "filesystem", "http", "intent"}
    | {"javascript", "vbscript", "view-source"}
)
"""Refused even where somebody registered them."""

PLAIN = "%/:=&?~#+!$,;'@()*[]-._"
"""Characters of RFC 3986 that stay; the others are percent-encoded."""

SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
HOST = re.compile(r"[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+\.?", re.IGNORECASE)
MAX_LINK = 2_000


def problem(source: str, *, schemes: Collection[str] | None = ()) -> str:
    """A sentence about what is wrong with a link, "" when nothing is.

    ``source`` may hold placeholders after the site. ``schemes`` are those that the
    application registered, such as "shop"; None takes any that is not dangerous.
    """
    fixed = re.split(r"{{|{%", source, maxsplit=1)[0]
    if len(source) > MAX_LINK:
        return _("This link is too long: %(most)s characters at most.") % {
            "most": MAX_LINK
        }
    if re.search(r"[\s\x00-\x1f\x7f\\]", fixed):
        return _("A link holds no spaces, line breaks or backslashes.")
    scheme = SCHEME.match(fixed)
    if not scheme:
        return _("Begin the link with https:// and its site.")
    name = scheme[1].lower()
    if name == "https":
        return _site_problem(fixed, whole=fixed == source)
    if name in NEVER or (schemes is not None and name not in schemes):
        return _scheme_problem(name, schemes or ())
    return ""


def _scheme_problem(name: str, schemes: Collection[str]) -> str:
    if not schemes:
        return _("Links that begin with %(scheme)s: are refused. Use https://.") % {
            "scheme": name[:20]
        }
    return _(
        "Links that begin with %(scheme)s: are refused. Use https:// or %(known)s."
    ) % {
        "scheme": name[:20],
        "known": ", ".join(f"{each}:" for each in sorted(schemes)),
    }


def _site_problem(fixed: str, *, whole: bool) -> str:
    try:
        parts = urlsplit(fixed)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return _("This link cannot be read: check its site.")
    if parts.username is not None:
        return _("A link holds no user name: remove what stands before the @.")
    if not whole and not re.search(r"[/?#]", fixed[len("https://") :]):
        return _("Write the whole site before anything personalised.")
    if not host or fixed[: len("https://")].lower() != "https://":
        return _("Begin the link with https:// and its site.")
    if _is_address(host) or host == "localhost":
        return _("Use the name of a site that phones can reach, not an address.")
    if not host.isascii():
        return _("Write the site in its plain form, which begins with xn--.")
    if not HOST.fullmatch(host):
        return _("“%(site)s” is not the name of a site.") % {"site": host[:60]}
    return ""


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        # Browsers read a last part that is a number as an IPv4 address (WHATWG URL).
        return bool(re.fullmatch(r"(.*\.)?(\d+|0x[0-9a-f]*)\.?", host))
    return True


def encoded(link: str) -> str:
    """The rendered link with what a URL cannot hold percent-encoded (RFC 3986)."""
    return link if link.isascii() and " " not in link else quote(link, safe=PLAIN)

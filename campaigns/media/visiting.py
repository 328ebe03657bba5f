"""Whether a link opens: each is visited once, past the guard of fetching."""

import re
import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import pycurl
from django.utils.translation import gettext_noop

from campaigns.media.fetching import REDIRECTS, Answer, Network, parsed
from campaigns.media.refusals import Refused
from campaigns.models import LinkVisit
from devices import said

EACH, ALL = 4.0, 15.0
"""Seconds for one link with its redirects, and for all of a message."""
MOST_REDIRECTS = 5
READ = 4_096
"""Bytes of a page that are waited for: its answer is all that is asked."""
SIGNIN = re.compile(
    r"(log-?in|sign-?in|signon|sso|oauth|connexion|auth)(?![a-z])", re.I
)

BARRED = gettext_noop("it leads into a private network, which phones cannot reach")
SLOW = gettext_noop("the site took too long to answer")
UNREACHED = gettext_noop("the site could not be reached")
ANSWERED = gettext_noop("the site answered “%(status)s”")
ON_AND_ON = gettext_noop("it leads on and on to other addresses")
NO_ADDRESS = gettext_noop("this is no address that a phone can open")


class NotOpened(Exception):
    """The page did not open; ``args[0]`` is a sentence of the catalogue."""


class Visit(NamedTuple):
    """``trouble`` as devices.said keeps it, "" where the page opened."""

    trouble: str = ""
    needs_signin: bool = False


class _Page(Answer):
    def _perform(self, until: float) -> None:
        try:
            super()._perform(until)
        except NotOpened:
            if not self.status:  # else it answered, and enough of it was read
                raise

    def _read_body(self, part: bytes) -> int | None:
        self._size += len(part)
        return 0 if self._size > READ else None

    def _refusal(self, code: int) -> Exception:
        if self.is_barred:
            return NotOpened(BARRED)
        slow = code == pycurl.E_OPERATION_TIMEDOUT
        return NotOpened(SLOW if slow else UNREACHED)


def all_of(
    application_id: int,
    addresses: Iterable[str],
    *,
    networks: Sequence[Network] = (),
    at: datetime,
) -> None:
    """Visit each address and keep what came of it; what time does not allow is left."""
    ends = time.monotonic() + ALL
    for address in addresses:
        if time.monotonic() > ends:
            return
        found = visit(address, networks=networks)
        LinkVisit.objects.update_or_create(
            application_id=application_id,
            address=address,
            defaults={
                "trouble": found.trouble,
                "needs_signin": found.needs_signin,
                "at": at,
            },
        )


def visit(address: str, *, networks: Sequence[Network] = ()) -> Visit:
    """Open an address as a stranger would, without cookies; takes 4 s at most."""
    try:
        return _followed(address, networks, time.monotonic() + EACH)
    except NotOpened as trouble:
        return Visit(said.keep(trouble.args[0]))
    except Refused:
        return Visit(said.keep(NO_ADDRESS))


def _followed(address: str, networks: Sequence[Network], until: float) -> Visit:
    place = parsed(address, networks)
    for _hop in range(MOST_REDIRECTS + 1):
        answer = _Page(place, networks, until)
        if answer.status not in REDIRECTS:
            if answer.status >= 400:
                return Visit(said.keep(ANSWERED, status=answer.status))
            return Visit(needs_signin=_asks_who(address, place.geturl()))
        place = parsed(urljoin(place.geturl(), answer.location), networks)
    raise NotOpened(ON_AND_ON)


def _asks_who(asked: str, reached: str) -> bool:
    """Whether a redirect led to a sign-in that nobody linked to."""
    there, here = urlsplit(reached), urlsplit(asked)
    return bool(SIGNIN.search(there.path)) and not SIGNIN.search(here.path)

"""The phones behind the simulator: what each of them would display.

A phone is known by its token, and named without it: the page shows a short hash,
and for tokens that begin with "phone-" the name that follows (a script's name may
stand before it).
"""

import re
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256
from secrets import token_hex
from typing import Any

from devices.registration.addresses import browser_of
from devices.simulator.exchange import Shown
from devices.simulator.names import label_of

NEWEST = 2000
"""How many messages are kept, over all devices of one kind together: a run goes to
one provider after another, and the last one must not displace the others."""

PHONES_SHOWN = 60
MESSAGES_SHOWN = 20
NAMED = re.compile(r"(?:[a-zA-Z0-9]+-)?phone-([a-zA-Z0-9_.-]+?)(-[0-9a-f]{6,})?")


class Phones:
    """Keeps the newest messages only, however many tokens there are."""

    def __init__(self, keep: int = NEWEST) -> None:
        self._shown: dict[str, deque[dict[str, Any]]] = defaultdict(
            lambda: deque(maxlen=keep)
        )
        self._watchers: set[Callable[[int], None]] = set()
        self.received = 0

    def show(self, token: str, message: Shown, *, at: float) -> None:
        """A message reached the phone of a token."""
        self.received += 1
        self._shown[message.kind].append(
            {"id": self.received, "token": token, "message": message, "at": at}
        )
        for watcher in self._watchers:
            watcher(self.received)

    def watch(self, watcher: Callable[[int], None]) -> Callable[[], None]:
        """Call ``watcher`` with the count at each message, until the answer is."""
        self._watchers.add(watcher)
        return lambda: self._watchers.discard(watcher)

    def describe(self, search: str = "") -> dict[str, Any]:
        """The phones with the newest messages, those first, as the page shows them.

        Kinds share the page: no more of one than its part.
        """
        kinds = [self._phones(kind, search) for kind in self._shown]
        kinds = [phones for phones in kinds if phones]
        part = PHONES_SHOWN // max(len(kinds), 1)
        phones = [phone for each in kinds for phone in each[:part]]
        phones.sort(key=lambda phone: -phone["messages"][0]["id"])
        return {"received": self.received, "phones": phones}

    def _phones(self, kind: str, search: str) -> list[dict[str, Any]]:
        phones: dict[str, dict[str, Any]] = {}
        for shown in reversed(self._shown[kind]):
            phone = describe_phone(shown["token"])
            if not _matches(phone, search):
                continue
            phone = phones.setdefault(phone["hash"], phone)
            if len(phone["messages"]) < MESSAGES_SHOWN:
                _add(phone, describe_message(shown))
            if len(phones) > PHONES_SHOWN:
                phones.popitem()
                break
        return list(phones.values())


def token_for(name: str) -> str:
    """A new token of a simulated phone that the page will show under ``name``."""
    plain = re.sub(r"[^a-zA-Z0-9_.]+", "-", name).strip("-") or "phone"
    return f"phone-{plain[:40]}-{token_hex(6)}"


def describe_phone(token: str) -> dict[str, Any]:
    """A phone without messages: hash, name and browser, never the token."""
    named = NAMED.fullmatch(label_of(token))
    name = named[1].replace("-", " ").replace("_", " ") if named else ""
    browser = browser_of(token) if token.startswith("https://") else ""
    return {
        "hash": short_hash(token),
        "name": name,
        "browser": browser,
        "messages": [],
    }


def short_hash(token: str) -> str:
    """What stands for a token wherever a person can read it."""
    return sha256(token.encode()).hexdigest()[:12]


def describe_message(shown: Mapping[str, Any]) -> dict[str, Any]:
    """What a phone displays of a message, and what its app gets."""
    at = datetime.fromtimestamp(shown["at"], UTC).isoformat(timespec="seconds")
    return {"id": shown["id"], "at": at, **asdict(shown["message"])}


def _add(phone: Mapping[str, Any], message: dict[str, Any]) -> None:
    """A phone displays the newest of the messages with one tag."""
    tags: Iterator[str] = (each["tag"] for each in phone["messages"])
    if not message["tag"] or message["tag"] not in tags:
        phone["messages"].append(message)


def _matches(phone: Mapping[str, Any], search: str) -> bool:
    wanted = search.strip().lower()
    return phone["hash"].startswith(wanted) or wanted in phone["name"].lower()

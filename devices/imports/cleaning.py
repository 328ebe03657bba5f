"""A row's cells, as somebody named its columns, in our spelling or refused."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from django.utils.translation import gettext_lazy as _

from devices import attributes
from devices.models import Import
from devices.refusals import Refused

from . import addressed, targets, vendors, words
from .times import moment

LONG = 256
Values = dict[str, str]


class Person(NamedTuple):
    """What one row says of a person; empty and None are "not said"."""

    external_id: str | None
    attributes: dict[str, Any]
    locale: str
    country: str
    zone: str
    made_at: datetime | None
    seen_at: datetime | None
    answer: str
    said_at: datetime | None
    topics: dict[str, bool] | None


class Cleaner:
    """Knows the mapping of one import; `clean` takes a row."""

    def __init__(self, upload: Import, *, at: datetime) -> None:
        self.shape, self.at, self.options = upload.shape, at, upload.options
        self.plain: list[tuple[int, str]] = []
        self.kept: list[tuple[int, str, Callable[[str, str], Any]]] = []
        self.topics: list[tuple[int, str]] = []
        for place, word in enumerate(upload.mapping):
            if found := targets.ATTRIBUTE.fullmatch(word):
                self.kept.append((place, found[1], CONVERT[found[2]]))
            elif found := targets.TOPIC.fullmatch(word):
                self.topics.append((place, found[1]))
            elif word:
                self.plain.append((place, word))

    def clean(self, cells: list[str]) -> tuple[Person, addressed.Device | None]:
        """What the row says of a person, and of their device. Raises Refused."""
        said = {
            word: text for place, word in self.plain if (text := cells[place].strip())
        }
        person = self._person(said, cells)
        device = addressed.device(said, person, self.shape, self.options, at=self.at)
        if person.external_id is None and device is None:
            raise Refused("", "nobody", NOBODY)
        return person, device

    def _person(self, said: Values, cells: list[str]) -> Person:
        external_id = said.get("external_id")
        if external_id and len(external_id) > 128:
            raise Refused("/external_id", "bad_external_id", LONG_ID)
        locale = spelled("locale", said.get("locale", ""))
        country = spelled("country", said.get("country", ""))
        return Person(
            external_id,
            self._attributes(said, cells),
            locale,
            country or attributes.region_of(locale),
            spelled("zone", said.get("zone", "")),
            self._moment(said, "made_at"),
            self._moment(said, "seen_at"),
            answer(said.get("answer", "")),
            self._moment(said, "said_at"),
            self._topics(cells),
        )

    def _attributes(self, said: Values, cells: list[str]) -> dict[str, Any]:
        kept = {}
        if "tags" in said:
            kept = tags(said["tags"])
        for place, key, convert in self.kept:
            if text := cells[place].strip():
                kept[key] = convert(text, key)
        return kept

    def _topics(self, cells: list[str]) -> dict[str, bool] | None:
        answers = {}
        for place, key in self.topics:
            word = words.spelled(cells[place])
            if word in words.YES or word in words.NO:
                answers[key] = word in words.YES
            elif word:
                raise Refused(f"/topics/{key}", "bad_topic", YES_OR_NO)
        return answers or None

    def _moment(self, said: Values, name: str) -> datetime | None:
        text = said.get(name)
        if not text:
            return None
        read = moment(text)
        if read is None:
            raise Refused(f"/{name}", "bad_time", BAD_TIME)
        return min(read, self.at)


NOBODY = _("The row names nobody: it has neither an external id nor a push token.")
LONG_ID = _("An external id has at most 128 characters.")
BAD_TIME = _("A time is not readable: write it like 2026-01-31T09:00:00Z.")
YES_OR_NO = _("A topic's cell says neither yes nor no.")
BAD_ANSWER = _(
    "The preference is not readable: write opted_in, subscribed or unsubscribed."
)
BAD_NUMBER = _("An attribute is no number: write it with a point and no spaces.")
BAD_TRUTH = _("An attribute says neither yes nor no.")
BAD_DATE = _("An attribute is no date: write it like 2026-01-31.")
BAD_TAGS = _("The cell with several attributes is no JSON object.")
LONG_TEXT = _("A value has at most 1,024 bytes: shorten it.")


def answer(text: str) -> str:
    if not text:
        return ""
    word = words.ANSWERS.get(words.spelled(text))
    if word is None:
        raise Refused("/preference", "bad_preference", BAD_ANSWER)
    return str(word)


def tags(text: str) -> dict[str, Any]:
    """An object of attributes; what is nested stays JSON, empty values are left out."""
    try:
        found = None if "\\u0000" in text else orjson.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Refused("/tags", "bad_json", BAD_TAGS)
    kept = {}
    for name, value in found.items():
        plain = value if isinstance(value, str | bool | int | float) else None
        if plain is None and value is not None:
            plain = vendors.text(value)
        if plain is None or plain == "":
            continue
        key = targets.attribute(str(name)).split(":")[1:2]
        if key:
            attributes.check_attribute(key[0], plain)
            kept[key[0]] = plain
    return kept


def as_text(text: str, key: str) -> str:
    if len(text) > LONG and len(text.encode()) > 1024:
        raise Refused(f"/attributes/{key}", "too_long", LONG_TEXT)
    return text


def as_number(text: str, key: str) -> int | float:
    try:
        number = int(text) if text.lstrip("-").isdecimal() else float(text)
    except ValueError as strange:
        raise Refused(f"/attributes/{key}", "bad_type", BAD_NUMBER) from strange
    if not abs(number) <= attributes.MAX_NUMBER:
        raise Refused(f"/attributes/{key}", "bad_type", BAD_NUMBER)
    return number


def as_truth(text: str, key: str) -> bool:
    word = words.spelled(text)
    if word not in words.YES and word not in words.NO:
        raise Refused(f"/attributes/{key}", "bad_type", BAD_TRUTH)
    return word in words.YES


def as_date(text: str, key: str) -> str:
    read = moment(text if len(text) > 10 else f"{text}T00:00:00")
    if read is None and not moment_before(text):
        raise Refused(f"/attributes/{key}", "bad_type", BAD_DATE)
    return text


def moment_before(text: str) -> bool:
    """Birthdays lie before what a file's times may be."""
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10


CONVERT: dict[str, Callable[[str, str], Any]] = {
    "text": as_text,
    "number": as_number,
    "truth": as_truth,
    "date": as_date,
}
SPELL = {
    "locale": attributes.clean_locale,
    "country": attributes.clean_country,
    "zone": attributes.clean_zone,
}


def spelled(kind: str, text: str) -> str:
    """A language, country or zone in our spelling. Raises Refused."""
    if not text:
        return ""
    value, refused = judged(kind, text)
    if refused is not None:
        raise refused
    return value


@lru_cache(maxsize=4096)
def judged(kind: str, text: str) -> tuple[str, Refused | None]:
    """Kept, since looking for the nearest zone takes milliseconds."""
    try:
        return SPELL[kind](text), None
    except Refused as refused:
        return "", refused

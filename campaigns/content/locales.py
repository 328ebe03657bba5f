"""Which language of a message a person reads: fr-CA, then fr, then its own language.

RFC 4647 section 3.4 (lookup): a tag gives up its last part until something matches.
One definition for the renderer, the snapshot and every count.
"""

import hashlib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

SOURCE = 0
"""The message's own language; translations are numbered from 1, as they are kept."""


class Standing(StrEnum):
    """How a translation stands beside the message that it is made from."""

    COMPLETE = "complete"
    MISSING = "missing"
    """No title, or no text."""
    OUTDATED = "outdated"
    """The message's own text changed since."""


def match(tag: str, *, source: str, tags: Sequence[str]) -> int:
    """The number of the translation for a language tag, or SOURCE.

    ``tags`` are those of the translations in their order; ``source`` is the message's
    own and wins over an equal one.
    """
    known = _numbers(source, tags)
    wanted = _plain(tag)
    while wanted:
        if wanted in known:
            return known[wanted]
        wanted = wanted.rpartition("-")[0]
    return SOURCE


def chain(tag: str, *, source: str, tags: Sequence[str]) -> list[tuple[str, bool]]:
    """What is looked for, in order, and whether it is there; the last one is read."""
    there = {_plain(each) for each in tags} | {_plain(source)}
    asked, found = tag.replace("_", "-"), []
    while asked:
        found.append((asked, _plain(asked) in there))
        if found[-1][1]:
            return found
        asked = asked.rpartition("-")[0]
    return [*found, (source, True)]


def case(column: str, *, source: str, tags: Sequence[str]) -> tuple[str, list[Any]]:
    """The same choice as an SQL expression over a column, and its parameters."""
    known = _numbers(source, tags)
    if set(known.values()) == {SOURCE}:
        return str(SOURCE), []
    # The longest tag first: fr-CA is also a fr.
    ordered = sorted(known.items(), key=lambda each: -len(each[0]))
    spoken = f"lower(replace({column}, '_', '-'))"
    lines, params = [], []
    for tag, number in ordered:
        if tag:
            lines.append(f"WHEN {spoken} = %s OR {spoken} LIKE %s THEN {number:d}")
            params += [tag, f"{tag}-%"]
    return f"CASE {' '.join(lines)} ELSE {SOURCE:d} END", params


def _numbers(source: str, tags: Sequence[str]) -> dict[str, int]:
    known = {_plain(each): number for number, each in enumerate(tags, start=1)}
    return known | {_plain(source): SOURCE}


def _plain(tag: str) -> str:
    return tag.lower().replace("_", "-")


def digest(title: str, body: str) -> str:
    """What a translation was made from, as 16 hexadecimal digits: outdated or not."""
    said = f"{title.strip()}\x00{body.strip()}".encode()
    return hashlib.sha256(said).hexdigest()[:16]


def standing(said: Mapping[str, Any], *, title: str, body: str) -> Standing:
    """How a campaign's translation stands; ``title`` and ``body`` are its own texts."""
    if not (said.get("title", "").strip() and said.get("body", "").strip()):
        return Standing.MISSING
    if said.get("source", "") not in ("", digest(title, body)):
        return Standing.OUTDATED
    return Standing.COMPLETE

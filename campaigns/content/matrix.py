"""Every text of a message in every language as a table, and back: CSV for translators.

A row for each text ("title", "buttons.1.label", "ios:subtitle"), a column for each
language, the message's own first. A cell that is empty leaves what is there. Cells that
a spreadsheet would take for a formula begin with an apostrophe.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from campaigns.content import languages, personalisation
from campaigns.content.options import PLATFORMS
from campaigns.content.personalisation import TemplateError

WORDS = ("title", "body", "link")
OF_PLATFORMS = ("title", "body", "subtitle", "expanded", "summary", "ticker")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
MOST_BYTES = 1_000_000
MOST_ROWS = 500
LONGEST = 4_000
Said = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One cell that says something else than the message; ``line`` counts from 1."""

    line: int
    key: str
    locale: str
    before: str
    after: str


@dataclass(slots=True)
class Read:
    """What a file would change, and what of it is refused: (line, why)."""

    changes: list[Change] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    added: list[str] = field(default_factory=list)


def texts(said: Said) -> dict[str, str]:
    """The texts of one language by their keys, those that are empty as well."""
    found = {name: said.get(name) or "" for name in WORDS}
    for number, button in enumerate(said.get("buttons") or (), start=1):
        found[f"buttons.{number}.label"] = button.get("label", "")
    for platform in PLATFORMS:
        own = (said.get("platforms") or {}).get(platform, {})
        for name in OF_PLATFORMS:
            if own.get(name):
                found[f"{platform}:{name}"] = own[name]
    return found


def write(own: Said, translations: Sequence[Said]) -> str:
    """The table as CSV, with the mark that tells spreadsheets that it is UTF-8."""
    source = texts(own)
    others = [(each["locale"], texts(each)) for each in translations]
    file = io.StringIO()
    out = csv.writer(file)
    out.writerow(["id", own["locale"], *(tag for tag, _said in others)])
    for key, text in source.items():
        cells = [text, *(said.get(key, "") for _tag, said in others)]
        out.writerow([key, *map(_safe, cells)])
    return "\ufeff" + file.getvalue()


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith((*FORMULA, "'")) else text


def _plain(text: str) -> str:
    cleaned = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    is_kept = cleaned.startswith("'") and cleaned[1:].startswith((*FORMULA, "'"))
    return cleaned[1:] if is_kept else cleaned


def read(
    file: str,
    own: Said,
    translations: Sequence[Said],
    *,
    known: Iterable[str],
    usable: Iterable[str] | None = None,
) -> Read:
    """Compare a file with a message. ``known`` are the fields that texts may name.

    ``usable`` are the languages that may be added, None for any. Nothing is changed.
    """
    rows = list(_rows(file))
    if not rows or not rows[0][1] or rows[0][1][0].strip().lower() != "id":
        sentence = _("The first line names the columns: “id”, then a language in each.")
        return Read(refused=[(1, sentence)])
    found = Read()
    others = {each["locale"]: texts(each) for each in translations}
    columns = _columns(rows[0][1], own["locale"], others, usable, found)
    comparing = _Comparing(found, columns, texts(own), others, list(known))
    for line, cells in rows[1:]:
        comparing.row(line, cells)
    return found


def _rows(file: str) -> Iterator[tuple[int, list[str]]]:
    text = file.removeprefix("\ufeff")
    heading = text.partition("\n")[0]
    mark = max(",;\t", key=heading.count)
    reader = csv.reader(io.StringIO(text), delimiter=mark)
    for cells in reader:
        if any(each.strip() for each in cells):
            yield reader.line_num, cells
        if reader.line_num > MOST_ROWS * 10:
            return


def _columns(
    heading: Sequence[str],
    source: str,
    others: Mapping[str, Mapping[str, str]],
    usable: Iterable[str] | None,
    found: Read,
) -> dict[int, str]:
    """Which language stands in which column; what is none is told and left out."""
    there = {tag.lower(): tag for tag in (source, *others)}
    allowed = None if usable is None else {each.lower() for each in usable}
    columns: dict[int, str] = {}
    for place, cell in enumerate(heading[1:], start=1):
        tag = languages.tag(cell) if cell.strip() else None
        if tag is None:
            if cell.strip():
                sentence = _("“%(name)s” is not the tag of a language.")
                found.refused.append((1, sentence % {"name": cell.strip()[:40]}))
            continue
        if tag.lower() not in there:
            if allowed is not None and tag.lower() not in allowed:
                sentence = _("“%(tag)s” is not among the languages of this workspace.")
                found.refused.append((1, sentence % {"tag": tag}))
                continue
            found.added.append(tag)
        columns[place] = there.get(tag.lower(), tag)
    if source not in columns.values():
        sentence = _("The column of the message’s own language, “%(tag)s”, is missing.")
        found.refused.append((1, sentence % {"tag": source}))
        return {}
    return columns


class _Comparing:
    """Goes through the rows of a file and notes what each would change."""

    def __init__(
        self,
        found: Read,
        columns: Mapping[int, str],
        source: Mapping[str, str],
        others: Mapping[str, Mapping[str, str]],
        known: list[str],
    ) -> None:
        self.found, self.columns = found, columns
        self.source, self.others, self.known = source, others, known
        self.seen: set[str] = set()

    def row(self, line: int, cells: Sequence[str]) -> None:
        """Take one row, or say why not."""
        key = cells[0].strip()
        if not self.columns:
            return
        if key not in self.source:
            sentence = _("“%(key)s” is not a text of this message.")
            self._refuse(line, sentence % {"key": key[:40]})
            return
        if key in self.seen:
            sentence = _("“%(key)s” stands in the file twice.")
            self._refuse(line, sentence % {"key": key})
            return
        self.seen.add(key)
        if not self._fits(cells, key):
            self._refuse(
                line,
                _(
                    "The message says something else by now in its own language: "
                    "download the file again."
                ),
            )
            return
        for place, tag in self.columns.items():
            if tag in self.others or tag in self.found.added:
                self._cell(line, key, tag, cells[place] if place < len(cells) else "")

    def _fits(self, cells: Sequence[str], key: str) -> bool:
        place = next(n for n, tag in self.columns.items() if self._is_source(tag))
        said = _plain(cells[place]) if place < len(cells) else ""
        return said.strip() == self.source[key].strip()

    def _is_source(self, tag: str) -> bool:
        return tag not in self.others and tag not in self.found.added

    def _cell(self, line: int, key: str, tag: str, cell: str) -> None:
        after = _plain(cell)
        before = self.others.get(tag, {}).get(key, "")
        if not after.strip() or after == before:
            return
        wrong = self._problem(after, tag)
        if wrong:
            self._refuse(line, languages.labelled(tag, wrong))
            return
        self.found.changes.append(
            Change(line=line, key=key, locale=tag, before=before, after=after)
        )

    def _problem(self, text: str, tag: str) -> str:
        if len(text) > LONGEST:
            return _("Write at most %(most)s characters.") % {"most": LONGEST}
        try:
            personalisation.compile(text, known=self.known, language=tag)
        except TemplateError as wrong:
            return wrong.sentence
        return ""

    def _refuse(self, line: int, sentence: str) -> None:
        self.found.refused.append((line, sentence))


def merged(
    own: Said, translations: Sequence[Said], found: Read, *, digest: str
) -> list[dict[str, Any]]:
    """The translations with the changes of a file; ``digest`` marks those that changed.

    A platform's text, and the label of a button, stand in the language's own copy.
    """
    kept = {each["locale"]: dict(each) for each in translations}
    for change in found.changes:
        blank = {"locale": change.locale, "title": "", "body": "", "link": ""}
        said = kept.setdefault(change.locale, blank)
        said["source"] = digest
        _put(said, change, own)
    return list(kept.values())


def _put(said: dict[str, Any], change: Change, own: Said) -> None:
    if change.key.startswith("buttons."):
        buttons = [dict(each) for each in said.get("buttons") or own["buttons"]]
        number = int(change.key.split(".")[1]) - 1
        buttons[number]["label"] = change.after
        said["buttons"] = buttons
    elif ":" in change.key:
        platform, _colon, name = change.key.partition(":")
        platforms = {
            place: dict(each) for place, each in said.get("platforms", {}).items()
        }
        platforms.setdefault(platform, {})[name] = change.after
        said["platforms"] = platforms
    else:
        said[change.key] = change.after

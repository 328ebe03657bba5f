"""The consent ledger: who said what, where, and the words that were before them."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from devices.models import ConsentEvent, Person, Wording

LONGEST = 8_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Where a choice was made, the text that was shown, and who recorded it.

    ``text`` is the exact wording, ``text_version`` the name that the app has for it,
    ``locale`` its language, ``installation_id`` the device on which the person
    answered. ``proof`` is what shows an answer that was given elsewhere, such as the
    number of a signed form; "" for none.
    """

    source: str
    text_version: str = ""
    actor: str = ""
    text: str = ""
    locale: str = ""
    installation_id: int | None = None
    proof: str = ""


def wording(
    said: Said, at: datetime, *, application_id: int | None = None
) -> Wording | None:
    """The text that was shown, kept once; None where nobody told us.

    Without its text, the first one that this application kept under this version and
    language: an app that tells another one later changes no answer but its own.
    """
    if said.text:
        return keep_wording(
            said.text_version,
            said.locale,
            said.text,
            at,
            application_id=application_id,
        )
    if not said.text_version or application_id is None:
        return None
    rows = Wording.objects.filter(
        application=application_id, version=said.text_version, locale=said.locale
    )
    return rows.order_by("pk").first()


def keep_wording(
    version: str, locale: str, text: str, at: datetime, *, application_id: int | None
) -> Wording:
    """A text as people read it, under its version and language: always the same row."""
    facts = {"version": version, "locale": locale, "text": text[:LONGEST]}
    whole = "\0".join([str(application_id or ""), *facts.values()])
    return Wording.objects.get_or_create(
        hash=hashlib.sha256(whole.encode()).digest(),
        defaults={**facts, "application_id": application_id, "kept_at": at},
    )[0]


def line(person: Person, old: str, new: str, said: Said, at: datetime) -> ConsentEvent:
    """One line, not written yet; its wording is given by `append`."""
    return ConsentEvent(
        person=person,
        old=old,
        new=new,
        source=said.source,
        text_version=said.text_version,
        locale=said.locale,
        installation_id=said.installation_id,
        proof=said.proof,
        actor=said.actor,
        at=at,
    )


def append(lines: list[ConsentEvent], said: Said) -> None:
    """Write lines that came of one answer, with the words that it answered."""
    if not lines:
        return
    application_id = lines[0].person.application_id
    shown = wording(said, lines[0].at, application_id=application_id)
    for each in lines:
        each.wording = shown
    ConsentEvent.objects.bulk_create(lines)

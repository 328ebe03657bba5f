"""Lists of promo codes: the only writer of PromoList, and the only one who adds codes.

A file is read line by line and copied into the database as it comes: a million codes
take no more memory than ten.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F
from django.db.models.functions import Cast, Greatest
from django.utils.translation import gettext as _

from campaigns.models import Campaign, PromoCode, PromoList, Run
from campaigns.models.states import OPEN_RUNS, CampaignState
from campaigns.starting.refusals import Refused, require
from devices.models import AuditEvent

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
LONGEST = 100
SHOWN = 20
"""Lines told one by one; of the others only their number."""
HEADINGS = {"code", "codes", "promo_code", "promo code", "coupon", "voucher"}
SAID_IN = (
    *("title", "body", "link", "image", "buttons", "leave_out"),
    *("data", "translations", "platforms"),
)
"""Where a draft may name a list."""


@dataclass(slots=True, kw_only=True)
class Upload:
    """What became of a file's lines. ``refused`` are (line, why), the first ones."""

    added: int = 0
    repeated: int = 0
    known: int = 0
    wrong: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


def create(
    *, key: str, name: str, fallback: str, application_id: int, user: User, at: datetime
) -> PromoList:
    """A new list without codes. Raises Refused, with the field that is wrong."""
    require(user, "add_promolist")
    if not KEY.fullmatch(key):
        sentence = _("Write small letters, digits and underscores, such as “summer”.")
        raise Refused(sentence, field="key")
    try:
        with transaction.atomic():
            made = PromoList.objects.create(
                application_id=application_id,
                key=key,
                name=name.strip()[:80] or key,
                fallback=_fallback(fallback),
                created_by=user,
                created_at=at,
            )
            AuditEvent.objects.note(user, "promo_list.created", made)
    except IntegrityError as taken:
        sentence = _("Another list has this name: choose a different one.")
        raise Refused(sentence, field="key") from taken
    return made


def change(codes: PromoList, *, name: str, fallback: str, user: User) -> None:
    """Another name for the team, and what is read when no code is left."""
    require(user, "change_promolist")
    PromoList.objects.filter(pk=codes.pk).update(
        name=name.strip()[:80] or codes.key, fallback=_fallback(fallback)
    )
    AuditEvent.objects.note(user, "promo_list.changed", codes)


def _fallback(said: str) -> str:
    text = said.strip()
    if text and (wrong := _problem(text)):
        raise Refused(wrong, field="fallback")
    return text


def add(codes: PromoList, lines: Iterable[bytes], *, user: User) -> Upload:
    """Add the codes of a file, one in each line, or in its first column.

    A code that is there already, or twice in the file, is added once. Raises Refused
    for a file without a single code.
    """
    require(user, "change_promolist")
    told = Upload()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS promo_upload")
        cursor.execute(
            "CREATE TEMPORARY TABLE promo_upload (line int, code text) ON COMMIT DROP"
        )
        with cursor.copy("COPY promo_upload (line, code) FROM STDIN") as copy:
            for row in _read(lines, told):
                copy.write_row(row)
        _keep(codes, told)
        if not (told.added or told.known):
            raise Refused(
                _("No code was found. Give a text or CSV file, a code in each line."),
                field="file",
            )
        AuditEvent.objects.note(user, "promo_list.filled", codes, codes=told.added)
    return told


def _keep(codes: PromoList, told: Upload) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(DISTINCT code), coalesce(max(length(code)), 0)"
            " FROM promo_upload"
        )
        read, different, longest = cursor.fetchone()
        cursor.execute(
            "INSERT INTO campaigns_promocode (list_id, code)"
            " SELECT %s, code FROM promo_upload GROUP BY code ORDER BY min(line)"
            " ON CONFLICT DO NOTHING",
            [codes.pk],
        )
        told.added = cursor.rowcount
    told.repeated, told.known = read - different, different - told.added
    PromoList.objects.filter(pk=codes.pk).update(
        codes=F("codes") + told.added, longest=Greatest(F("longest"), longest)
    )


def _read(lines: Iterable[bytes], told: Upload) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines, start=1):
        code = _first_cell(line.decode("utf-8-sig", "replace"))
        if not code or (number == 1 and code.lower() in HEADINGS):
            continue
        if wrong := _problem(code):
            told.wrong += 1
            if len(told.refused) < SHOWN:
                told.refused.append((number, wrong))
            continue
        yield number, code


def _first_cell(line: str) -> str:
    return re.split(r"[,;\t]", line, maxsplit=1)[0].strip().strip('"').strip()


def _problem(code: str) -> str:
    if len(code) > LONGEST:
        return _("A code has at most %(most)s characters.") % {"most": LONGEST}
    if not code.isprintable() or re.search(r"[\s{}<>\ufffd]", code):
        return _("A code has no spaces, braces or invisible characters.")
    return ""


def left(codes: PromoList) -> int:
    """How many codes nobody has yet."""
    return PromoCode.objects.filter(list=codes, run_id=None).count()


def users_of(codes: PromoList) -> models.QuerySet[Campaign]:
    """The campaigns that are not put away and name the list, in any language."""
    as_text = {f"{name}_said": Cast(name, models.TextField()) for name in SAID_IN}
    named = models.Q()
    for name in as_text:
        named |= models.Q(**{f"{name}__regex": rf"\mpromo\.{codes.key}\M"})
    rows = Campaign.objects.filter(application=codes.application_id)
    return rows.exclude(state=CampaignState.ARCHIVED).annotate(**as_text).filter(named)


def delete(codes: PromoList, *, user: User) -> None:
    """Take a list away with its codes. Raises Refused while it is needed."""
    require(user, "delete_promolist")
    users = users_of(codes)
    under_way = Run.objects.filter(campaign__in=users, state__in=OPEN_RUNS).exists()
    if under_way or users.exclude(state=CampaignState.FINISHED).exists():
        names = ", ".join(
            _("“%(text)s”") % {"text": name}
            for name in users.values_list("name", flat=True)[:3]
        )
        sentence = _("“%(name)s” is in use: take it out of %(users)s first.")
        raise Refused(sentence % {"name": codes.name, "users": names})
    AuditEvent.objects.note(user, "promo_list.deleted", codes, key=codes.key)
    PromoList.objects.filter(pk=codes.pk).delete()

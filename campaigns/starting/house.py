"""How a brand writes, as administrators set it down: checked, saved, written down."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.content import links
from campaigns.models import HouseStyle
from campaigns.starting.refusals import Refused, require
from devices.models import AuditEvent

MOST, LONGEST = 200, 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a form asks for: one entry a line."""

    names: Sequence[str] = ()
    avoided: Sequence[str] = ()
    sites: Sequence[str] = ()
    measured: bool = False


def save(
    application_id: int, wanted: Wanted, *, user: User, at: datetime
) -> HouseStyle:
    """Write an application's house style; raises Refused, and then nothing happened."""
    require(user, "change_housestyle")
    for name in ("names", "avoided", "sites"):
        _check(name, getattr(wanted, name))
    with transaction.atomic():
        style, _new = HouseStyle.objects.update_or_create(
            application_id=application_id,
            defaults={
                "names": list(wanted.names),
                "avoided": list(wanted.avoided),
                "sites": [each.lower() for each in wanted.sites],
                "measured": wanted.measured,
            },
        )
        AuditEvent.objects.note(user, "changed the house style", style)
    return style


def _check(name: str, entries: Sequence[str]) -> None:
    if len(entries) > MOST:
        sentence = _("Write at most %(most)s lines.") % {"most": MOST}
        raise Refused(sentence, field=name)
    for each in entries:
        if len(each) > LONGEST:
            sentence = _("“%(text)s” is too long: %(most)s characters at most.")
            facts = {"text": each[:30], "most": LONGEST}
            raise Refused(sentence % facts, field=name)
        if not re.search(r"\w", each):
            sentence = _("“%(text)s” holds neither a letter nor a digit.")
            raise Refused(sentence % {"text": each}, field=name)
        if name == "sites" and not links.HOST.fullmatch(each):
            sentence = _(
                "“%(text)s” is not the name of a site: write it as shop.example.com."
            )
            raise Refused(sentence % {"text": each}, field=name)

"""Passages of text that many messages share: the only writer of ContentBlock.

A locked block is changed by those who may lock. A change counts as one of every draft
that uses the block: what somebody reviewed is not what would leave any more.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from campaigns.content import languages, lint
from campaigns.models import Campaign, ContentBlock
from campaigns.models.states import CampaignState
from campaigns.models.templates import NAMED
from campaigns.starting.refusals import Refused, require
from devices.models import AuditEvent

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
LONGEST = 2_000
SHOWN = 3
SAID_IN = ("title", "body", "link", "buttons", "translations", "platforms", "variants")
"""Where a draft may name a block."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a person gave; ``texts`` by language tag, the block's own first."""

    key: str
    texts: dict[str, str]
    is_locked: bool = False


def create(
    wording: Wording, *, application_id: int, user: User, at: datetime
) -> ContentBlock:
    """A new block. Raises Refused, with the field that is wrong."""
    require(user, "add_contentblock")
    kept = _checked(wording)
    if wording.is_locked:
        require(user, "lock_contentblock")
    try:
        with transaction.atomic():
            made = ContentBlock.objects.create(
                application_id=application_id,
                key=_key(wording.key),
                changed_by=user,
                changed_at=at,
                **kept,
            )
            _touch_drafts(made)
            AuditEvent.objects.note(user, "block.created", made)
    except IntegrityError as taken:
        sentence = _("Another block has this name: choose a different one.")
        raise Refused(sentence, field="key") from taken
    return made


def change(
    block: ContentBlock, wording: Wording, *, version: int, user: User, at: datetime
) -> None:
    """Say it otherwise in every draft; its key stays. Raises Refused."""
    require(user, "change_contentblock")
    kept = _checked(wording)
    with transaction.atomic():
        found = ContentBlock.objects.select_for_update().get(pk=block.pk)
        if found.is_locked or wording.is_locked:
            require(user, "lock_contentblock")
        if found.version != version:
            raise Refused(
                _("Somebody else changed this block since you opened it. Reload it.")
            )
        ContentBlock.objects.filter(pk=found.pk).update(
            **kept, version=F("version") + 1, changed_by=user, changed_at=at
        )
        _touch_drafts(found)
        AuditEvent.objects.note(user, "block.changed", found, version=version + 1)


def delete(block: ContentBlock, *, user: User) -> None:
    """Take it away for good. Raises Refused while drafts name it."""
    require(user, "change_contentblock")
    if block.is_locked:
        require(user, "lock_contentblock")
    if users := [*users_of(block).values_list("name", flat=True)[:SHOWN]]:
        names = ", ".join(_("“%(text)s”") % {"text": name} for name in users)
        sentence = _("“%(key)s” is in use: take it out of %(users)s first.")
        raise Refused(sentence % {"key": block.key, "users": names})
    AuditEvent.objects.note(user, "block.deleted", block, key=block.key)
    ContentBlock.objects.filter(pk=block.pk).delete()


def users_of(block: ContentBlock) -> models.QuerySet[Campaign]:
    """The drafts that name the block, in any of their languages."""
    as_text = {f"{name}_said": Cast(name, models.TextField()) for name in SAID_IN}
    named = Q()
    for name in as_text:
        named |= Q(**{f"{name}__regex": rf"\mblock\.{block.key}\M"})
    drafts = Campaign.objects.filter(
        application=block.application_id, state=CampaignState.DRAFT
    )
    return drafts.annotate(**as_text).filter(named)


def _touch_drafts(block: ContentBlock) -> None:
    users = users_of(block).order_by().values("pk")
    Campaign.objects.filter(pk__in=users).update(version=F("version") + 1)


def _key(said: str) -> str:
    key = said.strip().lower()
    if not KEY.fullmatch(key):
        raise Refused(
            _("Write small letters, digits and underscores, such as “footer”."),
            field="key",
        )
    return key


def _checked(wording: Wording) -> dict[str, Any]:
    read = list(_read(wording.texts))
    if not read:
        raise Refused(_("Write a text."), field="text")
    (locale, text), *others = read
    translations = [{"locale": tag, "text": said} for tag, said in others]
    return {
        "locale": locale,
        "text": text,
        "translations": translations,
        "is_locked": wording.is_locked,
    }


def _read(texts: dict[str, str]) -> Iterator[tuple[str, str]]:
    for said_tag, text in texts.items():
        tag = languages.tag(said_tag)
        if not text.strip():
            continue
        if tag is None:
            raise Refused(_("This is not a language: choose one."), field="text")
        if len(text) > LONGEST:
            sentence = _("This text is too long: %(most)s characters at most.")
            raise Refused(sentence % {"most": LONGEST}, field=f"text.{tag}")
        if NAMED.search(text):
            sentence = _("A block cannot hold another block.")
            raise Refused(sentence, field=f"text.{tag}")
        try:
            lint.check(lint.parse(text).nodes, None)
        except lint.TemplateError as wrong:
            raise Refused(wrong.sentence, field=f"text.{tag}") from wrong
        yield tag, text.strip()

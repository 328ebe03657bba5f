"""The languages of the workspace: the only writer of WrittenLanguage.

Taking one away takes its texts out of every draft; what is scheduled keeps its own.
"""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from campaigns.content import languages
from campaigns.models import Campaign, WrittenLanguage
from campaigns.models.states import CampaignState
from campaigns.starting.refusals import Refused, require
from devices.models import AuditEvent


def add(said: str, *, user: User, at: datetime) -> WrittenLanguage:
    """Register a language by its tag. Raises Refused."""
    require(user, "add_writtenlanguage")
    tag = languages.tag(said)
    if tag is None or not languages.is_known(tag):
        raise Refused(
            _("This is not a language: write its tag, such as “fr” or “fr-CA”."),
            field="tag",
        )
    made, is_new = WrittenLanguage.objects.get_or_create(
        tag=tag, defaults={"added_by": user, "added_at": at}
    )
    if is_new:
        AuditEvent.objects.note(user, "language.added", made, tag=tag)
    return made


def remove(language: WrittenLanguage, *, user: User) -> int:
    """Take a language away, and its texts out of every draft; how many drafts.

    Raises Refused while a draft is written in it: its people would read nothing.
    """
    require(user, "delete_writtenlanguage")
    with transaction.atomic():
        own = _drafts().filter(locale=language.tag).values_list("name", flat=True)[:3]
        if names := [_("“%(text)s”") % {"text": name} for name in own]:
            sentence = _("Drafts are written in it: change %(drafts)s first.")
            raise Refused(sentence % {"drafts": ", ".join(names)})
        changed = [_without(each, language.tag) for each in translated(language)]
        AuditEvent.objects.note(
            user, "language.removed", language, tag=language.tag, drafts=len(changed)
        )
        WrittenLanguage.objects.filter(pk=language.pk).delete()
    return len(changed)


def translated(language: WrittenLanguage) -> QuerySet[Campaign]:
    """The drafts that have texts in this language beside their own."""
    return _drafts().filter(translations__contains=[{"locale": language.tag}])


def _drafts() -> QuerySet[Campaign]:
    return Campaign.objects.filter(state=CampaignState.DRAFT)


def _without(draft: Campaign, tag: str) -> int:
    kept = [each for each in draft.translations if each["locale"] != tag]
    return Campaign.objects.filter(pk=draft.pk, version=draft.version).update(
        translations=kept, version=F("version") + 1
    )

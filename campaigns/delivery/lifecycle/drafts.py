"""A draft: saved under an optimistic lock, taken back, copied, put away."""

from collections.abc import Mapping
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from campaigns.delivery.lifecycle import history, rights
from campaigns.delivery.lifecycle.refusals import Changed, WrongState
from campaigns.models import Campaign, SavedDraft
from campaigns.models.drafts import usable
from campaigns.models.states import OPEN_RUNS, CampaignState
from devices.models import AuditEvent

WORDS = ("title", "body", "link", "image", "buttons", "leave_out")
WHAT_IS_SAID = (*WORDS, "data", "platforms")
PICTURES_AND_LANGUAGES = ("asset", "icon", "locale", "translations")
VARIANTS = ("variants", "control")
HOW_IT_IS_SENT = ("ttl", "purpose", "topic", "policy", "per_minute")
TO_WHOM = ("application", "audience", "segment", "reach", "win_back")
EDITABLE = frozenset(
    {
        "name",
        "tags",
        *WHAT_IS_SAID,
        *PICTURES_AND_LANGUAGES,
        *VARIANTS,
        *HOW_IT_IS_SENT,
        *TO_WHOM,
        "schedule",
    }
)


def save_draft(
    campaign: Campaign,
    changes: Mapping[str, object],
    *,
    user: User,
    version: int,
    at: datetime,
) -> int:
    """Write changed fields of a draft; the new version.

    Raises Changed when somebody saved since ``version``, WrongState when it is no
    draft any more, and KeyError for a field that is not for editing.
    """
    return _save(campaign, changes, history.Saving(user, at), version=version)


def restore(
    campaign: Campaign, saved: SavedDraft, *, user: User, version: int, at: datetime
) -> list[str]:
    """Take up what a draft said before, as a new version of it.

    Returns the fields left as they are: those that name a topic, a segment or a
    picture that is gone. Raises what save_draft does.
    """
    found, gone = usable(saved.fields)
    changes = {name: value for name, value in found.items() if name in EDITABLE}
    saving = history.Saving(user, at, restored=saved.version)
    _save(campaign, changes, saving, version=version)
    return gone


def _save(
    campaign: Campaign,
    changes: Mapping[str, object],
    saving: history.Saving,
    *,
    version: int,
) -> int:
    rights.require(saving.user, "change_campaign")
    if unknown := set(changes) - EDITABLE:
        raise KeyError(*sorted(unknown))
    draft = Campaign.objects.filter(pk=campaign.pk, state=CampaignState.DRAFT)
    as_seen = draft.filter(version=version)
    # Saving what is there already is no change: a test sent of it still counts.
    if as_seen.filter(**changes).exists():
        return version
    with transaction.atomic():
        before = history.columns(as_seen)
        saved = as_seen.update(
            **changes, version=F("version") + 1, updated_at=saving.at
        )
        if saved and before:
            history.keep(campaign, before, saving)
            return version + 1
    if draft.exists():
        raise Changed
    raise WrongState(_("Only a draft can be changed: take it back first."))


def duplicate(campaign: Campaign, *, user: User, at: datetime) -> Campaign:
    """A new draft with the same message, audience and schedule."""
    rights.require(user, "add_campaign")
    source = Campaign.objects.get(pk=campaign.pk)
    name = (_("Copy of %(name)s") % {"name": source.name})[:120]
    with transaction.atomic():
        copy = _copy(source, user, name=name)
        AuditEvent.objects.note(user, "duplicated", copy, source=source.pk)
    return copy


def rewrite(campaign: Campaign, *, user: User, at: datetime) -> Campaign:
    """The draft that takes the place of a live campaign once it is launched itself.

    There is one at a time, which is returned where it is there; the live campaign
    goes on until then. Raises WrongState for a campaign that is not scheduled.
    """
    rights.require(user, "add_campaign")
    with transaction.atomic():
        live = Campaign.objects.select_for_update().get(pk=campaign.pk)
        if live.state != CampaignState.SCHEDULED:
            raise WrongState(_("Only a campaign that is live can get a new version."))
        mine = Campaign.objects.filter(replaces=live, state=CampaignState.DRAFT)
        before = mine.first()
        if before is not None:
            return before
        draft = _copy(live, user, name=live.name, replaces=live)
        AuditEvent.objects.note(user, "began a new version", draft, source=live.pk)
    return draft


def _copy(source: Campaign, user: User, **more: object) -> Campaign:
    fields = {name: getattr(source, name) for name in EDITABLE - {"name"}}
    made: Campaign = Campaign.objects.create(
        **fields | more, owner=user, use_case=source.use_case
    )
    return made


def archive(campaign: Campaign, *, user: User, at: datetime) -> None:
    """Put a draft or a finished campaign away; its runs stay in the reports."""
    rights.require(user, "change_campaign")
    with transaction.atomic():
        found = Campaign.objects.select_for_update().get(pk=campaign.pk)
        if found.runs.filter(state__in=OPEN_RUNS).exists():
            raise WrongState(_("A run is under way: stop it, or wait until it ends."))
        moved = Campaign.objects.filter(pk=found.pk).move(
            CampaignState.ARCHIVED, updated_at=at
        )
        if not moved:
            raise WrongState(_("Take the campaign back before you archive it."))
        AuditEvent.objects.note(user, "archived", found)

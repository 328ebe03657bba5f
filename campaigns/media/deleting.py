"""A picture that goes for good: only from the archive, and only where none shows it."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.media import files, uses
from campaigns.media.refusals import Refused, require
from campaigns.models import MediaAsset
from campaigns.models.states import CampaignState
from devices.models import AuditEvent


def delete(asset: MediaAsset, *, user: User) -> None:
    """Remove its row and its files; those of messages that were sent stay.

    Raises Refused while it is in the library, or a campaign or a primer shows it.
    """
    require(user, "delete")
    with transaction.atomic():
        # Whoever chooses it now waits for this lock, and finds it gone.
        mine = MediaAsset.objects.select_for_update().get(pk=asset.pk)
        if reason := hindrance(mine):
            raise Refused(reason)
        names = [mine.master.name, *mine.renditions.values_list("file", flat=True)]
        AuditEvent.objects.note(user, "deleted", mine)
        mine.delete()
    files.remove_unused(names)


def hindrance(asset: MediaAsset) -> str:
    """Why it cannot be deleted, in a sentence; "" when it can be."""
    if asset.archived_at is None:
        return _("Archive it first: only pictures of the archive can be deleted.")
    shown = uses.used_in(asset)
    shown.sort(key=lambda use: (not use.is_running, not use.is_waiting))
    if shown:
        return _of(shown[0]) % {"name": shown[0].campaign.name}
    if primers := uses.primers_with(asset):
        sentence = _(
            "It cannot be deleted: the primer “%(name)s” shows it. Choose another "
            "picture there first."
        )
        return sentence % {"name": primers[0].name}
    return ""


def _of(use: uses.Use) -> str:
    if use.is_running:
        return _("It cannot be deleted: the campaign “%(name)s” is being sent with it.")
    if use.is_waiting:
        return _("It cannot be deleted: the scheduled campaign “%(name)s” shows it.")
    if use.campaign.state == CampaignState.DRAFT:
        return _(
            "It cannot be deleted: the draft “%(name)s” shows it. Choose another "
            "picture there first."
        )
    return _("It cannot be deleted: the campaign “%(name)s” was sent with it.")

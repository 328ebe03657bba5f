"""What takes a picture's place, and what removes it: each form gets a sentence."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns import media
from campaigns.admin import media_page
from campaigns.content import films, images
from campaigns.content.shapes import MOST_BYTES
from devices.admin import pages

CHANGE = "admin:campaigns_mediaasset_change"
LIST = "admin:campaigns_mediaasset_changelist"


@require_POST
def replace(request: HttpRequest, asset_id: int) -> HttpResponse:
    """Show the uploaded picture instead of this one."""
    asset = media_page.find(asset_id)
    file = request.FILES.get("file")
    try:
        if file is None:
            raise media.Refused(_("Choose the file of the new picture first."))
        if (file.size or 0) > MOST_BYTES:
            raise media.Refused(images.NoPicture("too_heavy"))
        kept = media.replace(asset, file.read(), user=pages.staff(request))
    except media.Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _replaced(kept))
    return redirect(CHANGE, asset.pk)


def _replaced(kept: media.Kept) -> str:
    if not kept.is_new:
        return _("This is the same picture: nothing was changed.")
    return _(
        "Replaced. Drafts show the new picture; what is scheduled or was sent keeps "
        "the old one. Does the description still fit?"
    )


@require_POST
def film(request: HttpRequest, asset_id: int) -> HttpResponse:
    """Let iPhones show the uploaded film, or the picture again."""
    asset = media_page.find(asset_id)
    user, file = pages.staff(request), request.FILES.get("film")
    try:
        if request.POST.get("do") == "remove":
            media.detach_film(asset, user=user)
        elif file is None:
            raise media.Refused(_("Choose the file of the film first."))
        else:
            # One byte more than is taken: the rest of a larger one is not read.
            media.attach_film(asset, file.read(films.MOST_BYTES + 1), user=user)
    except media.Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Saved."))
    return redirect(CHANGE, asset.pk)


@require_POST
def delete(request: HttpRequest, asset_id: int) -> HttpResponse:
    """Remove it for good, or say who still shows it."""
    asset = media_page.find(asset_id)
    try:
        media.delete(asset, user=pages.staff(request))
    except media.Refused as refused:
        messages.error(request, str(refused))
        return redirect(CHANGE, asset.pk)
    sentence = _("“%(name)s” is deleted, with every size of it.")
    messages.success(request, sentence % {"name": asset.name})
    archive = f"{reverse(LIST)}?application={asset.application_id}&tab=archived"
    return redirect(archive)

"""A film that iPhones show while all others show the picture.

It stands where the wide picture for iPhones stood, so that drafts, tests and runs need
not know of it; what was frozen before keeps the address of the picture.
"""

from django.contrib.auth.models import User

from campaigns.content import films
from campaigns.content.images import NoPicture, Picture
from campaigns.media import files, keeping
from campaigns.media.refusals import Refused, require
from campaigns.models import MediaAsset
from campaigns.models.media import FILM, RenditionKind
from devices.models import AuditEvent

PLACE = RenditionKind.IOS_WIDE.value


def attach_film(asset: MediaAsset, body: bytes, *, user: User) -> None:
    """Let iPhones show this film. Raises Refused with what to do instead."""
    require(user, "change")
    try:
        film = films.cleaned(body)
    except NoPicture as refused:
        raise Refused(str(refused)) from refused
    made = Picture(
        media_type=FILM, width=film.width, height=film.height, body=film.body
    )
    _show(asset, made, user, "attached a film")


def detach_film(asset: MediaAsset, *, user: User) -> None:
    """Let iPhones show the picture again."""
    require(user, "change")
    if asset.film is None:
        return
    with asset.master.open("rb") as master:
        focal = (asset.focal_x, asset.focal_y)
        developed = keeping.developed_from(master.read(), focal=focal)
    _show(asset, developed.renditions[PLACE], user, "removed the film")


def _show(asset: MediaAsset, made: Picture, user: User, said: str) -> None:
    with files.writing() as written:
        names = {PLACE: written.write(made, PLACE)}
        keeping.keep_renditions(asset, {PLACE: made}, names)
        AuditEvent.objects.note(user, said, asset)

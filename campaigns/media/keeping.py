"""What may be done with a picture: each function does all of it, or raises Refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from campaigns.content import images
from campaigns.content.images import Developed, NoPicture, Picture
from campaigns.media import files
from campaigns.media.refusals import Refused, require
from campaigns.models import MediaAsset, Rendition
from campaigns.models.media import FILM
from devices.models import Application, AuditEvent

LONGEST_NAME, LONGEST_ALT = 120, 250


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """``is_new`` False: the same picture was there already. ``moved``: it was an
    animation of which only the first picture was kept."""

    asset: MediaAsset
    is_new: bool
    moved: bool


def upload(
    body: bytes,
    *,
    name: str,
    application: Application,
    user: User | None,
    at: datetime,
    source: str = "",
) -> Kept:
    """Keep an uploaded picture with every rendition of it.

    Opening it takes up to some seconds. Raises Refused with what to do instead, for
    whatever is no picture. ``user`` None: the system itself, as for the sample.
    ``source`` is the address that it came from.
    """
    require(user, "add")
    developed = developed_from(body)
    with files.writing() as written:
        digest = sha256(developed.master.body).hexdigest()
        mine = MediaAsset.objects.filter(application=application, digest=digest)
        if known := mine.order_by("archived_at").first():
            _take_back(known, user)
            return Kept(asset=known, is_new=False, moved=developed.moved)
        asset = MediaAsset(
            application=application,
            name=_name(name),
            digest=digest,
            source=source,
            created_by=user,
            created_at=at,
        )
        _keep(asset, developed, written)
        AuditEvent.objects.note(user, "uploaded", asset)
    return Kept(asset=asset, is_new=True, moved=developed.moved)


def move_focal_point(asset: MediaAsset, x: float, y: float, *, user: User) -> None:
    """Cut every rendition anew around this point, in shares of width and height.

    What was sent keeps its addresses: files of earlier renditions stay.
    """
    require(user, "change")
    x, y = (min(1.0, max(0.0, each)) for each in (x, y))
    with asset.master.open("rb") as master:
        developed = developed_from(master.read(), focal=(x, y))
    with files.writing() as written:
        cut = dict(developed.renditions)
        # A film is not cut: it stays in the place of the picture that it replaces.
        for kind in asset.renditions.filter(media_type=FILM).values_list("kind"):
            del cut[kind[0]]
        names = write_all(cut, written)
        MediaAsset.objects.filter(pk=asset.pk).update(focal_x=x, focal_y=y)
        keep_renditions(asset, cut, names)
        AuditEvent.objects.note(user, "moved the focal point", asset, x=x, y=y)
    asset.focal_x, asset.focal_y = x, y


def describe(asset: MediaAsset, *, name: str, alt_text: str, user: User | None) -> None:
    """Name it for the team, and say what it shows for those who do not see it."""
    require(user, "change")
    words = {"name": _name(name), "alt_text": _plain(alt_text)[:LONGEST_ALT]}
    with transaction.atomic():
        MediaAsset.objects.filter(pk=asset.pk).update(**words)
        AuditEvent.objects.note(user, "described", asset)
    for field, value in words.items():
        setattr(asset, field, value)


def archive(asset: MediaAsset, *, user: User, at: datetime) -> None:
    """Take it off the library; where it is used it stays, and its addresses too."""
    require(user, "change")
    with transaction.atomic():
        mine = MediaAsset.objects.filter(pk=asset.pk, archived_at=None)
        if mine.update(archived_at=at):
            AuditEvent.objects.note(user, "archived", asset)


def restore(asset: MediaAsset, *, user: User) -> None:
    """Put it back into the library."""
    require(user, "change")
    with transaction.atomic():
        _take_back(asset, user)


def _take_back(asset: MediaAsset, user: User | None) -> None:
    archived = MediaAsset.objects.filter(pk=asset.pk, archived_at__isnull=False)
    if archived.update(archived_at=None):
        AuditEvent.objects.note(user, "restored", asset)
    asset.archived_at = None


def developed_from(body: bytes, focal: tuple[float, float] = (0.5, 0.5)) -> Developed:
    try:
        return images.develop(body, focal=focal)
    except NoPicture as refused:
        raise Refused(str(refused)) from refused


def _name(text: str) -> str:
    return _plain(text)[:LONGEST_NAME] or "–"


def _plain(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())


def _keep(asset: MediaAsset, developed: Developed, written: files.Written) -> None:
    names = write_all(developed.renditions, written)
    for field, value in facts_of(developed, written).items():
        setattr(asset, field, value)
    asset.save(force_insert=True)
    keep_renditions(asset, developed.renditions, names)


def facts_of(developed: Developed, written: files.Written) -> dict[str, Any]:
    """What a row says of its master, whose file is written."""
    master = developed.master
    return {
        "master": written.write(master, "master"),
        "media_type": master.media_type,
        "width": master.width,
        "height": master.height,
        "size": len(master.body),
        "frames": developed.frames,
        "has_alpha": developed.has_alpha,
    }


def write_all(
    renditions: Mapping[str, Picture], written: files.Written
) -> dict[str, str]:
    return {kind: written.write(each, kind) for kind, each in renditions.items()}


def keep_renditions(
    asset: MediaAsset, renditions: Mapping[str, Picture], names: Mapping[str, str]
) -> None:
    """The rows of these renditions, in the place of those that are there."""
    Rendition.objects.bulk_create(
        [
            Rendition(
                asset=asset,
                kind=kind,
                file=names[kind],
                media_type=each.media_type,
                width=each.width,
                height=each.height,
                size=len(each.body),
            )
            for kind, each in renditions.items()
        ],
        update_conflicts=True,
        unique_fields=["asset", "kind"],
        update_fields=["file", "media_type", "width", "height", "size"],
    )

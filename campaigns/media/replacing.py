"""Another picture in the place of one: what is sent or scheduled keeps the old one.

The asset keeps its number, so drafts and primers show the new picture at once; a
revision holds addresses, and the files behind those stay.
"""

from hashlib import sha256

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from campaigns.content.images import Developed
from campaigns.media import files, keeping
from campaigns.media.keeping import Kept
from campaigns.media.refusals import Refused, require
from campaigns.models import MediaAsset
from devices.models import AuditEvent

CENTRE = (0.5, 0.5)
SAME_RATIO = 0.01


def replace(asset: MediaAsset, body: bytes, *, user: User) -> Kept:
    """Show this picture instead, cut around the same point where it has the same form.

    Opening it takes up to some seconds. Raises Refused with what to do instead.
    """
    require(user, "change")
    developed, focal = _developed(asset, body)
    with files.writing() as written:
        before = MediaAsset.objects.select_for_update().get(pk=asset.pk)
        digest = sha256(developed.master.body).hexdigest()
        if digest == before.digest:
            return Kept(asset=before, is_new=False, moved=developed.moved)
        _refuse_twin(before, digest)
        names = keeping.write_all(developed.renditions, written)
        MediaAsset.objects.filter(pk=asset.pk).update(
            digest=digest,
            focal_x=focal[0],
            focal_y=focal[1],
            source="",
            **keeping.facts_of(developed, written),
        )
        keeping.keep_renditions(asset, developed.renditions, names)
        AuditEvent.objects.note(user, "replaced", asset)
    files.remove_unused([before.master.name or ""])
    asset.refresh_from_db()
    return Kept(asset=asset, is_new=True, moved=developed.moved)


def _developed(asset: MediaAsset, body: bytes) -> tuple[Developed, tuple[float, float]]:
    """Of another form, another point matters: the middle, until somebody says."""
    focal = (asset.focal_x, asset.focal_y)
    developed = keeping.developed_from(body, focal=focal)
    master = developed.master
    ratio = asset.width / asset.height
    if abs(master.width / master.height - ratio) <= SAME_RATIO * ratio:
        return developed, focal
    if focal == CENTRE:
        return developed, CENTRE
    return keeping.developed_from(body, focal=CENTRE), CENTRE


def _refuse_twin(asset: MediaAsset, digest: str) -> None:
    same = MediaAsset.objects.filter(
        application=asset.application_id, digest=digest, archived_at=None
    )
    if asset.archived_at is None and (twin := same.first()):
        sentence = _("This picture is in the library already, as “%(name)s”.")
        raise Refused(sentence % {"name": twin.name})

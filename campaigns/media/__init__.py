"""The media library: the only writer of MediaAsset and Rendition.

fetching from an address, past a guard
keeping  upload, move_focal_point, describe, archive, restore
replacing, deleting, labels, filming   what their names say
files    names by content, written before the rows that speak of them
uses     where a picture is used
refusals why nothing was changed, in a sentence
"""

from campaigns.media.deleting import delete
from campaigns.media.filming import attach_film, detach_film
from campaigns.media.keeping import (
    Kept,
    archive,
    describe,
    move_focal_point,
    restore,
    upload,
)
from campaigns.media.labels import label
from campaigns.media.refusals import NotAllowed, Refused
from campaigns.media.replacing import replace
from campaigns.media.uses import Use, used_in

__all__ = [
    "Kept",
    "NotAllowed",
    "Refused",
    "Use",
    "archive",
    "attach_film",
    "delete",
    "describe",
    "detach_film",
    "label",
    "move_focal_point",
    "replace",
    "restore",
    "upload",
    "used_in",
]

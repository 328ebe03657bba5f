"""Files of pictures: named by their content, so that a name never changes its bytes.

One transaction writes files at a time: what nobody refers to can then be removed
without taking a file from somebody who is about to refer to it.
"""

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from hashlib import sha256

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import TextField
from django.db.models.functions import Cast

from campaigns.content.images import Picture
from campaigns.content.shapes import EXTENSIONS
from campaigns.models import MediaAsset, Rendition, Revision
from campaigns.models.media import RenditionKind

LOCK = 0x6D65646961
KINDS = "|".join(RenditionKind.values)
PUBLIC = re.compile(
    rf"[0-9a-f]{{2}}/[0-9a-f]{{38}}-(?:{KINDS})\.(jpg|png|webp|gif|mp4)"
)
"""Names that anybody may fetch; masters have another shape."""
HEX = 40


def name_of(picture: Picture, kind: str) -> str:
    """``ab/cdef…-android_big.jpg``; masters lie in a folder that is not served."""
    digest = sha256(picture.body).hexdigest()[:HEX]
    extension = EXTENSIONS[picture.media_type]
    folder = "masters/" if kind == "master" else ""
    return f"{folder}{digest[:2]}/{digest[2:]}-{kind}.{extension}"


class Written:
    """The files that this transaction added."""

    def __init__(self) -> None:
        self._new: list[str] = []

    def write(self, picture: Picture, kind: str) -> str:
        """The picture's name, once its file is there and whole."""
        name = name_of(picture, kind)
        if default_storage.exists(name):
            if default_storage.size(name) == len(picture.body):
                return name
            default_storage.delete(name)  # what a full disk or a crash left of it
        self._new.append(name)
        return default_storage.save(name, ContentFile(picture.body))

    def remove_orphans(self) -> None:
        """Delete those that no row speaks of."""
        for name in set(self._new) - referred(self._new):
            default_storage.delete(name)


def referred(names: Collection[str]) -> set[str]:
    """Those of these names that a row speaks of."""
    masters = MediaAsset.objects.filter(master__in=names).values_list("master")
    renditions = Rendition.objects.filter(file__in=names).values_list("file")
    return {name for (name,) in masters.union(renditions)}


def remove_unused(names: Collection[str]) -> None:
    """Delete those files that no row speaks of, and no revision that was sent.

    Ask after the rows are gone for good: until then a reader may still open them.
    """
    with transaction.atomic():
        _lock()
        kept = referred(names) | frozen(names)
        for name in set(names) - kept:
            default_storage.delete(name)


def frozen(names: Collection[str]) -> set[str]:
    """Those of these names that a revision shows: phones may fetch them for weeks."""
    text = Cast("content", TextField())
    rows = Revision.objects.annotate(text=text)
    return {name for name in names if rows.filter(text__contains=name).exists()}


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


@contextmanager
def writing() -> Iterator[Written]:
    """A transaction over files and rows: all of them, or none.

    Write files first and rows after; whatever is raised inside is raised again once
    the rows are undone and the new files are gone.
    """
    written = Written()
    with transaction.atomic():
        _lock()
        try:
            with transaction.atomic():
                yield written
        except BaseException:
            written.remove_orphans()
            raise

"""The task of an import: slice by slice, each a transaction that may be repeated.

Many workers may be told to do it: one works, the others leave. A worker that is
killed costs one slice.
"""

import contextlib
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext_noop

from devices import said
from devices.models import Import, ImportChunk, ImportLine
from devices.models.imports import UNDO_FOR, WORKED_ON, ImportState

from . import applying, judging, staging, undoing

SILENT = timedelta(seconds=15)
TRIES = 3
NO_ROWS = gettext_noop("No row of the file can be read: look at its encoding.")
UNKEPT = gettext_noop("A value of the file cannot be kept: nothing was changed.")
KEPT_NEW = timedelta(days=7)
"""How long a file stays that was uploaded and never run."""


def work(upload_id: int, *, seconds: float, at: datetime) -> bool:
    """Work for at most about ``seconds``; True when something is left to do."""
    ends = time.monotonic() + seconds
    with translation.override("en"):
        while _slice(upload_id, at=at):
            if time.monotonic() > ends:
                return True
    return False


def silent(*, at: datetime) -> list[int]:
    """Imports whose worker has said nothing for so long that they are rung again."""
    rows = Import.objects.filter(state__in=WORKED_ON, touched_at__lt=at - SILENT)
    return list(rows.values_list("pk", flat=True)[:20])


def forget(*, at: datetime) -> None:
    """Drop what undo needed after its seven days, and files that nobody ran."""
    old = Import.objects.filter(finished_at__lt=at - UNDO_FOR)
    for upload in old.filter(changes__isnull=False).distinct()[:1]:
        upload.changes.all().delete()
    for upload in old.filter(rows__isnull=False).distinct()[:1]:
        ImportLine.objects.filter(upload=upload).delete()
    left = Import.objects.filter(finished_at=None, touched_at__lt=at - KEPT_NEW)
    for upload in left.exclude(state__in=WORKED_ON)[:1]:
        upload.delete()


def _slice(upload_id: int, *, at: datetime) -> bool:
    """One slice more; False when it was the last, or another worker is at it."""
    for _again in range(TRIES - 1):
        # Somebody of the slice may come by another road just now: compared again.
        with contextlib.suppress(IntegrityError):
            return _try(upload_id, at=at)
    try:
        return _try(upload_id, at=at)
    except DataError:
        if not _refuse(upload_id, at=at):
            raise
        return False


def _refuse(upload_id: int, *, at: datetime) -> int:
    """End a check on a value that the database cannot hold; nothing was changed."""
    rows = Import.objects.filter(pk=upload_id, state=ImportState.CHECKING)
    return rows.update(
        state=ImportState.FAILED, trouble=said.keep(UNKEPT), touched_at=at
    )


@transaction.atomic
def _try(upload_id: int, *, at: datetime) -> bool:
    upload = _locked(upload_id)
    if upload is None:
        return False
    more = STEPS[ImportState(upload.state)](upload, at)
    upload.touched_at = at
    upload.save()
    return more


def _locked(upload_id: int) -> Import | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtext('import'), %s::int)", [upload_id]
        )
        if not cursor.fetchone()[0]:
            return None
    return _mine(upload_id).select_related("application", "created_by").first()


def _mine(upload_id: int) -> QuerySet[Import]:
    return Import.objects.filter(pk=upload_id, state__in=WORKED_ON)


def _check(upload: Import, at: datetime) -> bool:
    """Read the file into rows, then compare them; the audience stays as it is."""
    if upload.offset < upload.bytes:
        if not staging.stage(upload, at=at):
            upload.offset = upload.bytes
        return True
    if not upload.tally:
        staging.settle(upload)
        refused = ImportLine.objects.filter(upload=upload).exclude(why="")
        upload.tally = {"lines": upload.lines, "refused": refused.count()}
        if upload.tally["refused"] == upload.lines:
            upload.state, upload.trouble = ImportState.FAILED, said.keep(NO_ROWS)
            return False
        return True
    upto = min(upload.lines, upload.cursor + judging.SLICE)
    judging.judge(upload, upto=upto, at=at)
    judging.judge_devices(upload)
    return _counted(upload, upto, then=ImportState.CHECKED)


def _run(upload: Import, at: datetime) -> bool:
    if not upload.tally:
        refused = ImportLine.objects.filter(upload=upload).exclude(why="")
        upload.tally = {"lines": upload.lines, "refused": refused.count()}
    upto = min(upload.lines, upload.cursor + judging.SLICE)
    applying.apply(upload, upto=upto, at=at)
    judging.note(upload)
    more = _counted(upload, upto, then=ImportState.FINISHED)
    if not more:
        upload.finished_at, upload.examples = at, []
        ImportChunk.objects.filter(upload=upload).delete()
        # Tokens live in the devices' own rows alone.
        ImportLine.objects.filter(upload=upload, why="", device_why="").delete()
        ImportLine.objects.filter(upload=upload).update(**EMPTIED)
    return more


EMPTIED: dict[str, Any] = {
    "external_id": None,
    "attributes": {},
    "device": None,
    "token_hash": None,
    "topics": None,
}


def _counted(upload: Import, upto: int, *, then: ImportState) -> bool:
    told = Counter(upload.tally)
    told.update(judging.tally())
    upload.tally, upload.cursor = dict(told), upto
    if upto == upload.lines:
        upload.state = then
        return False
    return True


STEPS: dict[ImportState, Callable[[Import, datetime], bool]] = {
    ImportState.CHECKING: _check,
    ImportState.RUNNING: _run,
    ImportState.UNDOING: undoing.undo_slice,
}

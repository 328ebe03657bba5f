"""Indexes over attributes that marketers ask for often: asked for, built, removed.

An index holds the very expression that `attribute_queries` compares, of the people of
one application. It is built beside the traffic (CONCURRENTLY), by a task.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from django.contrib.auth.models import User
from django.contrib.postgres.indexes import OpClass
from django.db import DatabaseError, connection, transaction
from django.db.models import Index, Q
from django.db.models.expressions import Combinable
from django.db.models.functions import Upper
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from campaigns.models import AttributeIndex
from campaigns.models.indexes import IndexState
from devices.models import Application, AuditEvent, Person

from . import attribute_queries, values

EXPRESSIONS: dict[str, Callable[[str], Combinable]] = {
    "number": attribute_queries.number_of,
    "date": attribute_queries.day_of,
    "text": lambda name: OpClass(
        Upper(attribute_queries.text_of(name)), name="text_pattern_ops"
    ),
}
"""What is compared, by type. "Is" of texts and yes or no have an index already."""

MOST = 10
"""Of an application: each costs every change of a person a little."""

PROGRESS = """
SELECT round(100.0 * coalesce(nullif(tuples_done, 0) / nullif(tuples_total, 0)::float8,
                              blocks_done / nullif(blocks_total, 0)::float8, 0))
  FROM pg_stat_progress_create_index progress
  JOIN pg_class ON pg_class.oid = progress.index_relid
 WHERE relname = %s
"""

SIZE = "SELECT pg_relation_size(to_regclass(%s))"
VALID = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)"


class Refused(Exception):
    """Nothing was done; ``str()`` says why to whoever pressed the button."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(sentence)

    def __str__(self) -> str:
        return str(self.args[0])


def ask(
    application: Application, name: str, kind: str, *, user: User, at: datetime
) -> AttributeIndex:
    """Have an attribute made fast: ring `bell.INDEX_ATTRIBUTE` with the row's id.

    Raises Refused; a failed one is tried again.
    """
    _require(user)
    if kind not in EXPRESSIONS:
        raise Refused(_("Choose texts, numbers or dates."))
    try:
        values.ATTRIBUTE.read(name)
    except values.Unfit as unfit:
        raise Refused(_("Choose an attribute.")) from unfit
    rows = AttributeIndex.objects.filter(application=application)
    if rows.exclude(name=name).count() >= MOST:
        raise Refused(_("Ten attributes are fast already: remove one first."))
    facts = {"state": IndexState.WAITING, "asked_at": at, "changed_at": at}
    with transaction.atomic():
        row, is_new = rows.get_or_create(
            application=application,
            name=name,
            kind=kind,
            defaults=facts | {"asked_by": user},
        )
        failed = rows.filter(pk=row.pk, state=IndexState.FAILED)
        if not is_new and not failed.update(problem="", **facts):
            raise Refused(_("This attribute is fast already, or about to be."))
        AuditEvent.objects.note(user, "attribute.made_fast", row, name=name, kind=kind)
    return row


def ask_removal(row: AttributeIndex, *, user: User, at: datetime) -> None:
    """Have the index removed: ring `bell.INDEX_ATTRIBUTE`. Raises Refused."""
    _require(user)
    idle = (IndexState.READY, IndexState.FAILED, IndexState.WAITING)
    mine = AttributeIndex.objects.filter(pk=row.pk, state__in=idle)
    with transaction.atomic():
        if not mine.update(state=IndexState.REMOVING, changed_at=at):
            raise Refused(_("This index is being built or removed: wait for its end."))
        AuditEvent.objects.note(user, "attribute.made_slow", row, name=row.name)


def work(row_id: int, *, at: datetime) -> None:
    """Build or remove one index as its row asks; outside of any transaction.

    Whatever an earlier try left is removed first. A second caller finds nothing to do.
    """
    row = AttributeIndex.objects.filter(pk=row_id).first()
    if row is None:
        return
    mine = AttributeIndex.objects.filter(pk=row_id)
    if row.state == IndexState.REMOVING:
        _drop(row)
        mine.filter(state=IndexState.REMOVING).delete()
    elif mine.filter(state=IndexState.WAITING).update(
        state=IndexState.BUILDING, changed_at=at
    ):
        problem = _built(row)
        state = IndexState.FAILED if problem else IndexState.READY
        mine.filter(state=IndexState.BUILDING).update(
            state=state, problem=problem, changed_at=at
        )


def stranded(*, at: datetime) -> list[int]:
    """Rows whose work nobody does: told to wait again, for another ring."""
    told = []
    for row in AttributeIndex.objects.exclude(
        state__in=(IndexState.READY, IndexState.FAILED)
    ):
        if row.state == IndexState.BUILDING:
            if progress(row) is not None:
                continue
            state = IndexState.READY if _is_valid(row) else IndexState.WAITING
            AttributeIndex.objects.filter(
                pk=row.pk, state=IndexState.BUILDING, changed_at=row.changed_at
            ).update(state=state, changed_at=at)
        told.append(row.pk)
    return told


def progress(row: AttributeIndex) -> int | None:
    """Per cent of its building, None when nobody builds it now."""
    found = _asked(PROGRESS, row)
    return None if found is None else int(found)


def size(row: AttributeIndex) -> int:
    """Bytes of the index, 0 without one."""
    return int(_asked(SIZE, row) or 0)


def index(row: AttributeIndex) -> Index:
    """The index as Django writes it down."""
    return Index(
        EXPRESSIONS[row.kind](row.name),
        name=row.index_name,
        condition=Q(application=row.application_id),
    )


def _built(row: AttributeIndex) -> str:
    """Build the index; "" or, in the database's words, why it could not be."""
    try:
        _drop(row)
        with connection.schema_editor(atomic=False) as editor:
            sql = index(row).create_sql(Person, editor, concurrently=True)
        with connection.cursor() as cursor:
            cursor.execute(str(sql))
            cursor.execute("ANALYZE devices_person")
    except DatabaseError as refused:
        with suppress(DatabaseError):
            _drop(row)
        return str(refused).splitlines()[0][:200]
    return ""


def _drop(row: AttributeIndex) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {row.index_name}")


def _is_valid(row: AttributeIndex) -> bool:
    return bool(_asked(VALID, row))


def _asked(sql: str, row: AttributeIndex) -> float | None:
    with connection.cursor() as cursor:
        cursor.execute(sql, [row.index_name])
        found = cursor.fetchone()
    return found[0] if found else None


def _require(user: User) -> None:
    if not user.has_perm("campaigns.change_attributeindex"):
        raise Refused(_("Administrators make attributes fast."))

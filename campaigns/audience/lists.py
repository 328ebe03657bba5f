"""Lists of people: the only writer of them.

An upload is read line by line into a table beside the list, and a task finds the
people of all lines in one statement: what is left there is the report.
"""

import codecs
import csv
import itertools
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import IO, Any

from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from campaigns.audience import limits, memberships, select
from campaigns.audience.segments import Refused, require
from campaigns.models import (
    Campaign,
    ListedPerson,
    ListLine,
    PersonList,
    Run,
    Segment,
)
from campaigns.models.campaigns import AudienceKind
from campaigns.models.lists import ListKind
from campaigns.models.states import OPEN_RUNS, CampaignState
from devices.models import Application, AuditEvent

MOST = 1_000_000
"""Lines of one list."""

FIELD = "list"
"""Of the closed table: who is on a list."""

LONGEST = 128
"""Characters of an external id."""

HEADS = ("external_id", "external id", "user_id", "id")
"""What the first cell of a column is called that holds ids."""

PATIENCE = 120.0
"""Seconds of one statement in the task; nobody waits for it in a browser."""

FIND = """
WITH found AS (
  DELETE FROM campaigns_listline line USING devices_person person
  WHERE line.people_list_id = %(list)s AND person.external_id = line.external_id
    AND person.application_id = %(application)s
    AND person.erased_at IS NULL AND person.merged_into_id IS NULL
  RETURNING person.id)
INSERT INTO campaigns_listedperson (people_list_id, person_id)
SELECT DISTINCT %(list)s::bigint, id FROM found ON CONFLICT DO NOTHING"""

TAKE = """
INSERT INTO campaigns_listedperson (people_list_id, person_id)
SELECT %s::bigint, chosen.id FROM ({chosen}) chosen ON CONFLICT DO NOTHING"""

CLEAR = """
DELETE FROM {table} WHERE ctid = ANY(ARRAY(
  SELECT ctid FROM {table} WHERE people_list_id = %s LIMIT %s))"""

AT_ONCE = 50_000
"""Rows of a deleted list that housekeeping takes away in one go."""


def upload(
    file: IO[bytes], *, name: str, application: Application, user: User, at: datetime
) -> PersonList:
    """A new list of the external ids in a CSV or text file; a task finds the people.

    Raises Refused, and keeps nothing then, for a file that cannot be read.
    """
    require(user, "add_segment")
    made = PersonList(application=application, kind=ListKind.UPLOADED)
    with transaction.atomic():
        _create(made, name, user=user, at=at)
        lines, repeated = _keep(made, ids_of(file))
        PersonList.objects.filter(pk=made.pk).update(lines=lines, repeated=repeated)
        AuditEvent.objects.note(user, "list.uploaded", made, lines=lines)
    return made


def keep(segment: Segment, *, name: str, user: User, at: datetime) -> PersonList:
    """A new list of those who match a segment now; a task fills it."""
    require(user, "add_segment")
    made = PersonList(
        application=segment.application,
        kind=ListKind.SNAPSHOT,
        rule=memberships.kept(segment),
    )
    with transaction.atomic():
        _create(made, name, user=user, at=at)
        AuditEvent.objects.note(user, "list.kept", made, segment=segment.pk)
    return made


def _create(made: PersonList, name: str, *, user: User, at: datetime) -> None:
    made.name = name.strip()
    made.created_by, made.created_at = user, at
    if not 1 <= len(made.name) <= 120:
        raise Refused(_("Give the list a name of 1 to 120 characters."))
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as taken:
        raise Refused(_("Another list has this name: choose a different one.")) from (
            taken
        )


def ids_of(file: IO[bytes]) -> Iterator[tuple[int, str]]:
    """(line, external id) of each line that holds one; raises Refused.

    A first line with the name of a column says which one holds the ids; without one
    it is the first.
    """
    place = 0
    text = codecs.getreader("utf-8-sig")(file)
    try:
        for number, row in enumerate(csv.reader(_sound(text)), start=1):
            cells = [each.strip() for each in row]
            if number == 1:
                heads = [each.lower() for each in cells]
                named = [heads.index(each) for each in HEADS if each in heads]
                if named:
                    place = named[0]
                    continue
            if len(cells) > place and cells[place]:
                yield number, cells[place]
    except UnicodeDecodeError as not_text:
        raise Refused(
            _("This is no text in UTF-8: save the file as “CSV UTF-8” and try again.")
        ) from not_text
    except csv.Error as broken:
        raise Refused(
            _("The file cannot be read as CSV: check its quotation marks.")
        ) from broken


def _sound(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if "\0" in line:
            raise Refused(
                _("The file holds bytes that are no text: save it as CSV again.")
            )
        yield line


def _keep(made: PersonList, ids: Iterable[tuple[int, str]]) -> tuple[int, int]:
    """Write the lines; how many there were, and how many repeat another."""
    seen: set[str] = set()
    lines = 0
    sql = "COPY campaigns_listline (people_list_id, number, external_id) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(sql) as copy:
        for number, external_id in ids:
            lines += 1
            if lines > MOST:
                raise Refused(_("A list has at most 1,000,000 lines: divide the file."))
            if external_id not in seen:
                seen.add(external_id)
                copy.write_row((made.pk, number, external_id[: LONGEST + 1]))
    if not lines:
        raise Refused(_("The file holds no external id: put one in each line."))
    return lines, lines - len(seen)


def fill(list_id: int, *, at: datetime) -> bool:
    """Find the people of a list; False when that was done, or took too long."""
    found = PersonList.objects.filter(pk=list_id, ready_at=None).first()
    if found is None:
        return False
    try:
        with limits.seconds(PATIENCE), connection.cursor() as cursor:
            if found.kind == ListKind.UPLOADED:
                cursor.execute(
                    FIND, {"list": found.pk, "application": found.application_id}
                )
            else:
                cursor.execute(*_taking(found, at))
            people = ListedPerson.objects.filter(people_list=found).count()
            waiting = PersonList.objects.filter(pk=found.pk, ready_at=None)
            return bool(waiting.update(people=people, ready_at=at))
    except limits.TooSlow:
        return False


def _taking(found: PersonList, at: datetime) -> tuple[str, list[Any]]:
    audience = {"kind": AudienceKind.SEGMENT, "rule": found.rule}
    people = select.people(found.application_id, audience, at=at).order_by()
    sql, params = people.values("id").query.sql_with_params()
    return TAKE.format(chosen=sql), [found.pk, *params]


def unfilled() -> list[int]:
    """Lists that wait for the task, the oldest first."""
    rows = PersonList.objects.filter(ready_at=None, archived_at=None).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:10])


def not_found(found: PersonList) -> Iterator[tuple[int, str]]:
    """(line, external id) of what an upload names and nobody has, by line."""
    rows = ListLine.objects.filter(people_list=found).order_by("number")
    return rows.values_list("number", "external_id").iterator()


def exclude(found: PersonList, *, is_excluded: bool, user: User) -> None:
    """Have its people get no message at all, or messages again. Raises Refused."""
    require(user, "change_segment")
    if is_excluded and found.ready_at is None:
        raise Refused(_("Its people are still being found: try again in a moment."))
    PersonList.objects.filter(pk=found.pk).update(is_excluded=is_excluded)
    AuditEvent.objects.note(user, "list.excluded", found, is_excluded=is_excluded)


def delete(found: PersonList, *, user: User, at: datetime) -> None:
    """Take a list away that nothing asks; raises Refused with the first few names."""
    require(user, "change_segment")
    users = list(_users_of(found))
    if users:
        sentence = _("“%(name)s” is in use: take it out of %(users)s first.")
        named = ", ".join(_("“%(text)s”") % {"text": each} for each in users[:3])
        raise Refused(sentence % {"name": found.name, "users": named})
    if found.is_excluded:
        raise Refused(_("Let its people get messages again before you delete it."))
    PersonList.objects.filter(pk=found.pk).update(archived_at=at)
    AuditEvent.objects.note(user, "list.deleted", found, name=found.name)


def _users_of(found: PersonList) -> Iterator[str]:
    """The names of segments, and of what is scheduled or under way, that ask it."""
    mine = {"application": found.application_id}
    others = Segment.objects.filter(archived_at=None, **mine)
    waiting = Campaign.objects.filter(state=CampaignState.SCHEDULED, **mine)
    going = Run.objects.filter(state__in=OPEN_RUNS, **mine)
    rules = itertools.chain(
        others.values_list("name", "rule"),
        waiting.values_list("name", "revision__audience"),
        going.values_list("campaign__name", "revision__audience"),
    )
    for name, rule in rules:
        if _asks(rule, str(found.pk)):
            yield name


def _asks(source: Any, key: str) -> bool:
    """Whether a condition of this JSON, however deep, is about the list."""
    if isinstance(source, list):
        return any(_asks(each, key) for each in source)
    if not isinstance(source, dict):
        return False
    if source.get("field") == FIELD and source.get("name") == key:
        return True
    return any(_asks(each, key) for each in source.values())


def clear() -> None:
    """Take away what is left of a deleted list, some rows at a time."""
    found = PersonList.objects.exclude(archived_at=None).order_by("pk").first()
    if found is None:
        return
    left = 0
    with connection.cursor() as cursor:
        for table in ("campaigns_listedperson", "campaigns_listline"):
            cursor.execute(CLEAR.format(table=table), [found.pk, AT_ONCE])
            left += cursor.rowcount
    if not left:
        found.delete()

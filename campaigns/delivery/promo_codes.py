"""One unused code for each delivery that needs one, taken as its chunk is intended.

The statement runs in the transaction that intends the chunk, behind its fence: a
worker that dies, or loses its batch, took nothing. A delivery that is tried again, by
whomever, has the code that it had. Nothing else takes codes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.db import connection

from campaigns.content.lint import PROMO
from campaigns.content.render import Skip
from campaigns.delivery import arrays
from campaigns.delivery.messages import Letter
from campaigns.models import PromoList
from campaigns.models.reasons import Reason

if TYPE_CHECKING:
    from campaigns.delivery.reading import Row

TAKE = """
WITH asked AS (SELECT seq FROM unnest(%(seqs)s::int[]) AS u(seq)),
kept AS (
  SELECT c.seq, c.code FROM asked JOIN campaigns_promocode c
    ON c.list_id = %(list)s AND c.run_id = %(run)s AND c.seq = asked.seq),
lacking AS (
  SELECT seq, row_number() OVER (ORDER BY seq) AS n FROM asked
   WHERE seq NOT IN (SELECT seq FROM kept)),
unused AS (
  SELECT id, row_number() OVER (ORDER BY id) AS n FROM (
    SELECT id FROM campaigns_promocode
     WHERE list_id = %(list)s AND run_id IS NULL
     ORDER BY id LIMIT (SELECT count(*) FROM lacking)
       FOR UPDATE SKIP LOCKED) found),
taken AS (
  UPDATE campaigns_promocode c
     SET run_id = %(run)s, seq = lacking.seq, taken_at = clock_timestamp()
    FROM unused JOIN lacking USING (n) WHERE c.id = unused.id
  RETURNING c.seq, c.code)
SELECT seq, code FROM kept UNION ALL SELECT seq, code FROM taken
"""

Codes = Mapping[str, Mapping[int, str | None]]
"""By the key of a list, the code of each seq that asked for one; None: none is left."""


def take(run: int, letter: Letter, rows: Sequence[Row]) -> Codes:
    """A code of every list of the letter for each of these rows that will be sent.

    Inside the transaction that intends them. Rows that are left out get none.
    """
    seqs = [row.seq for row in rows if _is_sent(row, letter)]
    return {key: _taken(run, number, seqs) for key, number in letter.lists.items()}


def _is_sent(row: Row, letter: Letter) -> bool:
    if row.reason is not None:
        return False
    words = letter.words(row.values, platform=row.platform, translation=row.translation)
    return not isinstance(words, Skip)


def _taken(run: int, number: int, seqs: list[int]) -> dict[int, str | None]:
    if not seqs:
        return {}
    asked: dict[str, int | str] = {"run": run, "list": number}
    asked["seqs"] = arrays.numbers(seqs)
    with connection.cursor() as cursor:
        cursor.execute(TAKE, asked)
        found: dict[int, str | None] = dict(cursor.fetchall())
    if len(found) == len(seqs):
        return found
    return dict.fromkeys(seqs, _fallback(number)) | found


def _fallback(number: int) -> str | None:
    """What people read once a list has no code left; None leaves them out."""
    said = PromoList.objects.filter(pk=number).values_list("fallback", flat=True)
    return said.first() or None


def given(rows: Sequence[Row], codes: Codes) -> list[Row]:
    """The rows with their codes among the values; without one, with that reason."""
    return [_with(row, codes) for row in rows]


def _with(row: Row, codes: Codes) -> Row:
    mine = {
        f"{PROMO}.{key}": found[row.seq]
        for key, found in codes.items()
        if row.seq in found
    }
    if not mine:
        return row
    if None in mine.values():
        return row._replace(reason=Reason.NO_CODE)
    return row._replace(values={**(row.values or {}), **mine})

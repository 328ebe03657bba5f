"""Bring the test database back to what the migrations left, after a test that commits.

Django truncates every table and then loads what it serialized as Python objects:
0.3 s of two processors for each test. This compares and repairs in the database.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations

KEEP = """
DO $$
DECLARE
  name text;
  filled boolean;
BEGIN
  CREATE SCHEMA as_migrated;
  FOREACH name IN ARRAY ARRAY[{tables}] LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO filled;
    IF filled THEN
      EXECUTE format('CREATE TABLE as_migrated.%1$I AS TABLE %1$I', name);
    END IF;
  END LOOP;
END $$
"""

# Foreign keys of Django's are checked when the transaction ends.
RESTORE = """
CREATE FUNCTION as_migrated.restore(tables text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  name text;
BEGIN
  -- A page that a browser left may still be saving, beginning with this table's row.
  LOCK TABLE campaigns_campaign IN SHARE ROW EXCLUSIVE MODE;
  FOREACH name IN ARRAY tables LOOP
    IF to_regclass(format('as_migrated.%I', name)) IS NULL THEN
      EXECUTE format('DELETE FROM %I', name);
    ELSE
      EXECUTE format('DELETE FROM %1$I now WHERE now::text NOT IN'
        ' (SELECT kept::text FROM as_migrated.%1$I kept)', name);
      EXECUTE format('INSERT INTO %1$I SELECT * FROM as_migrated.%1$I kept'
        ' WHERE kept::text NOT IN (SELECT now::text FROM %1$I now)', name);
    END IF;
  END LOOP;
END $$
"""


LEDGER = ("campaigns_delivery", "campaigns_outcome")
"""Tables of ours that Django does not manage, and so would never empty."""


def keep() -> None:
    """Remember what is in each table now: Django's flush brings that back."""
    tables = connection.introspection.django_table_names(only_existing=True)
    with connection.cursor() as cursor:
        cursor.execute(KEEP.format(tables=_quoted(tables)))
        cursor.execute(RESTORE)
    connection._test_serialized_contents = "[]"
    DatabaseOperations.sql_flush = restoring


def restoring(
    self: DatabaseOperations, style: Any, tables: Sequence[str], **options: object
) -> list[str]:
    """In the place of Django's TRUNCATE."""
    everything = _quoted([*tables, *LEDGER])
    return [f"SELECT as_migrated.restore(ARRAY[{everything}])"]


def _quoted(tables: Sequence[str]) -> str:
    return ", ".join(f"'{table}'" for table in tables)

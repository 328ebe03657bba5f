"""Add up the events that were there before the triggers."""

from django.db import migrations

PEOPLE = 10_000
"""At once: some hundred thousand events, a second or two."""

SLICE = """
SELECT devices_event_recount(array_agg(application_id), array_agg(name),
                             array_agg(person_id))
  FROM (SELECT DISTINCT application_id, name, person_id FROM devices_event
         WHERE person_id > %s AND person_id <= %s) rows
"""


def add_up(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(person_id), 0) FROM devices_event")
        last = cursor.fetchone()[0]
        for first in range(0, last, PEOPLE):
            cursor.execute(SLICE, [first, first + PEOPLE])


class Migration(migrations.Migration):
    """In slices of their own, so that recording goes on meanwhile."""

    atomic = False

    dependencies = [("devices", "0009_tallies_of_events")]

    operations = [migrations.RunPython(add_up, migrations.RunPython.noop)]

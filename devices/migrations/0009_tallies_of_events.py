"""What events add up to, for each person and name of event, kept by PostgreSQL.

A trigger runs once a statement, whoever writes events: recording, imports, moves to
another person, erasure, retention.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

ADD = """
CREATE FUNCTION devices_event_add_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO devices_eventtally AS kept
    (application_id, name, person_id, times, first_at, last_at, latest)
  SELECT application_id, name, person_id, count(*), min(at), max(at),
         (array_agg(at ORDER BY at DESC))[1:8]
    FROM fresh GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
  ON CONFLICT (application_id, name, person_id) DO UPDATE SET
    times = kept.times + excluded.times,
    first_at = least(kept.first_at, excluded.first_at),
    last_at = greatest(kept.last_at, excluded.last_at),
    latest = CASE
      WHEN excluded.latest[cardinality(excluded.latest)] >= kept.last_at
        THEN (excluded.latest || kept.latest)[1:8]
      ELSE (SELECT array_agg(each ORDER BY each DESC) FROM (
              SELECT each FROM unnest(kept.latest || excluded.latest) AS each
               ORDER BY each DESC LIMIT 8) newest)
    END;
  RETURN NULL;
END $$
"""

# A row is held before its events are counted: whoever adds to it meanwhile waits, and
# then adds to what was counted. Each statement of this function sees what was
# committed before it.
RECOUNT = """
CREATE FUNCTION devices_event_recount(applications bigint[], names text[],
                                      people bigint[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO devices_eventtally AS kept
    (application_id, name, person_id, times, first_at, last_at, latest)
  SELECT DISTINCT a, n, p, 0, 'epoch'::timestamptz, 'epoch'::timestamptz,
         '{}'::timestamptz[]
    FROM unnest(applications, names, people) AS asked (a, n, p) ORDER BY 1, 2, 3
  ON CONFLICT (application_id, name, person_id) DO UPDATE SET times = kept.times;
  UPDATE devices_eventtally AS kept
     SET times = found.times, first_at = coalesce(found.first_at, 'epoch'),
         last_at = coalesce(found.last_at, 'epoch'),
         latest = coalesce(found.latest, '{}')
    FROM (
      SELECT a, n, p, count(event.id) AS times, min(event.at) AS first_at,
             max(event.at) AS last_at,
             (array_agg(event.at ORDER BY event.at DESC))[1:8] AS latest
        FROM (SELECT DISTINCT a, n, p
                FROM unnest(applications, names, people) AS every (a, n, p)) asked
        LEFT JOIN devices_event event
          ON event.person_id = p AND event.name = n AND event.application_id = a
       GROUP BY 1, 2, 3) found
   WHERE (kept.application_id, kept.name, kept.person_id) = (a, n, p);
  DELETE FROM devices_eventtally AS kept
   USING unnest(applications, names, people) AS asked (a, n, p)
   WHERE (kept.application_id, kept.name, kept.person_id) = (a, n, p)
     AND kept.times = 0;
END $$;
CREATE FUNCTION devices_event_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM devices_event_recount(array_agg(application_id), array_agg(name),
                                array_agg(person_id))
     FROM (SELECT DISTINCT application_id, name, person_id FROM gone) rows;
  RETURN NULL;
END $$;
CREATE FUNCTION devices_event_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM devices_event_recount(array_agg(application_id), array_agg(name),
                                array_agg(person_id))
     FROM (SELECT application_id, name, person_id FROM gone
           UNION SELECT application_id, name, person_id FROM fresh) rows;
  RETURN NULL;
END $$
"""

TRIGGERS = """
CREATE TRIGGER add_up AFTER INSERT ON devices_event
  REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION devices_event_add_up();
CREATE TRIGGER recount_changed AFTER UPDATE ON devices_event
  REFERENCING OLD TABLE AS gone NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION devices_event_changed();
CREATE TRIGGER recount_gone AFTER DELETE ON devices_event
  REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION devices_event_gone();
"""

# Rows change in place: what changes stands in no index, and a page has room for it.
ROOM = "ALTER TABLE devices_eventtally SET (fillfactor = 80)"

BACK = """
DROP TRIGGER add_up ON devices_event;
DROP TRIGGER recount_changed ON devices_event;
DROP TRIGGER recount_gone ON devices_event;
DROP FUNCTION devices_event_changed, devices_event_gone, devices_event_recount,
  devices_event_add_up;
"""


class Migration(migrations.Migration):

    dependencies = [
        ("devices", "0008_server_keys_and_dictionary"),
    ]

    operations = [
        migrations.CreateModel(
            name="EventTally",
            fields=[
                ("pk", models.CompositePrimaryKey("application_id", "name", "person_id", blank=True, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("times", models.PositiveIntegerField(verbose_name="times")),
                ("first_at", models.DateTimeField(verbose_name="first")),
                ("last_at", models.DateTimeField(verbose_name="last")),
                ("latest", django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), size=8)),
                ("application", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="devices.application")),
                ("person", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="tallies", to="devices.person")),
            ],
            options={
                "verbose_name": "event tally",
                "verbose_name_plural": "event tallies",
            },
        ),
        migrations.RunSQL(ROOM, migrations.RunSQL.noop),
        migrations.RunSQL([ADD, RECOUNT, TRIGGERS], BACK),
    ]

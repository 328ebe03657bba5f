"""Delivery and outcome, range-partitioned by blocks of 100 runs."""

from django.db import migrations

TABLES = """
CREATE TABLE campaigns_delivery (
    run_id bigint NOT NULL,
    seq integer NOT NULL,
    person_id bigint NOT NULL,
    installation_id bigint,
    token_hash bytea,
    reason smallint,
    PRIMARY KEY (run_id, seq),
    CONSTRAINT one_delivery_per_installation UNIQUE (run_id, installation_id),
    CONSTRAINT one_delivery_per_token UNIQUE (run_id, token_hash)
) PARTITION BY RANGE (run_id);
CREATE INDEX delivery_person ON campaigns_delivery (person_id, run_id);
CREATE TABLE campaigns_outcome (
    run_id bigint NOT NULL,
    seq integer NOT NULL,
    attempt smallint NOT NULL,
    reason smallint NOT NULL,
    code text NOT NULL DEFAULT '',
    ref text NOT NULL DEFAULT '',
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (run_id, seq, attempt)
) PARTITION BY RANGE (run_id);
CREATE TABLE campaigns_delivery_0 PARTITION OF campaigns_delivery
    FOR VALUES FROM (0) TO (100);
CREATE TABLE campaigns_outcome_0 PARTITION OF campaigns_outcome
    FOR VALUES FROM (0) TO (100);
ALTER TABLE campaigns_parked SET (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000
);
ALTER TABLE campaigns_batch SET (fillfactor = 70,
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500
);
"""


def one_switch(apps, schema_editor):
    apps.get_model("campaigns", "Switch").objects.get_or_create(id=1)


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0001_tables_of_campaigns")]

    operations = [
        migrations.RunSQL(
            TABLES, "DROP TABLE campaigns_outcome; DROP TABLE campaigns_delivery"
        ),
        migrations.RunPython(one_switch, migrations.RunPython.noop),
    ]

"""Install PGMQ's schema and our queues: `pgmq://` works on any database of the site.

It is plain PL/pgSQL (no extension), takes 40 ms and no rows while another broker is
used, so that changing the broker is a setting and not a migration.
"""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from pgmq.install import get_embedded_install_sql


def install(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT to_regnamespace('pgmq') IS NULL")
        (absent,) = cursor.fetchone()
        if absent:
            # Without parameters, so that a % in the script stays one.
            cursor.execute(get_embedded_install_sql())
        # Two processes that make a queue at once would fail at their first start.
        cursor.execute("SELECT pgmq.create('control'), pgmq.create('send')")


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]

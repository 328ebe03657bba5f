"""Let administrators import people and devices."""

from importlib import import_module

from django.db import migrations


def make(apps, schema_editor):
    roles = import_module("pushsite.migrations.0002_roles")
    Group = apps.get_model("auth", "Group")
    known = roles.permissions(apps)
    for group in Group.objects.filter(name="Administrator"):
        group.permissions.add(*known.values())


class Migration(migrations.Migration):
    dependencies = [
        ("pushsite", "0015_roles_of_fast_attributes"),
        ("devices", "0017_imports"),
    ]
    # Undoing it leaves what the groups hold: nobody loses what they were given.
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]

"""Let reviewers read the consent ledger; administrators export it and erase people."""

from importlib import import_module

from django.db import migrations

ROLES = {"Reviewer": ("devices.view_consentevent",)}


def make(apps, schema_editor):
    roles = import_module("pushsite.migrations.0002_roles")
    Group = apps.get_model("auth", "Group")
    known = roles.permissions(apps)
    for role, held in ROLES.items():
        for group in Group.objects.filter(name=role):
            group.permissions.add(*(known[each] for each in held))
    for group in Group.objects.filter(name="Administrator"):
        group.permissions.add(*known.values())


class Migration(migrations.Migration):
    dependencies = [
        ("pushsite", "0011_roles_of_languages"),
        ("devices", "0007_consent_by_time"),
    ]
    # Undoing it leaves what the groups hold: nobody loses what they were given.
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]

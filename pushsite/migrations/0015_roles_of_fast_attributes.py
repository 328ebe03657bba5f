"""Let everybody with a role see what is fast; administrators change it."""

from importlib import import_module

from django.db import migrations

LOOK = ("campaigns.view_attributeindex",)
ROLES = {"Marketer": LOOK, "Reviewer": LOOK, "Analyst": LOOK}


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
        ("pushsite", "0014_roles_of_people"),
        ("campaigns", "0031_fast_attributes"),
    ]
    # Undoing it leaves what the groups hold: nobody loses what they were given.
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]

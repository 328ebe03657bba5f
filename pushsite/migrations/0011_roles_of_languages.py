"""Let everybody with a role see the languages; administrators add and remove them."""

from importlib import import_module

from django.db import migrations

LOOK = ("campaigns.view_writtenlanguage",)
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
        ("pushsite", "0010_roles_of_registries"),
        ("campaigns", "0027_languages_of_messages"),
    ]
    # Undoing it leaves what the groups hold: nobody loses what they were given.
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]

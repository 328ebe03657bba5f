"""Let whoever builds segments look at the dictionary, and administrators keep it."""

from importlib import import_module

from django.db import migrations

LOOK = ("devices.view_dictionaryentry",)


def make(apps, schema_editor):
    roles = import_module("pushsite.migrations.0002_roles")
    Group = apps.get_model("auth", "Group")
    known = roles.permissions(apps)
    for group in Group.objects.filter(name__in=("Marketer", "Reviewer", "Analyst")):
        group.permissions.add(*(known[each] for each in LOOK))
    for group in Group.objects.filter(name="Administrator"):
        group.permissions.add(*known.values())


class Migration(migrations.Migration):
    dependencies = [
        ('pushsite', '0012_roles_of_consent'),
        ("devices", "0008_server_keys_and_dictionary"),
    ]
    # Undoing it leaves what the groups hold: nobody loses what they were given.
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]

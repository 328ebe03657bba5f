"""Let everybody with a role look at the names of the app; administrators keep them."""

from importlib import import_module

from django.db import migrations

MODELS = ("androidchannel", "ioscategory", "iosthread", "sound", "destination")
LOOK = tuple(f"campaigns.view_{model}" for model in MODELS)


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
        ("pushsite", "0009_roles_of_house_style"),
        ("campaigns", "0020_templates_and_blocks"),
    ]
    # Undoing it leaves what the groups hold: nobody loses what they were given.
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]

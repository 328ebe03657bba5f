"""Let marketers keep test groups, and whoever sends tests look at them."""

from importlib import import_module

from django.db import migrations

LOOK = ("devices.view_testgroup",)
KEEP = tuple(f"devices.{verb}_testgroup" for verb in ("add", "change", "delete"))
ROLES = {"Marketer": (*LOOK, *KEEP), "Reviewer": LOOK}


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
        ("pushsite", "0007_roles_of_promo_codes"),
        ("devices", "0004_pairings_and_test_groups"),
    ]
    # Undoing it leaves what the groups hold: nobody loses what they were given.
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]

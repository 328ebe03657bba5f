"""Let marketers keep templates and blocks, and everybody with a role look at them."""

from importlib import import_module

from django.db import migrations

LOOK = ("campaigns.view_messagetemplate", "campaigns.view_contentblock")
KEEP = tuple(
    f"campaigns.{verb}_{model}"
    for verb in ("add", "change")
    for model in ("messagetemplate", "contentblock")
)
ROLES = {"Marketer": (*LOOK, *KEEP), "Reviewer": LOOK, "Analyst": LOOK}


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
        ("pushsite", "0005_profile"),
        ("campaigns", "0020_templates_and_blocks"),
    ]
    # Undoing it leaves what the groups hold: nobody loses what they were given.
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]

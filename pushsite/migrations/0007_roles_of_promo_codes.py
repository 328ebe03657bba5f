"""Let marketers fill lists of promo codes, and everybody with a role look at them."""

from importlib import import_module

from django.db import migrations

LOOK = ("campaigns.view_promolist",)
FILL = ("campaigns.add_promolist", "campaigns.change_promolist")
ROLES = {"Marketer": (*LOOK, *FILL), "Reviewer": LOOK, "Analyst": LOOK}


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
        ("pushsite", "0006_roles_of_templates"),
        ("campaigns", "0022_promo_codes"),
    ]
    # Undoing it leaves what the groups hold: nobody loses what they were given.
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]

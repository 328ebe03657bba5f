"""Make the groups Marketer, Reviewer, Analyst and Administrator.

Permissions usually come after the last migration; here they are made first, with
the words that Django would give them, so that the groups can hold them.
"""

from django.db import migrations

VERBS = ("add", "change", "delete", "view")
LOOK = (
    *("campaigns.view_campaign", "campaigns.view_run", "campaigns.view_segment"),
    *("devices.view_application", "devices.view_topic"),
)
PEOPLE = ("devices.view_person", "devices.view_installation")
HOLD = ("campaigns.stop_run", "campaigns.switch_sending", "campaigns.send_test")
ROLES = {
    # Stopping is easy and starting hard: whoever composes may stop any run, and
    # more than 1,000 people takes somebody who does not compose.
    "Marketer": (
        *LOOK,
        *PEOPLE,
        *("campaigns.add_campaign", "campaigns.change_campaign"),
        *("campaigns.add_segment", "campaigns.change_segment"),
        "campaigns.launch_campaign",
        *HOLD,
    ),
    "Reviewer": (
        *LOOK,
        *PEOPLE,
        *("campaigns.launch_campaign", "campaigns.launch_large_campaign"),
        "campaigns.resume_run",
        *HOLD,
    ),
    "Analyst": LOOK,
}
ADMINISTERED = (
    *("campaigns", "devices", "auth", "axes", "django_celery_beat"),
    "push_notifications",
)


def words(model):
    """Codename and name of each permission of a model."""
    for verb in VERBS:
        yield (
            f"{verb}_{model._meta.model_name}",
            f"Can {verb} {model._meta.verbose_name_raw}",
        )
    yield from model._meta.permissions


def permissions(apps):
    """Every permission of our applications, by "application.codename"."""
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    found = {}
    for model in apps.get_models():
        app = model._meta.app_label
        if app not in ADMINISTERED or model._meta.auto_created:
            continue
        kind, _ = ContentType.objects.get_or_create(
            app_label=app, model=model._meta.model_name
        )
        for codename, name in words(model):
            found[f"{app}.{codename}"], _ = Permission.objects.get_or_create(
                content_type=kind, codename=codename, defaults={"name": str(name)}
            )
    return found


def make(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    known = permissions(apps)
    for role, held in ROLES.items():
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.add(*(known[each] for each in held))
    administrator, _ = Group.objects.get_or_create(name="Administrator")
    administrator.permissions.add(*known.values())


class Migration(migrations.Migration):
    dependencies = [
        ("pushsite", "0001_queues_in_the_database"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("axes", "0010_accessattemptexpiration"),
        ("campaigns", "0002_ledger_partitions"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("devices", "0001_tables_of_devices"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
        ("push_notifications", "0012_alter_webpushdevice_browser"),
    ]
    # Undoing it leaves the groups: people may be in them by then.
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]

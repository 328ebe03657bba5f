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
    kinds = content_types(apps)
    Permission = apps.get_model("auth", "Permission")
    held = {
        (each.content_type_id, each.codename): each
        for each in Permission.objects.filter(content_type__in=kinds.values())
    }
    asked = {
        (kind.pk, codename): Permission(
            content_type_id=kind.pk, codename=codename, name=str(name)
        )
        for model, kind in kinds.items()
        for codename, name in words(model)
    }
    missing = [made for key, made in asked.items() if key not in held]
    Permission.objects.bulk_create(missing)
    apps_of = {kind.pk: kind.app_label for kind in kinds.values()}
    return {
        f"{apps_of[kind]}.{codename}": held.get((kind, codename), made)
        for (kind, codename), made in asked.items()
    }


def content_types(apps):
    """The content type of each model that our groups may know of."""
    ContentType = apps.get_model("contenttypes", "ContentType")
    models = [
        model
        for model in apps.get_models()
        if model._meta.app_label in ADMINISTERED and not model._meta.auto_created
    ]
    names = [(each._meta.app_label, each._meta.model_name) for each in models]
    found = {(each.app_label, each.model): each for each in ContentType.objects.all()}
    missing = [
        ContentType(app_label=app, model=name)
        for app, name in names
        if (app, name) not in found
    ]
    for each in ContentType.objects.bulk_create(missing):
        found[each.app_label, each.model] = each
    return {model: found[name] for model, name in zip(models, names, strict=True)}


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

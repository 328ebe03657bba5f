"""Lists of promo codes, each code given to one delivery."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0021_left_out_by_the_message"),
        ("devices", "0003_columns_of_every_gateway"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PromoList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("key", models.CharField(max_length=40, verbose_name="name in texts")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "fallback",
                    models.CharField(
                        blank=True, max_length=100, verbose_name="when none is left"
                    ),
                ),
                ("codes", models.PositiveIntegerField(default=0, verbose_name="codes")),
                ("longest", models.PositiveSmallIntegerField(default=4)),
                ("created_at", models.DateTimeField(verbose_name="created")),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="promo_lists",
                        to="devices.application",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "list of promo codes",
                "verbose_name_plural": "lists of promo codes",
                "ordering": ["name", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("application", "key"), name="one_promo_list_per_key"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PromoCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("code", models.CharField(max_length=100)),
                ("run_id", models.BigIntegerField(null=True)),
                ("seq", models.IntegerField(null=True)),
                ("taken_at", models.DateTimeField(null=True)),
                (
                    "list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="campaigns.promolist",
                    ),
                ),
            ],
            options={
                "verbose_name": "promo code",
                "verbose_name_plural": "promo codes",
                "indexes": [
                    models.Index(
                        condition=models.Q(("run_id__isnull", True)),
                        fields=["list", "id"],
                        name="promo_code_unused",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("list", "code"), name="one_code_per_list"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("run_id__isnull", False)),
                        fields=("list", "run_id", "seq"),
                        name="one_code_per_delivery",
                    ),
                ],
            },
        ),
    ]

"""A person: a member of the audience (staff are Django users)."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from .applications import Application


class Draw(models.Func):
    """Where a person's id stands among 10,000 places, for samples of people.

    Stable, and apart from the random bucket, which rules and experiments ask for.
    """

    template = "abs(mod(hashint8extended(%(expressions)s, 0), 10000))"
    output_field = models.BigIntegerField()


class PersonQuerySet(models.QuerySet["Person"]):
    def present(self) -> "PersonQuerySet":
        """Those who are somebody: neither erased nor merged into another."""
        return self.filter(erased_at=None, merged_into=None)


class Person(models.Model):
    """Somebody we may talk to, known by the customer's own id once identified.

    ``latitude`` and ``longitude`` are where they were last, when they agreed to say.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="people")
    external_id = models.CharField(  # noqa: DJ001
        _("external id"),
        max_length=128,
        null=True,
        blank=True,
    )
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)
    locale = models.CharField(_("language"), max_length=20, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    zone = models.CharField(_("time zone"), max_length=50, blank=True)
    latitude = models.FloatField(
        _("latitude"), null=True, blank=True, help_text=_("In degrees (WGS 84).")
    )
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    located_at = models.DateTimeField(_("located"), null=True, blank=True)
    bucket = models.PositiveSmallIntegerField(
        _("random bucket"), help_text=_("0 to 9,999, drawn once.")
    )
    created_at = models.DateTimeField(_("created"))
    last_seen_at = models.DateTimeField(_("last seen"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged"
    )
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "external_id"], name="one_person_per_external_id"
            )
        ]
        indexes = [
            models.Index(fields=["application", "id"], name="person_application"),
            models.Index(fields=["application", "country"], name="person_country"),
            models.Index(fields=["application", "last_seen_at"], name="person_seen"),
            models.Index(
                fields=["application", "latitude"],
                condition=models.Q(latitude__isnull=False),
                name="person_latitude",
            ),
            models.Index("application", Draw("id"), name="person_draw"),
            GinIndex(
                fields=["attributes"],
                opclasses=["jsonb_path_ops"],
                name="person_attributes",
            ),
        ]
        permissions = [
            ("view_pii", "Can see values that name people"),
            ("export_person", "Can export all that is known of a person"),
            ("erase_person", "Can erase a person"),
        ]

    def __str__(self) -> str:
        return self.external_id or _("Anonymous person %(id)s") % {"id": self.pk}

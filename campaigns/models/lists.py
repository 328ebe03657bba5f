"""Lists of people: uploaded, or kept from those who matched at one moment."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from devices.models import Application, Person


class ListKind(models.TextChoices):
    UPLOADED = "uploaded", _("uploaded")
    SNAPSHOT = "snapshot", _("kept from a segment")


class PersonListQuerySet(models.QuerySet["PersonList"]):
    def excluded(self, application_id: int) -> tuple[int, ...]:
        """The ids of the lists whose people get no message of an application."""
        rows = self.filter(
            application=application_id, is_excluded=True, archived_at=None
        )
        return tuple(rows.order_by("pk").values_list("pk", flat=True))


class PersonList(models.Model):
    """People by name, whatever becomes true of them afterwards.

    ``lines`` were given, ``repeated`` of them more than once; ``people`` were found.
    ``rule`` is what a snapshot is made by. Whoever is on a list with ``is_excluded``
    gets no message of the application at all. Not ready: still being filled.
    Archived: about to be deleted, with its people, by housekeeping.
    """

    application = models.ForeignKey(
        Application, models.PROTECT, related_name="person_lists"
    )
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(max_length=8, choices=ListKind)
    rule = models.JSONField(null=True)
    is_excluded = models.BooleanField(_("never gets a message"), default=False)
    lines = models.PositiveIntegerField(default=0)
    repeated = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created"))
    ready_at = models.DateTimeField(_("ready"), null=True)
    archived_at = models.DateTimeField(_("deleted"), null=True)

    objects = PersonListQuerySet.as_manager()

    class Meta:
        verbose_name = _("list of people")
        verbose_name_plural = _("lists of people")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "name"],
                condition=models.Q(archived_at=None),
                name="one_list_per_name",
            )
        ]

    def __str__(self) -> str:
        return self.name


class ListedPerson(models.Model):
    """One person of a list, once."""

    pk = models.CompositePrimaryKey("people_list_id", "person_id")
    people_list = models.ForeignKey(PersonList, models.CASCADE, related_name="listed")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"{self.people_list_id}: {self.person_id}"


class ListLine(models.Model):
    """A line of an uploaded list that found nobody yet: what the report tells."""

    pk = models.CompositePrimaryKey("people_list_id", "number")
    people_list = models.ForeignKey(
        PersonList, models.CASCADE, related_name="+", db_index=False
    )
    number = models.PositiveIntegerField()
    external_id = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"{self.people_list_id}: {self.number}"

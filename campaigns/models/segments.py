"""A saved rule: who, not a list of names."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from devices.models import Application


class Segment(models.Model):
    """Rules that people match now; see campaigns.audience for their shape.

    The counts are of people and of devices that matched at ``counted_at``.
    """

    application = models.ForeignKey(
        Application, models.PROTECT, related_name="segments"
    )
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("description"), blank=True)
    rule = models.JSONField(_("rule"))
    version = models.PositiveIntegerField(_("version"), default=1)
    people_count = models.PositiveIntegerField(_("people"), null=True)
    device_count = models.PositiveIntegerField(_("devices"), null=True)
    counted_at = models.DateTimeField(_("counted"), null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    archived_at = models.DateTimeField(_("archived"), null=True)

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "name"], name="one_segment_per_name"
            )
        ]

    def __str__(self) -> str:
        return self.name


class SegmentSize(models.Model):
    """How many matched on one day, and by which version of the rules.

    Without numbers: it took too long to count them that day.
    """

    segment = models.ForeignKey(Segment, models.CASCADE, related_name="sizes")
    day = models.DateField()
    version = models.PositiveIntegerField()
    people = models.PositiveIntegerField(null=True)
    devices = models.PositiveIntegerField(null=True)
    is_exact = models.BooleanField(default=False)

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(
                fields=["segment", "day"], name="one_size_per_segment_and_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.people}"

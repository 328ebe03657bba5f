"""What a draft said each time that somebody sat down to write it."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from .campaigns import Campaign


class SavedDraft(models.Model):
    """A campaign's fields as one person left them at ``version``.

    ``fields`` are its columns by name. Saves of one sitting share a row, so that a
    history tells of people, not of every pause in typing. ``restored`` is the version
    that was taken up again, where this is one.
    """

    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="saved_drafts", editable=False
    )
    version = models.PositiveIntegerField(_("version"))
    fields = models.JSONField(encoder=DjangoJSONEncoder)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("saved by"),
    )
    began_at = models.DateTimeField(_("begun"))
    saved_at = models.DateTimeField(_("saved"))
    restored = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name = _("saved version")
        verbose_name_plural = _("saved versions")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "version"], name="one_saved_draft_per_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign} · {self.version}"

    @property
    def names(self) -> list[str]:
        """The fields that it has and that campaigns still have, in their order."""
        there = (each.name for each in Campaign._meta.concrete_fields)
        return [name for name in there if name in self.fields]

    def as_campaign(self) -> Campaign:
        """The campaign as it was, never saved; without the rows that are gone."""
        made = Campaign(pk=self.campaign_id)
        for name in self.names:
            field, value = Campaign._meta.get_field(name), self.fields[name]
            if isinstance(field, models.ForeignKey):
                related = field.remote_field.model._default_manager
                value = related.filter(pk=value).first()
            setattr(made, name, value)
        return made

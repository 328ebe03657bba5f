"""What a draft said each time that somebody sat down to write it."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from .campaigns import Campaign
from .media import MediaAsset

NOT_SAID = {
    "id",
    "use_case",
    "state",
    "version",
    "replaces",
    "revision",
    "confirmed_people",
    "next_slot",
    "next_at",
    "owner",
    "launched_by",
    "created_at",
}
"""What a campaign is rather than says; nobody takes it back."""


def usable(fields: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Kept fields to write again, and the names of those whose rows are gone.

    What campaigns do not have any more is left out.
    """
    there = {each.name: each for each in Campaign._meta.concrete_fields}
    said = {name: value for name, value in fields.items() if name in there}
    gone = [
        name
        for name, value in said.items()
        if value and not _is_there(there[name], value)
    ]
    if "translations" in said:
        said["translations"] = _with_pictures(said["translations"])
    return {name: each for name, each in said.items() if name not in gone}, gone


def _is_there(field: Any, key: Any) -> bool:
    if not isinstance(field, models.ForeignKey):
        return True
    return bool(field.remote_field.model._default_manager.filter(pk=key).exists())


def _with_pictures(translations: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The translations without the pictures that were deleted since."""
    wanted = [each["asset"] for each in translations if each.get("asset")]
    there = set(MediaAsset.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    return [
        {
            name: value
            for name, value in each.items()
            if name != "asset" or value in there
        }
        for each in translations
    ]


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


class Writer(models.Model):
    """Somebody who has a draft open, and when their page last said so."""

    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="writers", editable=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", editable=False
    )
    seen_at = models.DateTimeField(_("last seen"))

    class Meta:
        verbose_name = _("writer")
        verbose_name_plural = _("writers")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "user"], name="one_writer_per_draft"
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign} · {self.user}"

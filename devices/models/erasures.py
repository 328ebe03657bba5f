"""Who asked to be forgotten: the record of it, and what keeps them forgotten."""

import hashlib
from collections.abc import Collection
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .applications import Application
from .people import Person


class Kind(models.TextChoices):
    """What an import or a server may not bring back."""

    EXTERNAL_ID = "external_id", _("external id")
    TOKEN = "token", _("token")


def hashed(salt: UUID, text: str) -> bytes:
    """The hash by which something is known to have been erased.

    In SQL: sha256(uuid_send(suppression_salt) || convert_to(text, 'UTF8')).
    """
    return hashlib.sha256(salt.bytes + text.encode()).digest()


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def among(
        self, application: Application, kind: Kind, texts: Collection[str]
    ) -> set[str]:
        """Those of these texts that were erased; one statement."""
        by_hash = {hashed(application.suppression_salt, each): each for each in texts}
        rows = self.filter(application=application, kind=kind, hash__in=list(by_hash))
        return {by_hash[bytes(h)] for h in rows.values_list("hash", flat=True)}

    def holds(self, application: Application, kind: Kind, text: str) -> bool:
        """Whether this was erased, and has not come back by itself since."""
        return bool(self.among(application, kind, [text]))


class Suppression(models.Model):
    """The hash of an erased token or external id: nobody but its person brings it back.

    It is lifted when the device registers, or the person signs in, by themselves.
    """

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="suppressions", db_index=False
    )
    kind = models.CharField(_("what"), max_length=12, choices=Kind)
    hash = models.BinaryField(max_length=32)
    at = models.DateTimeField(_("at"))

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suppression")
        verbose_name_plural = _("suppressions")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "kind", "hash"], name="one_suppression_per_hash"
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Erasure(models.Model):
    """That somebody was erased: when, on whose word, and how much went.

    ``counts`` are rows by what they were. ``finished_at`` is when the last trace that
    a run in progress still needed went too.
    """

    person = models.OneToOneField(Person, models.PROTECT, related_name="erasure")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    source = models.CharField(_("source"), max_length=80)
    counts = models.JSONField(_("what went"), default=dict)
    at = models.DateTimeField(_("at"))
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        indexes = [
            models.Index(
                fields=["id"],
                condition=models.Q(finished_at=None),
                name="erasure_unfinished",
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"

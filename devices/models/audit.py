"""Who changed what: appended by the function that makes the change."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEventManager(models.Manager["AuditEvent"]):
    def note(self, user: Any, action: str, subject: object, **facts: object) -> None:
        """Append one line; ``user`` is None when the system acted by itself."""
        self.create(
            user=user,
            action=action,
            subject=subject._meta.label_lower,  # type: ignore[attr-defined]
            subject_id=subject.pk,  # type: ignore[attr-defined]
            facts=facts,
        )


class AuditEvent(models.Model):
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True
    )
    action = models.CharField(_("action"), max_length=60)
    subject = models.CharField(_("subject"), max_length=60)
    subject_id = models.BigIntegerField()
    facts = models.JSONField(_("facts"), default=dict, blank=True)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = AuditEventManager()

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit log")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["subject", "subject_id", "at"], name="audit_subject")
        ]

    def __str__(self) -> str:
        return self.action

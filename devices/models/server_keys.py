"""The keys by which a customer's own servers call: hashed, scoped, revocable."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .applications import Application


class Scope(models.TextChoices):
    """What a server's key opens."""

    EVENTS_WRITE = "events:write", _("report events and purchases")
    PEOPLE_WRITE = "people:write", _("change what is known about people")
    PEOPLE_READ = "people:read", _("read all that is known about a person")
    PEOPLE_ERASE = "people:erase", _("erase people")
    CONSENT_WRITE = "consent:write", _("change what people agreed to")


class ServerKeyQuerySet(models.QuerySet["ServerKey"]):
    def good(self, at: datetime) -> "ServerKeyQuerySet":
        """Neither revoked nor past their last day."""
        return self.filter(revoked_at=None).filter(
            Q(expires_at=None) | Q(expires_at__gt=at)
        )


class ServerKey(models.Model):
    """A secret of one application: ``hash`` is its SHA-256, ``hint`` how it begins."""

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="server_keys"
    )
    name = models.CharField(
        _("name"), max_length=80, help_text=_("Where it is used, as “shop backend”.")
    )
    hash = models.BinaryField(max_length=32, unique=True, editable=False)
    hint = models.CharField(_("begins with"), max_length=12, editable=False)
    scopes = models.JSONField(_("what it may do"), default=list)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = ServerKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("server key")
        verbose_name_plural = _("server keys")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.name

    @property
    def opens(self) -> list[str]:
        """What it may do, in words."""
        return [str(Scope(each).label) for each in self.scopes if each in Scope.values]

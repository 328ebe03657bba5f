"""One app or browser on one device: the companion of a library device row."""

import re
import uuid
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from push_notifications.models import (
    APNSDevice,
    GCMDevice,
    WebPushDevice,
    WNSDevice,
)

from .applications import Application, Environment, GatewayKind
from .people import Person

LINKS = ("gcm", "apns", "webpush", "wns")
LINK_OF: dict[str, str] = dict(zip(GatewayKind.values, LINKS, strict=True))
"""The link that is set for each gateway."""
SUSPENSION = timedelta(hours=24)


class Permission(models.TextChoices):
    """What the device's system allows us to show."""

    GRANTED = "granted", _("granted")
    PROVISIONAL = "provisional", _("provisional")
    DENIED = "denied", _("denied")
    UNKNOWN = "unknown", _("not asked")


class Platform(models.TextChoices):
    IOS = "ios", _("iOS")
    ANDROID = "android", _("Android")
    WEB = "web", _("Web")
    WINDOWS = "windows", _("Windows")


def exactly_one_link() -> Q:
    """Of the four links to the library's rows, one is set."""
    choice = Q()
    for chosen in LINKS:
        nulls = {f"{link}__isnull": link != chosen for link in LINKS}
        choice |= Q(**nulls)
    return choice


def version_order(version: str) -> str:
    """A text that sorts as versions do: 5.10 after 5.9, 5.4.0 equal to 5.4."""
    pieces = [int(piece) for piece in re.findall(r"[0-9]+", version)[:8]]
    while pieces and pieces[-1] == 0:
        pieces.pop()
    return ".".join(f"{min(piece, 99_999_999):08}" for piece in pieces)


class InstallationQuerySet(models.QuerySet["Installation"]):
    def reachable(self, at: datetime) -> Self:
        """Those with a live token, not retired and not suspended at that moment.

        A suspension lasts 24 hours: then the device gets its second chance.
        """
        return self.filter(retired_at=None).filter(
            Q(suspended_at=None) | Q(suspended_at__lte=at - SUSPENSION)
        )


class Installation(models.Model):
    """What the library has no column for; the token lives in its device row.

    The library row's ``active`` is the one liveness flag. ``token_hash`` is the
    SHA-256 of the token; a retired installation keeps it, and of those that are not
    retired one has it.
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(
        Application, models.PROTECT, related_name="installations"
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="installations")
    key = models.CharField(
        _("installation id"), max_length=128, help_text=_("Chosen by the app.")
    )
    gateway = models.CharField(_("gateway"), max_length=8, choices=GatewayKind)
    environment = models.CharField(
        _("environment"),
        max_length=12,
        choices=Environment,
        default=Environment.PRODUCTION,
    )
    gcm = models.OneToOneField(
        GCMDevice, models.PROTECT, null=True, related_name="installation"
    )
    apns = models.OneToOneField(
        APNSDevice, models.PROTECT, null=True, related_name="installation"
    )
    webpush = models.OneToOneField(
        WebPushDevice, models.PROTECT, null=True, related_name="installation"
    )
    wns = models.OneToOneField(
        WNSDevice, models.PROTECT, null=True, related_name="installation"
    )
    token_hash = models.BinaryField(_("token hash"), max_length=32)
    secret_hash = models.BinaryField(_("secret hash"), max_length=32)
    vapid_key = models.CharField(
        _("web push key"),
        max_length=100,
        blank=True,
        default="",
        db_default="",
        help_text=_("The public key with which a browser subscribed."),
    )
    platform = models.CharField(_("platform"), max_length=8, choices=Platform)
    permission = models.CharField(
        _("permission"),
        max_length=12,
        choices=Permission,
        default=Permission.UNKNOWN,
    )
    model = models.CharField(_("model"), max_length=80, blank=True)
    os_version = models.CharField(_("system version"), max_length=40, blank=True)
    app_version = models.CharField(_("app version"), max_length=40, blank=True)
    app_version_order = models.CharField(max_length=80, blank=True, editable=False)
    locale = models.CharField(_("language"), max_length=20, blank=True)
    zone = models.CharField(_("time zone"), max_length=50, blank=True)
    is_test = models.BooleanField(_("test device"), default=False)
    tester = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="test_installations",
        verbose_name=_("tester"),
    )
    created_at = models.DateTimeField(_("created"))
    last_registered_at = models.DateTimeField(_("last registered"))
    last_seen_at = models.DateTimeField(_("last seen"))
    suspended_at = models.DateTimeField(_("suspended"), null=True, blank=True)
    strikes = models.PositiveSmallIntegerField(default=0, editable=False)
    strike_campaign = models.BigIntegerField(null=True, editable=False)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)
    retired_reason = models.CharField(_("why retired"), max_length=40, blank=True)

    objects = InstallationQuerySet.as_manager()

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "key"], name="one_device_per_installation_id"
            ),
            models.UniqueConstraint(
                fields=["application", "token_hash"],
                condition=Q(retired_at=None),
                name="one_live_device_per_token",
            ),
            models.CheckConstraint(
                condition=exactly_one_link(), name="exactly_one_library_row"
            ),
            models.CheckConstraint(
                condition=Q(is_test=False) | Q(tester__isnull=False),
                name="test_device_has_a_tester",
            ),
        ]
        indexes = [
            models.Index(fields=["token_hash"], name="installation_token_hash"),
            models.Index(
                fields=["person", "platform"],
                name="installation_live",
                condition=Q(retired_at=None),
            ),
            models.Index(
                fields=["application", "last_seen_at"], name="installation_seen"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_platform_display()} {self.model}".strip()


class InstallationChange(models.Model):
    """One line of a device's log: appended, never changed, without a token."""

    installation = models.ForeignKey(
        Installation, models.CASCADE, related_name="changes"
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    kind = models.CharField(_("what"), max_length=24)
    old = models.CharField(_("before"), max_length=80, blank=True)
    new = models.CharField(_("after"), max_length=80, blank=True)
    cause = models.CharField(_("cause"), max_length=80)
    actor = models.CharField(_("by"), max_length=120, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("device change")
        verbose_name_plural = _("device log")
        indexes = [
            models.Index(fields=["installation", "at"], name="change_installation"),
            models.Index(fields=["person", "at"], name="change_person"),
        ]

    def __str__(self) -> str:
        return self.kind

"""An application (one brand) and the credentials it sends with."""

import secrets
import uuid

from django.contrib.postgres.functions import RandomUUID
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from devices import expiry, said


class GatewayKind(models.TextChoices):
    """The provider behind a push token."""

    FCM = "fcm", _("Firebase Cloud Messaging")
    APNS = "apns", _("Apple Push Notification service")
    WEBPUSH = "webpush", _("Web Push")
    WNS = "wns", _("Windows Notification Service")


class Environment(models.TextChoices):
    """Which of the provider's worlds a token or a key belongs to."""

    PRODUCTION = "production", _("production")
    SANDBOX = "sandbox", _("sandbox")


class SendWith(models.TextChoices):
    """Whose code hands the messages over."""

    PUSHSITE = "pushsite", _("Pushsite's sender")
    LIBRARY = "library", _("django-push-notifications")


def new_public_key() -> str:
    """A key that may be read in an app: it names the application, no more."""
    return "pk_" + secrets.token_urlsafe(24)


def library_id(application_id: int, environment: str) -> str:
    """The ``application_id`` of the library's rows, which LibraryConfig is asked."""
    return f"{application_id}:{environment}"


class Application(models.Model):
    """One brand with its iOS, Android, web and Windows credentials."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(_("short name"), max_length=40, unique=True)
    public_key = models.CharField(
        _("public key"), max_length=64, unique=True, default=new_public_key
    )
    identity_key = models.TextField(
        _("identity key"),
        blank=True,
        help_text=_(
            "The public key (PEM, ES256 or RS256) of the server that signs who a "
            "person is."
        ),
    )
    identity_required = models.BooleanField(
        _("identity must be signed"),
        default=True,
        help_text=_(
            "When off, any app that holds the public key can say who its user is."
        ),
    )
    auto_opt_in = models.BooleanField(
        _("accepting the prompt is a yes"),
        default=True,
        help_text=_(
            "When on, a person who accepts the system's prompt is opted in, and the "
            "consent ledger says so."
        ),
    )
    stale_after = models.PositiveSmallIntegerField(
        _("days of silence"),
        null=True,
        blank=True,
        validators=[MinValueValidator(7)],
        help_text=_(
            "A device that was not heard of for so many days gets no message but those "
            "that win people back. Empty: silence means nothing."
        ),
    )
    link_schemes = models.JSONField(
        _("link schemes"),
        default=list,
        blank=True,
        help_text=_("Schemes that open a screen of the app, such as “shop”."),
    )
    send_with = models.CharField(
        _("send with"),
        max_length=12,
        choices=SendWith,
        default=SendWith.PUSHSITE,
        db_default=SendWith.PUSHSITE,
    )
    suppression_salt = models.UUIDField(
        default=uuid.uuid4, db_default=RandomUUID(), editable=False
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Credential(models.Model):
    """A provider's secret, encrypted at rest and never shown again.

    A paused credential holds every push of that gateway of that application.
    """

    application = models.ForeignKey(
        Application, models.PROTECT, related_name="credentials"
    )
    gateway = models.CharField(
        _("gateway"), max_length=8, choices=GatewayKind, default=GatewayKind.FCM
    )
    environment = models.CharField(
        _("environment"),
        max_length=12,
        choices=Environment,
        default=Environment.PRODUCTION,
    )
    sealed = models.BinaryField(_("secret"))
    fingerprint = models.CharField(_("fingerprint"), max_length=20, editable=False)
    account = models.CharField(
        _("account"),
        max_length=200,
        editable=False,
        help_text=_("The project, team or key that the secret belongs to."),
    )
    simulated = models.BooleanField(_("made by the simulator"), default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    checked_at = models.DateTimeField(_("last check"), null=True, blank=True)
    check_ok = models.BooleanField(_("last check passed"), null=True)
    check_sentence = models.TextField(_("answer of the last check"), blank=True)
    last_success_at = models.DateTimeField(_("last success"), null=True, blank=True)
    last_refusal_at = models.DateTimeField(_("last refusal"), null=True, blank=True)
    last_refusal = models.TextField(
        _("what was refused"), blank=True, default="", db_default=""
    )
    paused_at = models.DateTimeField(_("paused since"), null=True, blank=True)
    pause_reason = models.TextField(_("why it is paused"), blank=True)

    class Meta:
        verbose_name = _("credential")
        verbose_name_plural = _("credentials")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "gateway", "environment"],
                name="one_credential_per_gateway",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_gateway_display()} · {self.fingerprint}"

    @property
    def days_left(self) -> int | None:
        """Whole days until it ends; -1 when it has; None when it does not."""
        if self.expires_at is None:
            return None
        return expiry.days_left(self.expires_at, at=timezone.now())

    @property
    def why_paused(self) -> str:
        """The reason of the pause, in the reader's language."""
        return said.shown(self.pause_reason)

    @property
    def why_refused(self) -> str:
        """What the push service refused last, in the reader's language."""
        return said.shown(self.last_refusal)

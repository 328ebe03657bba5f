"""Our own screen before the system's one-shot prompt, and what devices answered."""

import re
import uuid

from django.conf import settings as site
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from devices.models import Application, Installation, Person
from devices.models.installations import Platform

from .media import MediaAsset
from .segments import Segment
from .states import PRIMER_MOVES, PrimerState, origins

COLOUR = re.compile(r"#[0-9a-f]{6}")
is_colour = RegexValidator(rf"^{COLOUR.pattern}$", _("Write a colour as #1a2b3c."))


class Layout(models.TextChoices):
    """How apps draw it."""

    SHEET = "sheet", _("Bottom sheet")
    MODAL = "modal", _("Modal")
    FULL = "full", _("Full screen")
    INLINE = "inline", _("Inline banner")


class WebLayout(models.TextChoices):
    """How the website script draws it."""

    SLIDE = "slide", _("Slide-down")
    MODAL = "modal", _("Modal")
    BANNER = "banner", _("Banner")


class Need(models.TextChoices):
    """What the messages are for: a person who unsubscribed may need the second."""

    PROMOTIONAL = "promotional", _("News and offers")
    TRANSACTIONAL = "transactional", _("What they ordered or asked for")


class ResponseKind(models.TextChoices):
    """One step of a showing. ACCEPTED and LATER are our buttons, the rest is seen."""

    SHOWN = "shown", pgettext_lazy("primer", "Shown")
    ACCEPTED = "accepted", pgettext_lazy("primer", "Accepted")
    LATER = "later", pgettext_lazy("primer", "Later")
    GRANTED = "granted", pgettext_lazy("primer", "Granted")
    DENIED = "denied", pgettext_lazy("primer", "Denied")


class PrimerQuerySet(models.QuerySet["Primer"]):
    def move(self, to: PrimerState, **changes: object) -> int:
        """Move those that may; the row count is the answer."""
        return self.filter(state__in=origins(PRIMER_MOVES, to)).update(
            state=to, **changes
        )

    def live_for(self, application_id: int, event: str) -> "PrimerQuerySet":
        """Those that a device may be given now, the newest first."""
        return self.filter(
            application=application_id, event=event, state=PrimerState.LIVE
        ).order_by("-live_at", "-id")


class Primer(models.Model):
    """What is edited. ``version`` grows with each save: the optimistic lock.

    ``locale`` is the language of its own texts. ``translations`` is a list of
    {"locale", "title", "text", "benefits", "accept", "later", "blocked", "settings"}:
    what is empty is taken from the primer. ``topics`` is a list of topic keys,
    ``platforms`` of platforms; ``minimum_seconds`` counts from the session's start.
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="primers")
    name = models.CharField(_("internal name"), max_length=120)
    state = models.CharField(
        _("state"), max_length=8, choices=PrimerState, default=PrimerState.DRAFT
    )
    version = models.PositiveIntegerField(default=1)
    is_sample = models.BooleanField(default=False)
    purpose = models.CharField(
        _("what for"), max_length=14, choices=Need, default=Need.PROMOTIONAL
    )
    layout = models.CharField(
        _("layout in apps"), max_length=8, choices=Layout, default=Layout.SHEET
    )
    web_layout = models.CharField(
        _("layout on websites"),
        max_length=8,
        choices=WebLayout,
        default=WebLayout.SLIDE,
    )
    locale = models.CharField(_("language"), max_length=20, default="en")
    title = models.CharField(_("title"), max_length=80, blank=True)
    text = models.TextField(_("text"), max_length=300, blank=True)
    benefits = models.JSONField(_("benefits"), default=list, blank=True)
    accept = models.CharField(_("button that accepts"), max_length=40, blank=True)
    later = models.CharField(_("button for later"), max_length=40, blank=True)
    blocked = models.TextField(_("when blocked"), max_length=300, blank=True)
    settings = models.CharField(_("button to the settings"), max_length=40, blank=True)
    translations = models.JSONField(_("translations"), default=list, blank=True)
    ground = models.CharField(max_length=7, default="#ffffff", validators=[is_colour])
    ink = models.CharField(max_length=7, default="#1f2933", validators=[is_colour])
    button_ground = models.CharField(
        max_length=7, default="#0f766e", validators=[is_colour]
    )
    button_ink = models.CharField(
        max_length=7, default="#ffffff", validators=[is_colour]
    )
    topics = models.JSONField(_("topics"), default=list, blank=True)
    asset = models.ForeignKey(
        MediaAsset,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
    )
    event = models.CharField(_("event"), max_length=80, blank=True)
    minimum_sessions = models.PositiveSmallIntegerField(default=1)
    minimum_seconds = models.PositiveSmallIntegerField(default=0)
    skips_first_session = models.BooleanField(default=True)
    wait_days = models.PositiveSmallIntegerField(default=14)
    most_times = models.PositiveSmallIntegerField(default=3)
    most_laters = models.PositiveSmallIntegerField(default=2)
    offers_settings = models.BooleanField(default=False)
    platforms = models.JSONField(_("platforms"), default=list, blank=True)
    minimum_version = models.CharField(max_length=40, blank=True)
    segment = models.ForeignKey(
        Segment, models.PROTECT, null=True, blank=True, verbose_name=_("segment")
    )
    created_by = models.ForeignKey(
        site.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created"))
    updated_at = models.DateTimeField(_("changed"))
    live_at = models.DateTimeField(_("live since"), null=True)

    objects = PrimerQuerySet.as_manager()

    class Meta:
        verbose_name = _("primer")
        verbose_name_plural = _("primers")
        ordering = ["-updated_at", "-id"]
        indexes = [
            models.Index(
                fields=["application", "event"],
                condition=Q(state="live"),
                name="primer_live",
            )
        ]

    def __str__(self) -> str:
        return self.name


class PrimerResponse(models.Model):
    """One step of one showing, once. Appended, never changed.

    ``showing`` names one time that a device was given a primer. ``key`` is the app's
    own id of the installation: a browser has one before it is a device of ours.
    """

    primer = models.ForeignKey(Primer, models.PROTECT, related_name="responses")
    version = models.PositiveIntegerField()
    showing = models.CharField(max_length=32)
    kind = models.CharField(max_length=8, choices=ResponseKind)
    key = models.CharField(max_length=128)
    installation = models.ForeignKey(
        Installation, models.SET_NULL, null=True, related_name="+"
    )
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    platform = models.CharField(max_length=8, choices=Platform)
    locale = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("primer response")
        verbose_name_plural = _("primer responses")
        constraints = [
            models.UniqueConstraint(
                fields=["showing", "kind"], name="one_response_per_showing_and_kind"
            )
        ]
        indexes = [
            models.Index(fields=["key", "primer"], name="response_key"),
        ]

    def __str__(self) -> str:
        return self.kind


class PrimerCount(models.Model):
    """How many responses of a kind came of one day (UTC): the funnel reads these."""

    primer = models.ForeignKey(Primer, models.CASCADE, related_name="counts")
    day = models.DateField()
    platform = models.CharField(max_length=8, choices=Platform)
    kind = models.CharField(max_length=8, choices=ResponseKind)
    total = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["primer", "day", "platform", "kind"],
                name="one_count_per_day_platform_and_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}: {self.total}"

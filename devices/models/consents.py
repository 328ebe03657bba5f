"""What people agreed to, and the proof of it."""

from typing import NamedTuple

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .applications import Application
from .installations import Installation
from .people import Person


class PreferenceState(models.TextChoices):
    """What the person said, for all devices. The last explicit word wins."""

    SUBSCRIBED = "subscribed", _("subscribed")
    OPTED_IN = "opted_in", _("opted in")
    UNSUBSCRIBED = "unsubscribed", _("unsubscribed")


class TopicWords(NamedTuple):
    """A topic as people read it in one language."""

    name: str
    description: str


class Topic(models.Model):
    """A subject that a person can switch on or off.

    ``texts`` are the name and description of other languages, by tag: {"fr": {"name",
    "description"}}. One that is required cannot be switched off by itself: it ends
    with the last message, when the person unsubscribes.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="topics")
    key = models.SlugField(_("key"), max_length=40)
    name = models.CharField(_("name"), max_length=80)
    description = models.TextField(_("description"), blank=True)
    default_on = models.BooleanField(
        _("on unless switched off"),
        default=True,
        help_text=_("Off where people must say yes before the first message."),
    )
    is_required = models.BooleanField(
        _("cannot be switched off"), default=False, db_default=False
    )
    texts = models.JSONField(_("texts"), default=dict, blank=True, db_default={})
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "key"], name="one_topic_per_key"
            ),
            models.CheckConstraint(
                condition=Q(is_required=False) | Q(default_on=True),
                name="required_topic_is_on_at_first",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def words(self, tag: str) -> TopicWords:
        """In the language of a tag: fr-CA, then fr, then as it was named first.

        A text without a name is none; one without a description has the first one.
        """
        for each in (tag, tag.partition("-")[0]):
            said = self.texts.get(each) or {}
            if name := said.get("name"):
                return TopicWords(name, said.get("description") or self.description)
        return TopicWords(self.name, self.description)


class Preference(models.Model):
    """A person's own answer. No row means subscribed, the state at creation."""

    person = models.OneToOneField(
        Person, models.CASCADE, primary_key=True, related_name="preference"
    )
    state = models.CharField(
        _("preference"),
        max_length=12,
        choices=PreferenceState,
        default=PreferenceState.SUBSCRIBED,
    )
    changed_at = models.DateTimeField(_("changed"))
    source = models.CharField(_("source"), max_length=80)
    paused_until = models.DateTimeField(
        _("paused until"),
        null=True,
        blank=True,
        help_text=_("Promotional messages wait until then."),
    )

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        indexes = [models.Index(fields=["state"], name="preference_state")]

    def __str__(self) -> str:
        return self.get_state_display()


class TopicPreference(models.Model):
    """A person's answer for one topic. No row means the topic's default."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="topic_preferences")
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="preferences")
    is_on = models.BooleanField(_("on"))
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("topic preference")
        verbose_name_plural = _("topic preferences")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "topic"], name="one_answer_per_topic"
            )
        ]

    def __str__(self) -> str:
        return f"{self.topic}: {_('on') if self.is_on else _('off')}"


class Wording(models.Model):
    """A text that people were shown, kept once however many answered it.

    ``hash`` is the SHA-256 of application, version, locale and text. What a file
    brought along belongs to no application: nobody's later answer finds it.
    """

    application = models.ForeignKey(
        Application, models.CASCADE, null=True, related_name="+"
    )
    hash = models.BinaryField(max_length=32, unique=True)
    version = models.CharField(_("version"), max_length=80, blank=True)
    locale = models.CharField(_("language"), max_length=20, blank=True)
    text = models.TextField(_("text shown"))
    kept_at = models.DateTimeField(_("first kept"))

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        indexes = [
            models.Index(
                fields=["application", "version", "locale"], name="wording_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.locale}".strip()


class ConsentEvent(models.Model):
    """One line of the consent ledger: appended, never changed.

    ``locale`` is the language in which the person was asked, ``installation`` the
    device on which they answered, ``proof`` what shows it where it was recorded
    elsewhere. ``until`` is the end of a pause.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="consent_events")
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, blank=True)
    old = models.CharField(_("before"), max_length=12)
    new = models.CharField(_("after"), max_length=12)
    source = models.CharField(_("source"), max_length=80)
    text_version = models.CharField(_("text shown"), max_length=80, blank=True)
    wording = models.ForeignKey(
        Wording, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    locale = models.CharField(
        _("language"), max_length=20, blank=True, default="", db_default=""
    )
    installation = models.ForeignKey(
        Installation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("device"),
    )
    proof = models.CharField(
        _("proof"), max_length=500, blank=True, default="", db_default=""
    )
    until = models.DateTimeField(_("until"), null=True, blank=True)
    actor = models.CharField(_("by"), max_length=120, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("consent event")
        verbose_name_plural = _("consent ledger")
        indexes = [
            models.Index(fields=["person", "at"], name="consent_person"),
            models.Index(fields=["at", "id"], name="consent_at"),
        ]
        permissions = [("export_consentevent", "Can export the consent ledger")]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"

"""What people agreed to, and the proof of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .applications import Application
from .people import Person


class PreferenceState(models.TextChoices):
    """What the person said, for all devices. The last explicit word wins."""

    SUBSCRIBED = "subscribed", _("subscribed")
    OPTED_IN = "opted_in", _("opted in")
    UNSUBSCRIBED = "unsubscribed", _("unsubscribed")


class Topic(models.Model):
    """A subject that a person can switch on or off."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="topics")
    key = models.SlugField(_("key"), max_length=40)
    name = models.CharField(_("name"), max_length=80)
    description = models.TextField(_("description"), blank=True)
    default_on = models.BooleanField(
        _("on unless switched off"),
        default=True,
        help_text=_("Off where people must say yes before the first message."),
    )
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "key"], name="one_topic_per_key"
            )
        ]

    def __str__(self) -> str:
        return self.name


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


class ConsentEvent(models.Model):
    """One line of the consent ledger: appended, never changed."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="consent_events")
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, blank=True)
    old = models.CharField(_("before"), max_length=12)
    new = models.CharField(_("after"), max_length=12)
    source = models.CharField(_("source"), max_length=80)
    text_version = models.CharField(_("text shown"), max_length=80, blank=True)
    actor = models.CharField(_("by"), max_length=120, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("consent event")
        verbose_name_plural = _("consent ledger")
        indexes = [models.Index(fields=["person", "at"], name="consent_person")]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"

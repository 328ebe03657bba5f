"""What an administrator enters once and a marketer picks from: an app's own names."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from devices.models import Application


class Registered(models.Model):
    """A name that the app knows (``key``) and the one that marketers read."""

    application = models.ForeignKey(
        Application,
        models.CASCADE,
        related_name="%(class)ss",
        verbose_name=_("application"),
    )
    key = models.CharField(_("name in the app"), max_length=100)
    name = models.CharField(_("name for marketers"), max_length=80)

    class Meta:
        abstract = True
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "key"],
                name="one_%(class)s_per_key",
                violation_error_message=_("This name is registered already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Importance(models.TextChoices):
    HIGH = "high", _("High: appears on screen with a sound")
    DEFAULT = "default", _("Default: makes a sound")
    LOW = "low", _("Low: no sound")
    MIN = "min", _("Minimal: no sound, not in the status bar")


class AndroidChannel(Registered):
    """A notification channel that the app made: Android fixes what it sounds like.

    The ``is_fallback`` one of an application takes every message that chose none.
    """

    importance = models.CharField(
        _("importance"),
        max_length=8,
        choices=Importance,
        default=Importance.DEFAULT,
    )
    is_fallback = models.BooleanField(
        _("used where a message chooses none"), default=False
    )

    class Meta(Registered.Meta):
        verbose_name = _("Android channel")
        verbose_name_plural = _("Android channels")
        constraints = [
            *Registered.Meta.constraints,
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(is_fallback=True),
                name="one_fallback_channel",
                violation_error_message=_(
                    "Another channel is the fallback of this application already."
                ),
            ),
        ]


class IosCategory(Registered):
    """A category that the app registered: it decides the buttons on iPhones."""

    buttons = models.CharField(
        _("its buttons"),
        max_length=200,
        blank=True,
        help_text=_("What they say, with commas between, so that marketers know."),
    )

    class Meta(Registered.Meta):
        verbose_name = _("iOS category")
        verbose_name_plural = _("iOS categories")


class IosThread(Registered):
    """A group under which an iPhone gathers messages."""

    class Meta(Registered.Meta):
        verbose_name = _("iOS thread group")
        verbose_name_plural = _("iOS thread groups")


class SoundPlatform(models.TextChoices):
    IOS = "ios", "iOS"
    ANDROID = "android", "Android"


class Sound(Registered):
    """A sound file that the app brings; ``key`` is its file or resource name."""

    platform = models.CharField(
        _("platform"), max_length=8, choices=SoundPlatform, default=SoundPlatform.IOS
    )

    class Meta(Registered.Meta):
        verbose_name = _("sound")
        verbose_name_plural = _("sounds")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "platform", "key"],
                name="one_sound_per_key",
                violation_error_message=_("This name is registered already."),
            )
        ]


class ParameterKind(models.TextChoices):
    TEXT = "text", _("A text")
    NUMBER = "number", _("A number")


PARAMETER = re.compile(r"\{([a-z][a-z0-9_]{0,29})\}")
NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,9})?")
PERSONAL = re.compile(r"\{[{%]")
"""A value that differs from person to person begins so."""


class Destination(Registered):
    """Where a tap goes: a screen of the app and a page of the site.

    The links hold parameters as {sku}; ``parameters`` is a list of {"name", "label",
    "kind", "required"}, of the kinds of ParameterKind. A platform without a link opens
    what the message says.
    """

    ios = models.CharField(_("link on iPhones"), max_length=500, blank=True)
    android = models.CharField(_("link on Android"), max_length=500, blank=True)
    web = models.CharField(_("page of the website"), max_length=500, blank=True)
    parameters = models.JSONField(_("parameters"), default=list, blank=True)

    class Meta(Registered.Meta):
        verbose_name = _("destination")
        verbose_name_plural = _("destinations")

    def link(self, platform: str, values: Mapping[str, Any]) -> str:
        """The link of a platform with these values in it, "" without one.

        A value that is the same for everybody is written as a part of an address is.
        """
        pattern: str = getattr(self, platform, "")
        return PARAMETER.sub(lambda found: _part(values.get(found[1], "")), pattern)

    def problems(self, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """(parameter, sentence) for each value that is missing or of another kind."""
        for each in self.parameters:
            value = str(values.get(each["name"], "")).strip()
            if not value:
                if each.get("required"):
                    yield each["name"], gettext("Fill this in: the link needs it.")
            elif each["kind"] == ParameterKind.NUMBER and not _is_number(value):
                yield each["name"], gettext("Write a number, or a value of the person.")


def _part(value: Any) -> str:
    text = str(value).strip()
    return text if PERSONAL.search(text) else quote(text, safe="")


def _is_number(value: str) -> bool:
    return bool(PERSONAL.search(value) or NUMBER.fullmatch(value))


__all__ = [
    "AndroidChannel",
    "Destination",
    "IosCategory",
    "IosThread",
    "ParameterKind",
    "Registered",
    "Sound",
]

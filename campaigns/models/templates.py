"""What a team writes once and uses again: whole messages, and passages of text."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from devices.models import Application

User = settings.AUTH_USER_MODEL
NAMED = re.compile(r"\{\{-?\s*block\.([a-z0-9_]{1,40})\s*-?\}\}")
"""A block in a text: ``{{ block.footer }}``."""


class MessageTemplate(models.Model):
    """A message to begin with. ``fields`` are columns of a campaign, by name."""

    application = models.ForeignKey(
        Application, models.PROTECT, related_name="message_templates"
    )
    name = models.CharField(_("name"), max_length=120)
    description = models.CharField(_("what it is for"), max_length=300, blank=True)
    fields = models.JSONField(encoder=DjangoJSONEncoder)
    saved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField(_("saved"))
    archived_at = models.DateTimeField(_("archived"), null=True)

    class Meta:
        verbose_name = _("message template")
        verbose_name_plural = _("message templates")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "name"],
                condition=models.Q(archived_at=None),
                name="one_template_per_name",
            )
        ]

    def __str__(self) -> str:
        return self.name


class ContentBlockQuerySet(models.QuerySet["ContentBlock"]):
    def filled(self, content: dict[str, Any], application_id: int) -> dict[str, Any]:
        """A message's content with its blocks in the place of their names.

        Each in the language of the part that it stands in. A name without a block
        stays as it is: the check of the text says so.
        """
        wanted = set(NAMED.findall(" ".join(_texts(content))))
        if not wanted:
            return content
        rows = self.filter(application=application_id, key__in=wanted)
        blocks = {each.key: each for each in rows}
        filled: dict[str, Any] = _filled(content, blocks, "")
        return filled


class ContentBlock(models.Model):
    """A passage of text by its ``key``; ``translations`` are {"locale", "text"}.

    A scheduled campaign keeps what the block said then: its revision has the text.
    """

    application = models.ForeignKey(
        Application, models.PROTECT, related_name="content_blocks"
    )
    key = models.CharField(_("key"), max_length=40)
    locale = models.CharField(_("language"), max_length=20)
    text = models.TextField(_("text"))
    translations = models.JSONField(_("translations"), default=list)
    is_locked = models.BooleanField(_("locked"), default=False)
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(_("changed"))

    objects = ContentBlockQuerySet.as_manager()

    class Meta:
        verbose_name = _("content block")
        verbose_name_plural = _("content blocks")
        ordering = ["key"]
        permissions = [("lock_contentblock", _("Can change locked content blocks"))]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "key"], name="one_block_per_key"
            )
        ]

    def __str__(self) -> str:
        return self.key

    def text_in(self, locale: str) -> str:
        """The text for a language: fr-CA, then fr, then the block's own."""
        texts = {each["locale"].lower(): each["text"] for each in self.translations}
        texts |= {self.locale.lower(): self.text}
        tag = locale.lower()
        while tag:
            if tag in texts:
                return texts[tag]
            tag = tag.rpartition("-")[0]
        return self.text


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _filled(value: Any, blocks: Mapping[str, ContentBlock], locale: str) -> Any:
    if isinstance(value, str):
        return NAMED.sub(lambda found: _said(found, blocks, locale), value)
    if isinstance(value, Mapping):
        inside = value.get("locale", locale)
        return {name: _filled(each, blocks, inside) for name, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, blocks, locale) for each in value]
    return value


def _said(found: re.Match[str], blocks: Mapping[str, ContentBlock], locale: str) -> str:
    block = blocks.get(found[1])
    return block.text_in(locale) if block else found[0]

"""Codes that are each given away once: lists that a team uploads."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from devices.models import Application

NAMED = re.compile(r"\bpromo\.([a-z][a-z0-9_]{0,39})\b")
"""A list in a text: ``{{ promo.summer }}``."""

STAND_IN = "CODE"


class PromoListQuerySet(models.QuerySet["PromoList"]):
    def names(self, application_id: int) -> list[str]:
        """What the texts of an application may name: "promo.summer"."""
        rows = self.filter(application=application_id).values_list("key", flat=True)
        return [f"promo.{key}" for key in rows]

    def stand_ins(
        self, content: Mapping[str, Any], application_id: int
    ) -> dict[str, str]:
        """By key, what stands for a code of each list that a content names.

        As long as the longest code, so that what is weighed is what may leave.
        """
        wanted = set(NAMED.findall(" ".join(_texts(content))))
        if not wanted:
            return {}
        rows = self.filter(application=application_id, key__in=wanted)
        return {each.key: each.stand_in for each in rows}


class PromoList(models.Model):
    """A list of codes by its ``key``. ``codes`` is how many were ever uploaded.

    ``fallback`` is what people read when none is left, "" leaves them out; ``longest``
    the characters of the longest code.
    """

    application = models.ForeignKey(
        Application, models.PROTECT, related_name="promo_lists"
    )
    key = models.CharField(_("name in texts"), max_length=40)
    name = models.CharField(_("name"), max_length=80)
    fallback = models.CharField(_("when none is left"), max_length=100, blank=True)
    codes = models.PositiveIntegerField(_("codes"), default=0)
    longest = models.PositiveSmallIntegerField(default=len(STAND_IN))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created"))

    objects = PromoListQuerySet.as_manager()

    class Meta:
        verbose_name = _("list of promo codes")
        verbose_name_plural = _("lists of promo codes")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "key"], name="one_promo_list_per_key"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stand_in(self) -> str:
        return (STAND_IN + "X" * self.longest)[: max(1, self.longest)]


class PromoCode(models.Model):
    """One code. ``run_id`` and ``seq`` are the delivery that has it, for good."""

    list = models.ForeignKey(PromoList, models.CASCADE, related_name="+")
    code = models.CharField(max_length=100)
    run_id = models.BigIntegerField(null=True)
    seq = models.IntegerField(null=True)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("promo code")
        verbose_name_plural = _("promo codes")
        constraints = [
            models.UniqueConstraint(fields=["list", "code"], name="one_code_per_list"),
            models.UniqueConstraint(
                fields=["list", "run_id", "seq"],
                condition=Q(run_id__isnull=False),
                name="one_code_per_delivery",
            ),
        ]
        indexes = [
            models.Index(
                fields=["list", "id"],
                condition=Q(run_id__isnull=True),
                name="promo_code_unused",
            )
        ]

    def __str__(self) -> str:
        """Without the code: it is worth money."""
        return f"{self.list_id}/{self.pk}"


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)

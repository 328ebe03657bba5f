"""The library as pages show it: a page by its position, and what may be chosen.

A page costs the same however far down it is, and nothing here counts all rows.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import (
    Exists,
    Func,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.content.options import PLATFORMS
from campaigns.media import uses
from campaigns.models import Campaign, MediaAsset, Primer

PAGE = 24
CHOICES = 50
LONGEST_NUMBER = 18
MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class Tab:
    key: str
    word: str | Promise
    only: Callable[[], Q]


def _is_used() -> Q:
    """Shown by a primer, or a campaign: itself, a language or a platform of it."""
    own = Q(asset=OuterRef("pk")) | Q(icon=OuterRef("pk"))
    part = Func(Value("asset"), OuterRef("pk"), function="jsonb_build_object")
    whole = Func(part, function="jsonb_build_array", output_field=JSONField())
    within = Q(translations__contains=whole)
    for platform in PLATFORMS:
        of_it = Func(Value(platform), part, function="jsonb_build_object")
        within |= Q(platforms__contains=Cast(of_it, JSONField()))
    within |= Q(uses.in_a_variant(OuterRef("pk")))
    shown = Campaign.objects.filter(own | within)
    primers = Primer.objects.filter(asset=OuterRef("pk"))
    return Q(Exists(shown)) | Q(Exists(primers))


TABS = (
    Tab("", pgettext_lazy("pictures", "All"), lambda: Q(archived_at=None)),
    Tab("used", _("Used"), lambda: Q(archived_at=None) & _is_used()),
    Tab("archived", _("Archived"), lambda: Q(archived_at__isnull=False)),
)


@dataclass(frozen=True, slots=True)
class Page:
    assets: list[MediaAsset]
    older: str
    """The position to ask for next, or "" at the end."""


def tab(key: str) -> Tab:
    """The tab of that key, or All."""
    return next((each for each in TABS if each.key == key), TABS[0])


def page(
    application: int, chosen: Tab, *, words: str, before: str, tag: str = ""
) -> Page:
    """At most PAGE pictures, newest first, after the position ``before``.

    Each of the words stands in the name, the description or a tag.
    """
    found = MediaAsset.objects.filter(chosen.only(), application=application)
    found = found.annotate(tagged=Cast("tags", TextField()))
    for word in words.split()[:MOST_WORDS]:
        found = found.filter(_has(word))
    if tag:
        found = found.filter(tags__contains=[tag])
    if before.isdecimal() and len(before) <= LONGEST_NUMBER:
        found = found.filter(pk__lt=int(before))
    rows = list(_drawn(found)[: PAGE + 1])
    older = str(rows[PAGE - 1].pk) if len(rows) > PAGE else ""
    return Page(assets=rows[:PAGE], older=older)


def _has(word: str) -> Q:
    words = Q(name__icontains=word) | Q(alt_text__icontains=word)
    return words | Q(tagged__icontains=word)


def choices(application: int) -> list[MediaAsset]:
    """The newest pictures that a message of this application may show."""
    mine = MediaAsset.objects.filter(application=application, archived_at=None)
    return list(mine[:CHOICES])


def _drawn(assets: QuerySet[MediaAsset]) -> QuerySet[MediaAsset]:
    return assets.order_by("-pk").prefetch_related("renditions")

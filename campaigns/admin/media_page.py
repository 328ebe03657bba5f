"""What the pages of a picture say of it: sizes, marks, uses, sentences."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from campaigns import media
from campaigns.admin import status
from campaigns.content import images
from campaigns.content.shapes import BY_KIND, SHAPES
from campaigns.media import deleting, uses
from campaigns.models import MediaAsset, Rendition
from campaigns.models.media import FILM

LONGEST_NUMBER = 18
UNCUT = ("image/gif", FILM)
"""What moves is shown whole."""


@dataclass(frozen=True, slots=True)
class Strip:
    """One rendition as the asset page shows it."""

    rendition: Rendition
    is_small: bool
    is_cut: bool


def number(text: str) -> int:
    """A row's number from a form; 0, which no row has, for anything else."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else 0


def share(text: str | None, otherwise: float) -> float:
    """Per cent from a form as a share, to a tenth of a per cent."""
    try:
        per_cent = float((text or "").replace(",", "."))
    except ValueError:
        return otherwise
    if not 0 <= per_cent <= 100:
        return otherwise
    moved = round(per_cent / 100, 3)
    return otherwise if abs(moved - otherwise) < 0.0005 else moved


def facts(asset: MediaAsset) -> dict[str, Any]:
    """What the asset page needs besides the picture itself."""
    mine = {each.kind: each for each in asset.renditions.all()}
    return {
        "strip": [
            Strip(
                mine[shape.kind],
                images.is_small(
                    shape.kind, mine[shape.kind].width, mine[shape.kind].height
                ),
                not shape.whole and mine[shape.kind].media_type not in UNCUT,
            )
            for shape in SHAPES
            if shape.kind in mine
        ],
        "missing": len(BY_KIND.keys() - mine.keys()),
        "remarks": remarks(asset),
        "uses": [
            (each, status.of_campaign(each.campaign, None))
            for each in media.used_in(asset)
        ],
        "primers": uses.primers_with(asset),
        "hindrance": deleting.hindrance(asset),
        "focal": (per_cent(asset.focal_x), per_cent(asset.focal_y)),
    }


def find(asset_id: int) -> MediaAsset:
    """The picture with its renditions, or 404."""
    rows = MediaAsset.objects.select_related("application", "created_by")
    return get_object_or_404(rows.prefetch_related("renditions"), pk=asset_id)


def day(text: str | None) -> date | None:
    """A day as forms send it; None for anything else."""
    try:
        return parse_date(text or "")
    except ValueError:
        return None


def per_cent(part: float) -> float:
    return round(part * 100, 1)


def remarks(asset: MediaAsset) -> list[str]:
    """What to know of this picture before it is used."""
    mine = [each for each in asset.renditions.all() if each.media_type != FILM]
    sizes = {each.kind: (each.width, each.height) for each in mine}
    found = list(images.remarks((asset.width, asset.height), sizes))
    kinds = {each.kind: each.media_type for each in asset.renditions.all()}
    if asset.frames > 1 and kinds.get("ios_wide") == "image/gif":
        found.append(
            _("iPhones show it moving; Android and browsers its first picture.")
        )
    elif asset.frames > 1 and kinds.get("ios_wide") != FILM:
        found.append(
            _("It is too heavy to be sent moving: every phone shows its first picture.")
        )
    return found


def said(kept: media.Kept) -> str:
    """What became of an upload, in one or two sentences."""
    name = {"name": kept.asset.name}
    if not kept.is_new:
        return _("“%(name)s” was in the library already.") % name
    told = [_("“%(name)s” is in the library.") % name, *remarks(kept.asset)]
    if kept.moved:
        told.append(
            _("It moved; only its first picture was kept. Use a GIF for what moves.")
        )
    return " ".join(told)

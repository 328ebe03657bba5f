"""Where a picture is used: campaigns, their languages, platforms, icons, primers."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BooleanField,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Value,
)

from campaigns.content.options import PLATFORMS
from campaigns.models import Campaign, MediaAsset, Primer, Run, contents, variants
from campaigns.models.states import OPEN_RUNS, CampaignState
from devices.models.installations import Platform

SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One campaign that shows a picture.

    ``locales``, ``platforms`` and ``variants`` have it as their own; ``is_waiting``:
    scheduled; ``is_running``: a run of it may still send.
    """

    campaign: Campaign
    is_picture: bool
    is_icon: bool
    locales: tuple[str, ...]
    platforms: tuple[str, ...]
    variants: tuple[str, ...]
    is_waiting: bool
    is_running: bool


def used_in(asset: MediaAsset) -> list[Use]:
    """The campaigns that show it, newest change first; at most SHOWN."""
    under_way = Run.objects.filter(campaign=OuterRef("pk"), state__in=OPEN_RUNS)
    rows = showing(asset.pk).annotate(is_running=Exists(under_way))
    return [_use(each, asset.pk) for each in rows[:SHOWN]]


def primers_with(asset: MediaAsset) -> list[Primer]:
    """The primers that show it, by name; at most SHOWN."""
    return list(Primer.objects.filter(asset=asset).order_by("name")[:SHOWN])


def showing(asset: int) -> QuerySet[Campaign]:
    """Every campaign that shows it, archived ones too."""
    own = Q(asset=asset) | Q(icon=asset)
    return Campaign.objects.filter(own | _within(asset))


def _within(asset: int) -> Q:
    """A language, a platform or a card has it as its own."""
    found = Q(translations__contains=[{"asset": asset}])
    found |= Q(platforms__contains={contents.ALL: {"cards": [{"asset": asset}]}})
    found |= Q(in_a_variant(asset))
    for platform in PLATFORMS:
        found |= Q(platforms__contains={platform: {"asset": asset}})
    return found


def in_a_variant(asset: Any) -> Func:
    """Whether a variant of a campaign has this picture, anywhere in what it says."""
    return Func(
        F("variants"),
        Value("$.** ? (@.asset == $a || @.icon == $a)"),
        Func(Value("a"), asset, function="jsonb_build_object"),
        template="jsonb_path_exists(%(expressions)s)",
        output_field=BooleanField(),
    )


def used_among(assets: Collection[int]) -> set[int]:
    """Those of these assets that a campaign or a primer shows."""
    own = Campaign.objects.filter(Q(asset__in=assets) | Q(icon__in=assets))
    found = {each for pair in own.values_list("asset", "icon") for each in pair}
    primers = Primer.objects.filter(asset__in=assets)
    found |= set(primers.values_list("asset", flat=True))
    within = Q(pk__in=())
    for asset in assets:
        within |= _within(asset)
    for campaign in Campaign.objects.filter(within):
        for _key, each in variants.views(campaign):
            found |= {one for one in (each.asset_id, each.icon_id) if one}
            found |= {said.get("asset") for said in each.translations}
            found |= set(contents.assets(each.platforms))
    return found & set(assets)


def _use(campaign: Campaign, asset: int) -> Use:
    return Use(
        campaign=campaign,
        is_picture=campaign.asset_id == asset,
        is_icon=campaign.icon_id == asset,
        locales=tuple(
            each["locale"]
            for each in campaign.translations
            if each.get("asset") == asset
        ),
        platforms=tuple(
            str(Platform(platform).label)
            for platform, said in campaign.platforms.items()
            if platform in PLATFORMS and said.get("asset") == asset
        ),
        variants=tuple(
            each["key"]
            for each in campaign.variants
            if _says(variants.view(campaign, each["key"]), asset)
        ),
        is_waiting=campaign.state == CampaignState.SCHEDULED,
        is_running=campaign.is_running,  # type: ignore[attr-defined]
    )


def _says(campaign: Campaign, asset: int) -> bool:
    shown = [campaign.asset_id, campaign.icon_id, *contents.assets(campaign.platforms)]
    shown += [each.get("asset") for each in campaign.translations]
    return asset in shown

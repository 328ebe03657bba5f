"""Checks of pictures: described, cut for every screen, fetchable, sharp, light."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.content import images
from campaigns.content.render import IMAGE_OF
from campaigns.models import Campaign, MediaAsset, Rendition, contents
from campaigns.models.media import FILM
from devices.models import Credential

from .funnel import Funnel
from .problem import Problem, look, ok, stop

MEGABYTE, GIGABYTE = 1_000_000, 1_000_000_000
HEAVY_RUN = 5 * GIGABYTE
MOSTLY = 0.5
SHOWN_KINDS = frozenset(IMAGE_OF.values())


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture that the message shows, with its renditions by kind.

    ``field`` leads to where it was chosen; ``needed`` are the kinds that it must have.
    """

    asset: MediaAsset
    field: str
    needed: frozenset[str]
    renditions: dict[str, Rendition]


def pictures(campaign: Campaign, counted: Funnel | None) -> Iterator[Problem]:
    """Every check of the pictures; nothing where none is shown."""
    shown = list(shown_by(campaign))
    if not shown:
        return
    found = [problem for each in shown for problem in _of_one(each)]
    found += [*_unfetchable(campaign, shown), *_weight(shown, counted)]
    found += _unseen(shown, counted)
    yield from found
    if not found:
        yield ok(
            ngettext(
                "The picture is described, and cut for every screen.",
                "The pictures are described, and cut for every screen.",
                len(shown),
            )
        )


def shown_by(campaign: Campaign) -> Iterator[Shown]:
    """The pictures of a campaign, its languages, platforms and cards, and its icon."""
    said = {each["asset"]: each for each in campaign.translations if each.get("asset")}
    wanted = {campaign.asset_id: "asset"} if campaign.asset_id else {}
    for asset in said:
        wanted.setdefault(asset, "translations")
    places = [(asset, field, SHOWN_KINDS) for asset, field in wanted.items()]
    if campaign.icon_id:
        places.append((campaign.icon_id, "icon", frozenset({"web_icon"})))
    for platform, own in campaign.platforms.items():
        if own.get("asset") and platform in IMAGE_OF:
            needed = frozenset({IMAGE_OF[platform]})
            places.append((own["asset"], f"{platform}:asset", needed))
    for card in campaign.platforms.get(contents.ALL, {}).get("cards", ()):
        if card.get("asset"):
            places.append((card["asset"], "cards", frozenset({contents.CARD})))
    rows = MediaAsset.objects.prefetch_related("renditions")
    assets = rows.in_bulk({asset for asset, *_rest in places})
    for asset, field, needed in places:
        if asset in assets:
            mine = {each.kind: each for each in assets[asset].renditions.all()}
            yield Shown(assets[asset], field, needed, mine)


def _of_one(shown: Shown) -> Iterator[Problem]:
    name = {"name": shown.asset.name}
    if shown.field != "icon" and not shown.asset.alt_text.strip():
        yield stop(
            _("The picture “%(name)s” has no description for those who do not see it.")
            % name,
            _("Open it in the media library, and say in a sentence what it shows."),
            shown.field,
        )
    if any(_is_heavy(shown, kind) for kind in shown.needed):
        yield stop(
            _("The picture “%(name)s” is too heavy for phones: over 1 MB.") % name,
            _("Upload it again, or choose another picture."),
            shown.field,
        )
    if shown.needed - shown.renditions.keys():
        yield stop(
            _("The picture “%(name)s” lacks a size that phones need.") % name,
            _("Upload it again, or choose another picture."),
            shown.field,
        )
        return
    sizes = {
        kind: (each.width, each.height)
        for kind, each in shown.renditions.items()
        if each.media_type != FILM
    }
    if shown.field != "icon":
        for remark in images.remarks((shown.asset.width, shown.asset.height), sizes):
            sentence = _("The picture “%(name)s” is small. %(remark)s")
            yield look(
                sentence % {**name, "remark": remark},
                _("Choose a larger picture, if you have one."),
                shown.field,
                code="picture.small",
            )


def _is_heavy(shown: Shown, kind: str) -> bool:
    """FCM takes a picture of at most 1 MB; GIFs for other screens may be larger."""
    rendition = shown.renditions.get(kind)
    return kind == "android_big" and rendition is not None and rendition.size > MEGABYTE


def _unfetchable(campaign: Campaign, shown: list[Shown]) -> Iterator[Problem]:
    """Real phones fetch from https addresses only; the simulator's need no phone."""
    addresses = [
        each.renditions[kind].file.url
        for each in shown
        for kind in each.needed & each.renditions.keys()
    ]
    if all(each.startswith("https://") for each in addresses):
        return
    mine = Credential.objects.filter(application=campaign.application_id)
    if mine.filter(simulated=False).exists():
        yield stop(
            _("Phones cannot fetch the picture: its address is not an https address."),
            _(
                "Ask an administrator to set SITE_URL or MEDIA_PUBLIC_URL to an "
                "address that begins with https:// and is open to the internet."
            ),
            "asset",
        )


def _weight(shown: list[Shown], counted: Funnel | None) -> Iterator[Problem]:
    """What all phones fetch together, if they show the heaviest one."""
    if counted is None:
        return
    total = sum(
        devices * max((_bytes(each, platform) for each in shown), default=0)
        for platform, devices in counted.by_platform.items()
    )
    if total < HEAVY_RUN:
        return
    sentence = _(
        "The phones will fetch about %(size)s GB of pictures from this server."
    )
    yield look(
        sentence % {"size": number_format(total / GIGABYTE, 0, force_grouping=True)},
        _("Ask an administrator for a CDN in front of it (MEDIA_PUBLIC_URL)."),
        "asset",
        code="picture.weight",
    )


def _unseen(shown: list[Shown], counted: Funnel | None) -> Iterator[Problem]:
    """Whether most devices are browsers, of which only some show a picture."""
    web = counted.by_platform.get("web", 0) if counted else 0
    pictured = any(each.field != "icon" for each in shown)
    if counted and pictured and web > MOSTLY * counted.reached_devices:
        yield look(
            _("Most of these devices are browsers: some of them show no picture."),
            _("Say what matters in the text as well."),
            "asset",
            code="picture.unseen",
        )


def _bytes(shown: Shown, platform: str) -> int:
    kind = "web_icon" if shown.field == "icon" else IMAGE_OF.get(platform, "")
    rendition = shown.renditions.get(kind)
    return rendition.size if rendition and kind in shown.needed else 0

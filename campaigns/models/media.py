"""Pictures: the asset that a marketer uploads, and the renditions that phones fetch."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from devices.models import Application

FILM = "video/mp4"
SHARE = [MinValueValidator(0.0), MaxValueValidator(1.0)]


class RenditionKind(models.TextChoices):
    """What a rendition is for; sizes and formats are campaigns.content.images'."""

    ANDROID_BIG = "android_big", _("Android, big picture")
    ANDROID_ICON = "android_icon", _("Android, large icon")
    IOS_WIDE = "ios_wide", _("iPhone, wide")
    IOS_SQUARE = "ios_square", _("iPhone, square")
    WEB_IMAGE = "web_image", _("Browser, image")
    WEB_ICON = "web_icon", _("Browser, icon")
    PRIMER_WIDE = "primer_wide", _("Primer, wide")
    PRIMER_SQUARE = "primer_square", _("Primer, square")
    THUMB = "thumb", _("Thumbnail")


class MediaAsset(models.Model):
    """A picture as it was uploaded, decoded and written anew.

    ``master`` is the picture that renditions are made from: upright, in sRGB, without
    metadata. ``focal_x`` and ``focal_y`` are shares of its width and height that
    every crop keeps in sight. ``digest`` is the SHA-256 of the master. ``tags`` are
    words in small letters, sorted; ``use_until`` is the last day on which it may be
    shown; ``source`` the address that it was fetched from.
    """

    application = models.ForeignKey(
        Application, models.PROTECT, related_name="media_assets"
    )
    name = models.CharField(_("name"), max_length=120)
    alt_text = models.CharField(
        _("description for those who do not see it"), max_length=250, blank=True
    )
    tags = models.JSONField(_("tags"), default=list, blank=True, db_default=[])
    licence = models.CharField(
        _("rights"), max_length=250, blank=True, default="", db_default=""
    )
    use_until = models.DateField(_("may be shown until"), null=True, blank=True)
    source = models.TextField(_("source"), blank=True, default="", db_default="")
    master = models.FileField(max_length=200)
    media_type = models.CharField(max_length=20)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    size = models.PositiveIntegerField(_("size"), help_text=_("In bytes."))
    frames = models.PositiveSmallIntegerField(default=1)
    has_alpha = models.BooleanField(default=False)
    digest = models.CharField(max_length=64)
    focal_x = models.FloatField(default=0.5, validators=SHARE)
    focal_y = models.FloatField(default=0.5, validators=SHARE)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("uploaded"))
    archived_at = models.DateTimeField(_("archived"), null=True)

    class Meta:
        verbose_name = _("media asset")
        verbose_name_plural = _("media assets")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "digest"],
                condition=models.Q(archived_at=None),
                name="one_asset_per_picture",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def thumb(self) -> str:
        """What our pages show of it; "" while it has no thumbnail."""
        mine = self.renditions.all()
        return next(
            (each.here for each in mine if each.kind == RenditionKind.THUMB), ""
        )

    @property
    def film(self) -> "Rendition | None":
        """What iPhones show instead of the picture; None where it is the picture."""
        mine = self.renditions.all()
        return next((each for each in mine if each.media_type == FILM), None)


class RenditionQuerySet(models.QuerySet["Rendition"]):
    def urls(self, assets: Collection[int]) -> dict[int, dict[str, str]]:
        """Public addresses by asset and by kind of rendition."""
        found: Mapping[int, dict[str, str]] = defaultdict(dict)
        for each in self.filter(asset__in=assets):
            found[each.asset_id][each.kind] = each.file.url
        return dict(found)


class Rendition(models.Model):
    """One size of an asset, named by its content: an address never changes its bytes.

    ``width`` and ``height`` in pixels, ``size`` in bytes.
    """

    asset = models.ForeignKey(MediaAsset, models.CASCADE, related_name="renditions")
    kind = models.CharField(_("for"), max_length=16, choices=RenditionKind)
    file = models.FileField(max_length=200)
    media_type = models.CharField(max_length=20)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    size = models.PositiveIntegerField(_("size"), help_text=_("In bytes."))

    objects = RenditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("rendition")
        verbose_name_plural = _("renditions")
        constraints = [
            models.UniqueConstraint(
                fields=["asset", "kind"], name="one_rendition_per_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.asset} · {self.get_kind_display()}"

    @property
    def here(self) -> str:
        """Its address for our own pages: they may be open under another host name."""
        return self.file.url.removeprefix(settings.SITE_URL)

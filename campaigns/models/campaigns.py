"""A campaign as it is edited, and the immutable revision that a run points to."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from devices.models import Application, Topic

from . import contents, variants
from .media import MediaAsset, Rendition
from .promo_codes import PromoList
from .segments import Segment
from .states import CAMPAIGN_MOVES, OPEN_RUNS, CampaignState, origins
from .templates import ContentBlock

User = settings.AUTH_USER_MODEL


class Purpose(models.TextChoices):
    PROMOTIONAL = "promotional", _("Promotional")
    TRANSACTIONAL = "transactional", _("Transactional")


class Policy(models.TextChoices):
    """What to do when nobody can know whether a push arrived."""

    NEVER_DUPLICATE = "never_duplicate", _("Never twice")
    NEVER_MISS = "never_miss", _("Never missed")


class AudienceKind(models.TextChoices):
    """There is no default audience: a blank kind cannot be launched."""

    SEGMENT = "segment", _("A segment")
    EVERYONE = "everyone", _("Everyone")


class DeviceReach(models.TextChoices):
    """Which devices of a person get it."""

    ALL = "", _("All their devices")
    LATEST = "latest", _("Only the one that they used last")
    IPHONES = "iphone", _("All, but of Apple’s only iPhones")
    IPADS = "ipad", _("All, but of Apple’s only iPads")


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def move(self, to: CampaignState, **changes: object) -> int:
        """Move those that may; the row count is the answer."""
        return self.filter(state__in=origins(CAMPAIGN_MOVES, to)).update(
            state=to, **changes
        )

    def idle(self) -> "CampaignQuerySet":
        """Those with no occurrence to come and no run that may still send."""
        under_way = models.Q(runs__state__in=OPEN_RUNS)
        return self.filter(next_at=None).exclude(under_way)


class Campaign(models.Model):
    """What is edited. ``version`` grows with each save: the optimistic lock.

    ``schedule`` is campaigns.schedule's JSON. ``next_slot`` and ``next_at`` are its
    next firing: local slot and instant (UTC). It is for ``confirmed_people``.

    ``locale`` is the language of title and body. ``translations`` is a list of
    {"locale", "title", "body", "link", "asset", "source"}: what is empty is taken from
    the campaign, ``source`` is campaigns.content.locales.digest of what was translated.
    It may have "platforms" with texts of its own, as ``platforms`` has them:
    campaigns.models.contents. ``data`` are names and texts for the app. ``leave_out``
    is Liquid that shows nothing and may leave a person out as the message is written.
    ``replaces`` is the live campaign whose place this one takes when it is launched.
    ``variants`` are campaigns.models.variants', ``control`` the per cent of people who
    get nothing.
    """

    application = models.ForeignKey(
        Application, models.PROTECT, related_name="campaigns"
    )
    name = models.CharField(_("internal name"), max_length=120)
    state = models.CharField(
        _("state"),
        max_length=12,
        choices=CampaignState,
        default=CampaignState.DRAFT,
        editable=False,
    )
    use_case = models.CharField(
        _("use case"), max_length=20, blank=True, db_default="", editable=False
    )
    purpose = models.CharField(
        _("purpose"), max_length=14, choices=Purpose, default=Purpose.PROMOTIONAL
    )
    topic = models.ForeignKey(
        Topic, models.PROTECT, null=True, blank=True, verbose_name=_("topic")
    )
    locale = models.CharField(
        _("language"), max_length=20, default="en", db_default="en"
    )
    title = models.TextField(_("title"), blank=True)
    body = models.TextField(_("body"), blank=True)
    link = models.TextField(_("tap goes to"), blank=True)
    image = models.TextField(_("image"), blank=True, db_default="", default="")
    asset = models.ForeignKey(
        MediaAsset,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
    )
    icon = models.ForeignKey(
        MediaAsset,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("icon in browsers"),
    )
    buttons = models.JSONField(
        _("buttons"),
        default=list,
        blank=True,
        db_default=[],
        help_text=_("A list of labels and links."),
    )
    translations = models.JSONField(
        _("translations"), default=list, blank=True, db_default=[]
    )
    tags = models.JSONField(_("tags"), default=list, blank=True, db_default=[])
    data = models.JSONField(_("custom data"), default=dict, blank=True, db_default={})
    platforms = models.JSONField(
        _("differences per platform"), default=dict, blank=True, db_default={}
    )
    leave_out = models.TextField(
        _("who is left out at the last moment"), blank=True, db_default="", default=""
    )
    variants = models.JSONField(_("variants"), default=list, blank=True, db_default=[])
    control = models.PositiveSmallIntegerField(
        _("control group"), default=0, db_default=0, help_text=_("In per cent.")
    )
    ttl = models.PositiveIntegerField(
        _("time to live"), default=86_400, help_text=_("In seconds.")
    )
    policy = models.CharField(
        _("when an answer is lost"),
        max_length=16,
        choices=Policy,
        default=Policy.NEVER_DUPLICATE,
    )
    audience = models.CharField(
        _("audience"), max_length=8, choices=AudienceKind, blank=True
    )
    segment = models.ForeignKey(
        Segment, models.PROTECT, null=True, blank=True, verbose_name=_("segment")
    )
    reach = models.CharField(
        _("devices"),
        max_length=8,
        choices=DeviceReach,
        default=DeviceReach.ALL,
        db_default="",
        blank=True,
    )
    win_back = models.BooleanField(
        _("wins people back"),
        default=False,
        db_default=False,
        help_text=_("Devices that have been silent for long get it too."),
    )
    schedule = models.JSONField(_("schedule"), default=dict, blank=True)
    per_minute = models.PositiveIntegerField(
        _("pushes a minute"), null=True, blank=True, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="+"
    )
    revision = models.ForeignKey(
        "Revision", models.PROTECT, null=True, editable=False, related_name="+"
    )
    confirmed_people = models.PositiveIntegerField(null=True, editable=False)
    next_slot = models.CharField(max_length=80, blank=True, editable=False)
    next_at = models.DateTimeField(null=True, editable=False)
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="campaigns", editable=False
    )
    launched_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-updated_at", "-id"]
        permissions = [
            ("launch_campaign", _("Can launch and schedule campaigns")),
            ("launch_large_campaign", _("Can launch to more than 1,000 people")),
            ("stop_run", _("Can pause and stop any run")),
            ("resume_run", _("Can resume any run")),
            ("switch_sending", _("Can stop and restart all sending")),
            ("send_test", _("Can send tests to enrolled devices")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["replaces"],
                condition=models.Q(state="draft"),
                name="one_draft_per_live_campaign",
            )
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=models.Q(state="scheduled"),
                name="campaign_due",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def content(self) -> dict[str, Any]:
        """What it says, in the shape that a revision keeps; absent is nothing.

        A translation without any text is left out, and one without a link or a
        picture of its own has the campaign's. Content blocks have given their text.
        What each variant says stands under "variants".
        """
        said = [
            each
            for each in self.translations
            if each.get("title", "").strip() or each.get("body", "").strip()
        ]
        pictures = self._pictures(said)
        own = {
            "locale": self.locale,
            "title": self.title,
            "body": self.body,
            "link": self.link,
            "image": "" if self.asset_id else self.image,
            "renditions": self._shown(pictures),
            "icon": pictures.get(self.icon_id, {}).get("web_icon", ""),
            "buttons": self.buttons,
            "cards": contents.cards(self.platforms, pictures),
            "data": self.data,
            "platforms": contents.frozen(self.platforms, self.application, pictures),
            "leave_out": self.leave_out,
        }
        translations = [self._translation(each, own, pictures) for each in said]
        kept = ("title", "body", "link")
        content = {
            name: value
            for name, value in (own | {"translations": translations}).items()
            if value or name in kept
        }
        filled = ContentBlock.objects.filled(content, self.application_id)
        filled = _with_codes(filled, self.application_id)
        return filled | variants.frozen(self)

    def _translation(
        self,
        said: dict[str, Any],
        own: dict[str, Any],
        pictures: dict[int, dict[str, str]],
    ) -> dict[str, Any]:
        whole = {
            "locale": said["locale"],
            "title": said.get("title", ""),
            "body": said.get("body", ""),
            "link": said.get("link") or own["link"],
            "image": "" if said.get("asset") else own["image"],
            "renditions": pictures.get(said.get("asset") or 0) or own["renditions"],
            "icon": own["icon"],
            "buttons": contents.overlaid(own["buttons"], said.get("buttons", [])),
            "cards": contents.overlaid(own["cards"], said.get("cards", [])),
            "data": own["data"],
            "platforms": contents.translated(
                own["platforms"], said.get("platforms", {})
            ),
            "leave_out": own["leave_out"],
        }
        kept = ("title", "body", "link")
        return {name: each for name, each in whole.items() if each or name in kept}

    def _shown(self, pictures: dict[Any, dict[str, str]]) -> dict[str, str]:
        """Its picture, or where it has none the first card's, by kind."""
        cards = self.platforms.get(contents.ALL, {}).get("cards") or [{}]
        first = None if self.image else cards[0].get("asset")
        return pictures.get(self.asset_id or first, {})

    def _pictures(self, said: list[dict[str, Any]]) -> dict[Any, dict[str, str]]:
        assets = [self.asset_id, self.icon_id, *(each.get("asset") for each in said)]
        assets += contents.assets(self.platforms)
        wanted = {each for each in assets if each}
        return Rendition.objects.urls(wanted) if wanted else {}


def _with_codes(content: dict[str, Any], application_id: int) -> dict[str, Any]:
    """With a stand-in for a code of each list that it names, in every language."""
    codes = PromoList.objects.stand_ins(content, application_id)
    if not codes:
        return content
    others = content.get("translations", ())
    spoken = [each | {"codes": codes} for each in others]
    return content | {"codes": codes} | ({"translations": spoken} if spoken else {})


class Revision(models.Model):
    """Content, audience rule, schedule and settings, frozen with their hash."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField(_("revision"))
    content = models.JSONField()
    audience = models.JSONField()
    schedule = models.JSONField()
    settings = models.JSONField()
    digest = models.CharField(_("hash"), max_length=64)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "number"], name="one_revision_per_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign} · {self.number}"

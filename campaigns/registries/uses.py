"""Which campaigns name a channel, a category, a group, a sound or a destination."""

from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from campaigns.models import (
    AndroidChannel,
    Campaign,
    Destination,
    IosCategory,
    IosThread,
    Run,
    Sound,
)
from campaigns.models.registries import Registered, SoundPlatform
from campaigns.models.states import OPEN_RUNS, CampaignState

COMING = (CampaignState.DRAFT, CampaignState.SCHEDULED)
PATHS: dict[type[Registered], tuple[str, ...]] = {
    AndroidChannel: ("android", "channel"),
    IosCategory: ("ios", "category"),
    IosThread: ("ios", "thread"),
    Destination: ("all", "destination", "key"),
}
"""Where Campaign.platforms names one."""


def path(entry: Registered) -> tuple[str, ...]:
    """The keys that lead to its name in Campaign.platforms."""
    if isinstance(entry, Sound):
        return (entry.platform, "sound")
    return PATHS[type(entry)]


def naming(entry: Registered) -> QuerySet[Campaign]:
    """Every campaign that names it, whatever its state; newest change first.

    Each has ``is_running``: a run of it may still send.
    """
    wanted: Any = entry.key
    for name in reversed(path(entry)):
        wanted = {name: wanted}
    in_a_variant = [{"changes": {"platforms": wanted}}]
    named = Q(platforms__contains=wanted) | Q(variants__contains=in_a_variant)
    return _running(Campaign.objects.filter(named), entry)


def falling_back(channel: AndroidChannel) -> QuerySet[Campaign]:
    """Drafts and scheduled campaigns that choose no channel."""
    rows = Campaign.objects.filter(platforms__android__channel__isnull=True)
    return _running(rows.filter(state__in=COMING), channel)


def _running(rows: QuerySet[Campaign], entry: Registered) -> QuerySet[Campaign]:
    under_way = Run.objects.filter(campaign=OuterRef("pk"), state__in=OPEN_RUNS)
    mine = rows.filter(application=entry.application_id)
    return mine.annotate(is_running=Exists(under_way))


def waiting(rows: QuerySet[Campaign]) -> QuerySet[Campaign]:
    """Those that will still be sent, or are being sent."""
    return rows.filter(Q(state=CampaignState.SCHEDULED) | Q(is_running=True))


def counted(model: type[Registered]) -> QuerySet[Registered]:
    """Every row with ``users``: how many drafts and scheduled campaigns name it."""
    rows = model._default_manager.select_related("application")
    if model is not Sound:
        return rows.annotate(users=_count(PATHS[model]))
    platforms = [
        When(platform=each, then=_count((each, "sound"))) for each in SoundPlatform
    ]
    return rows.annotate(
        users=Case(*platforms, default=Value(0), output_field=IntegerField())
    )


def _count(keys: tuple[str, ...]) -> Coalesce:
    inner: Any = "platforms"
    for name in keys:
        inner = KeyTextTransform(name, inner)
    rows = Campaign.objects.filter(
        application=OuterRef("application"), state__in=COMING
    )
    named = rows.annotate(named=inner).filter(named=OuterRef("key")).order_by()
    total = named.values("application").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(total, output_field=IntegerField()), 0)

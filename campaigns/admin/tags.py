"""Tags of campaigns: what a team sorts them by. A slash makes a folder of a tag."""

import json
from collections import Counter

from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.http import QueryDict

from campaigns.media import labels
from campaigns.models import Campaign
from campaigns.models.campaigns import CampaignQuerySet
from campaigns.models.states import CampaignState

READ = 1_000
SHOWN = 40
SLASH = "/"


def read(post: QueryDict, campaign: Campaign) -> list[str]:
    """The tags that were posted; a form that does not speak of them leaves them."""
    if "tags" not in post:
        return campaign.tags
    found = {_path(each) for each in labels.tags_of(str(post["tags"]))}
    return sorted(found - {""})


def _path(tag: str) -> str:
    """Without empty folders: " /shop// winter" is "shop/winter"."""
    parts = (each.strip() for each in tag.split(SLASH))
    return SLASH.join(each for each in parts if each)


def tagged(campaigns: CampaignQuerySet, tag: str) -> CampaignQuerySet:
    """Those with this tag, or with one in the folder of its name."""
    inside = json.dumps(tag + SLASH, ensure_ascii=False)[:-1]
    found = campaigns.annotate(tagged=Cast("tags", TextField()))
    return found.filter(Q(tags__contains=[tag]) | Q(tagged__contains=inside))


def worded(words: str) -> Q:
    """Campaigns one of whose tags is just that."""
    return Q(tags__contains=[words.casefold()])


def in_use() -> list[str]:
    """The tags and folders that the newest campaigns have most often, by name."""
    kept = Campaign.objects.exclude(state=CampaignState.ARCHIVED).exclude(tags=[])
    rows = kept.order_by("-pk").values_list("tags", flat=True)[:READ]
    counted = Counter(each for tags in rows for tag in tags for each in _folders(tag))
    return sorted(tag for tag, _times in counted.most_common(SHOWN))


def _folders(tag: str) -> list[str]:
    """A tag, and each folder that it lies in."""
    parts = tag.split(SLASH)
    return [SLASH.join(parts[: end + 1]) for end in range(len(parts))]

"""What only the team needs to know of a picture: tags, rights, and until when."""

from collections import Counter
from datetime import date

from django.contrib.auth.models import User
from django.db import transaction

from campaigns.media.refusals import require
from campaigns.models import MediaAsset
from devices.models import AuditEvent

MOST_TAGS, LONGEST_TAG, LONGEST_LICENCE = 20, 40, 250
READ = 1_000
SHOWN = 24


def tags_of(text: str) -> list[str]:
    """Words between commas: in small letters, each once, sorted, MOST_TAGS at most."""
    words = (" ".join(each.replace("\x00", "").split()) for each in text.split(","))
    found = {each.casefold()[:LONGEST_TAG].strip() for each in words}
    return sorted(found - {""})[:MOST_TAGS]


def label(
    asset: MediaAsset,
    *,
    tags: list[str],
    licence: str,
    use_until: date | None,
    user: User | None,
) -> None:
    """Keep what it is found by, who allowed it, and its last day. Raises NotAllowed."""
    require(user, "change")
    words = {
        "tags": tags,
        "licence": " ".join(licence.replace("\x00", "").split())[:LONGEST_LICENCE],
        "use_until": use_until,
    }
    with transaction.atomic():
        MediaAsset.objects.filter(pk=asset.pk).update(**words)
        AuditEvent.objects.note(user, "labelled", asset)
    for field, value in words.items():
        setattr(asset, field, value)


def in_use(application: int) -> list[str]:
    """The tags that its READ newest pictures have most often, in their order; SHOWN
    at most."""
    mine = MediaAsset.objects.filter(application=application, archived_at=None)
    rows = mine.exclude(tags=[]).order_by("-pk").values_list("tags", flat=True)[:READ]
    counted = Counter(tag for tags in rows for tag in tags)
    return sorted(tag for tag, _times in counted.most_common(SHOWN))

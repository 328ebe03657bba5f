"""Who else has a draft open: each page says that it is there, and hears of others."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.http import HttpRequest, JsonResponse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from campaigns.admin import compose
from campaigns.delivery import clock
from campaigns.models import Campaign, Writer

HERE = timedelta(seconds=50)
"""Since the page last said so; here.js does every 20 seconds while it is seen."""
FORGOTTEN = timedelta(days=1)
NAMED = 3


@require_POST
def tell(request: HttpRequest, campaign_id: int) -> JsonResponse:
    """Note that this member of staff writes here; "sentence" names the others."""
    draft, user = compose.find(campaign_id), compose.user_of(request)
    now = clock.now()
    Writer.objects.bulk_create(
        [Writer(campaign=draft, user=user, seen_at=now)],
        update_conflicts=True,
        unique_fields=["campaign", "user"],
        update_fields=["seen_at"],
    )
    Writer.objects.filter(campaign=draft, seen_at__lt=now - FORGOTTEN).delete()
    return JsonResponse({"sentence": sentence(draft, user, at=now)})


def sentence(draft: Campaign, user: User, *, at: datetime) -> str:
    """Who else writes here, "" for nobody."""
    others = Writer.objects.filter(campaign=draft, seen_at__gte=at - HERE)
    found = others.exclude(user=user).select_related("user").order_by("user__username")
    names = [str(each.user.get_full_name() or each.user) for each in found[:NAMED]]
    if not names:
        return ""
    said = ngettext(
        "%(names)s is editing this too.", "%(names)s are editing this too.", len(names)
    )
    return said % {"names": ", ".join(names)}

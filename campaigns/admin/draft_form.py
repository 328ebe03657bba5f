"""The compose page's form: what was posted to a draft's fields, and the errors.

A draft may be incomplete or wrong; ``problems`` names what must be mended before it
can be reviewed, each beside its field. Nothing that was typed is thrown away.
"""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from campaigns.admin import (
    option_form,
    personal_form,
    posted,
    tags,
    translating,
    when,
)
from campaigns.content import options
from campaigns.models import Campaign, MediaAsset, Segment, contents, variants
from campaigns.models.campaigns import AudienceKind, DeviceReach, Policy, Purpose
from devices.models import Application, Topic

HOUR, DAY = 3_600, 86_400
LIFETIMES = (HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY, 28 * DAY)
LABELS = {
    "name": gettext_lazy("Internal name"),
    "tags": gettext_lazy("Tags"),
    "application": gettext_lazy("Application"),
    "purpose": gettext_lazy("Purpose"),
    "topic": gettext_lazy("Topic"),
    "locale": gettext_lazy("Language"),
    "title": gettext_lazy("Title"),
    "body": gettext_lazy("Text"),
    "link": gettext_lazy("Tap goes to"),
    "image": gettext_lazy("Address of the picture"),
    "leave_out": gettext_lazy("Left out at the last moment"),
    "asset": gettext_lazy("Picture"),
    "icon": gettext_lazy("Icon in browsers"),
    "buttons": gettext_lazy("Buttons"),
    "data": gettext_lazy("Custom data"),
    "platforms": gettext_lazy("Differences per platform"),
    "ttl": gettext_lazy("Valid for"),
    "variants": gettext_lazy("Variants"),
    "control": gettext_lazy("Control group"),
    "policy": gettext_lazy("When an answer is lost"),
    "audience": gettext_lazy("Audience"),
    "segment": gettext_lazy("Segment"),
    "reach": gettext_lazy("Devices"),
    "win_back": gettext_lazy("Silent devices"),
    "schedule": gettext_lazy("Schedule"),
}


def lifetime(seconds: int) -> str:
    """A time to live in words."""
    if seconds % DAY == 0 and seconds:
        return ngettext("%(n)s day", "%(n)s days", seconds // DAY) % {
            "n": seconds // DAY
        }
    hours = round(seconds / HOUR)
    return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}


def lifetimes(current: int) -> list[tuple[int, str]]:
    """The choices of a time to live, with the current one among them."""
    return [(each, lifetime(each)) for each in sorted({*LIFETIMES, current})]


def changes(post: QueryDict, campaign: Campaign) -> dict[str, Any]:
    """The fields of the draft as posted; what is not among the choices stays."""
    application = posted.chosen(Application.objects.all(), post.get("application"))
    application = application or campaign.application
    purpose = posted.one_of(Purpose, post.get("purpose"), campaign.purpose)
    policy = posted.one_of(Policy, post.get("policy"), campaign.policy)
    if purpose != Purpose.TRANSACTIONAL:
        policy = Policy.NEVER_DUPLICATE
    topics = Topic.objects.filter(application=application)
    segments = Segment.objects.filter(application=application)
    return {
        "name": post.get("name", "").strip()[:120] or campaign.name,
        "tags": tags.read(post, campaign),
        "application": application,
        "purpose": purpose,
        "topic": posted.chosen(topics, post.get("topic")),
        "locale": translating.own(post, campaign),
        "title": posted.text(post, "title"),
        "body": posted.text(post, "body"),
        "link": posted.text(post, "link").strip(),
        "asset": picture(post, "asset", application, campaign.asset),
        "icon": picture(post, "icon", application, campaign.icon),
        "translations": translating.read(post, campaign, application=application),
        "ttl": _lifetime(post.get("ttl", ""), campaign.ttl),
        "policy": policy,
        "audience": posted.one_of(AudienceKind, post.get("audience"), ""),
        "segment": posted.chosen(segments, post.get("segment")),
        "reach": _reach(post, campaign),
        "win_back": _win_back(post, campaign),
        "schedule": when.read(post),
        **option_form.read(post, campaign, application=application),
        **personal_form.read(post),
    }


def picture(
    post: QueryDict, name: str, application: Application, current: MediaAsset | None
) -> MediaAsset | None:
    """The picture posted as ``name``: of this application, archived only if it was
    chosen before. A form that does not speak of it leaves the current one."""
    mine = MediaAsset.objects.filter(application=application)
    if name not in post:
        return current if current and current.application == application else None
    usable = Q(archived_at=None) | Q(pk=current.pk if current else None)
    chosen: MediaAsset | None = posted.chosen(mine.filter(usable), post.get(name))
    return chosen


def _reach(post: QueryDict, campaign: Campaign) -> str:
    """Which devices get it; "" is a choice too."""
    chosen = post.get("reach", campaign.reach)
    return chosen if chosen in DeviceReach.values else campaign.reach


def _win_back(post: QueryDict, campaign: Campaign) -> bool:
    """A form that does not speak of it leaves what was chosen."""
    return campaign.win_back if "win_back" not in post else bool(post["win_back"])


def _lifetime(text: str, otherwise: int) -> int:
    seconds = int(text) if text.isdecimal() and len(text) < 8 else 0
    return seconds if 0 < seconds <= 28 * DAY else otherwise


def problems(campaign: Campaign, *, at: datetime) -> dict[str, str]:
    """What a review would stop at once, by form field; empty when it may go on."""
    found = {}
    is_seen = not options.is_silent(campaign.platforms)
    if is_seen and not (campaign.title.strip() or campaign.body.strip()):
        found["title"] = _("Write a title or a text.")
    found |= translating.problems(campaign)
    found |= contents.unfilled(campaign.platforms, campaign.application)
    if wrong := variants.problem(campaign):
        found["variants"] = wrong
    if not campaign.audience:
        found["audience"] = _("Choose who gets it.")
    elif campaign.audience == AudienceKind.SEGMENT and campaign.segment is None:
        found["segment"] = _("Choose a segment.")
    return found | when.problems(campaign.schedule, at=at)

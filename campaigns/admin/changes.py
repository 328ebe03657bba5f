"""What a campaign says now that its last launch did not: for the review."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from campaigns.admin import draft_form, option_words, when
from campaigns.audience import select
from campaigns.content import languages
from campaigns.models import Campaign, Revision, variants
from campaigns.models.campaigns import Purpose
from devices.models import AuditEvent, Topic

TEXTS = ("locale", "title", "body", "link", "buttons", "data")
NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Change:
    """One field: ``before`` and ``after`` in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Since:
    """What changed since ``name`` was launched at ``at``; [] for nothing."""

    name: str
    at: datetime
    changes: list[Change]


def since_last(campaign: Campaign) -> Since | None:
    """Since this campaign was launched last, or the one that it is a copy of.

    None for a first launch.
    """
    before = _last(campaign.pk) or _last(_original(campaign))
    if before is None:
        return None
    then, now = _of_revision(before), _of_draft(campaign)
    changes = [
        Change(label, then.get(label, NOTHING), now.get(label, NOTHING))
        for label in dict.fromkeys([*then, *now])
        if then.get(label, NOTHING) != now.get(label, NOTHING)
    ]
    return Since(before.campaign.name, before.created_at, changes)


def _last(campaign_id: int | None) -> Revision | None:
    revisions = Revision.objects.filter(campaign=campaign_id, runs__isnull=False)
    return revisions.select_related("campaign").order_by("-runs__id").first()


def _original(campaign: Campaign) -> int | None:
    """The campaign that this one was copied from."""
    events = AuditEvent.objects.filter(
        subject=Campaign._meta.label_lower, subject_id=campaign.pk, action="duplicated"
    )
    copied = events.first()
    return copied.facts.get("source") if copied else None


def _of_revision(revision: Revision) -> dict[str, str]:
    return {
        **dict(_content(revision.content)),
        **_settings(revision.settings, revision.audience, revision.schedule),
    }


def _of_draft(campaign: Campaign) -> dict[str, str]:
    settings = {
        "purpose": campaign.purpose,
        "topic": campaign.topic_id,
        "ttl": campaign.ttl,
    }
    audience = select.of_campaign(campaign)
    return {
        **dict(_content(campaign.content())),
        **_settings(settings, audience, campaign.schedule),
    }


def _content(content: Mapping[str, Any], tag: str = "") -> Iterator[tuple[str, str]]:
    """(label, words) of what a message says, language by language."""

    def labelled(label: str) -> str:
        return languages.labelled(tag, label) if tag else label

    for name in TEXTS:
        if (value := content.get(name)) and not (tag and name == "locale"):
            yield labelled(str(draft_form.LABELS[name])), _said(name, value)
    pictures = content.get("renditions") or content.get("image")
    if pictures:
        yield labelled(_("Picture")), _picture(pictures)
    for platform, said in content.get("platforms", {}).items():
        where = str(option_words.PLATFORMS.get(platform, _("All platforms")))
        for name, value in said.items():
            label = str(option_words.LABELS.get(name, name))
            yield labelled(f"{where}, {label}"), _said(name, value)
    for each in content.get("translations", ()):
        yield from _content(each, each["locale"])
    yield from _variants(content)


def _variants(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The shares, and what each variant but A says."""
    keys, shares = variants.keys_in(content), variants.shares_in(content)
    control = content.get("control", 0)
    if control:
        yield str(draft_form.LABELS["control"]), f"{control} %"
    if len(keys) > 1:
        pairs = zip(keys, shares, strict=True)
        words = ", ".join(f"{key}: {share} %" for key, share in pairs)
        yield str(draft_form.LABELS["variants"]), words
    for each in content.get("variants", ()):
        for label, words in _content(each["content"]):
            yield variants.labelled(each["key"], label), words


def _said(name: str, value: Any) -> str:
    if name == "locale":
        return capfirst(languages.name(value))
    if name == "buttons":
        return ", ".join(each["label"] for each in value)
    if name == "renditions":
        return _picture(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {each}" for key, each in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def _picture(value: Any) -> str:
    """The end of an address: pictures are named by their content."""
    address = next(iter(value.values()), "") if isinstance(value, Mapping) else value
    return str(address).rpartition("/")[2][:24] or NOTHING


def _settings(
    settings: Mapping[str, Any], audience: Mapping[str, Any], schedule: dict[str, Any]
) -> dict[str, str]:
    purposes = dict(Purpose.choices)
    topic = Topic.objects.filter(pk=settings["topic"]).first()
    return {
        str(draft_form.LABELS["purpose"]): str(purposes[settings["purpose"]]),
        str(draft_form.LABELS["topic"]): str(topic) if topic else NOTHING,
        str(draft_form.LABELS["ttl"]): draft_form.lifetime(settings["ttl"]),
        str(draft_form.LABELS["audience"]): audience.get("name") or _("Everyone"),
        str(draft_form.LABELS["schedule"]): when.words(schedule),
    }

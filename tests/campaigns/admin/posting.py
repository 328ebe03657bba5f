"""What a browser posts of a draft's compose page."""

from typing import Any

from campaigns.models import Campaign


def form(draft: Campaign, **changes: Any) -> dict[str, Any]:
    """The form as it stands for a draft, with the fields that somebody changed."""
    standing = {
        "version": draft.version,
        "name": draft.name,
        "application": draft.application_id,
        "purpose": draft.purpose,
        "topic": draft.topic_id or "",
        "title": draft.title,
        "body": draft.body,
        "link": draft.link,
        "ttl": draft.ttl,
        "policy": draft.policy,
        "audience": draft.audience,
        "segment": draft.segment_id or "",
        "when_kind": draft.schedule.get("kind", ""),
    }
    return standing | changes

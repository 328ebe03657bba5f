"""Segments to begin with: the questions that marketers ask first."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Recipe:
    """``rule`` is the JSON that campaigns.audience.rules reads."""

    key: str
    name: str | Promise
    purpose: str | Promise
    rule: dict[str, Any]


def _all(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"version": 1, "match": "all", "rules": list(rules)}


def _condition(field: str, operator: str, value: Any = None, name: str = "") -> dict:
    kept: dict[str, Any] = {"field": field, "operator": operator}
    if name:
        kept["name"] = name
    return kept if value is None else kept | {"value": value}


RECIPES = {
    recipe.key: recipe
    for recipe in (
        Recipe(
            "new",
            _("New this week"),
            _("First known in the last 7 days: welcome them."),
            _all(_condition("created", "in_last_days", 7)),
        ),
        Recipe(
            "away",
            _("Away for 30 days"),
            _("Known for longer and not seen lately: win them back."),
            _all(
                _condition("last_seen", "more_than_days_ago", 30),
                _condition("created", "more_than_days_ago", 30),
            ),
        ),
        Recipe(
            "active",
            _("Active this week"),
            _("Seen in the last 7 days."),
            _all(_condition("last_seen", "in_last_days", 7)),
        ),
        Recipe(
            "buyers",
            _("Bought in the last 30 days"),
            _("Did the event “purchase” at least once."),
            _all(_condition("event", "did", {"times": 1, "days": 30}, "purchase")),
        ),
        Recipe(
            "old_app",
            _("App older than version 5"),
            _("Ask them to update."),
            _all(_condition("app_version", "below", "5.0")),
        ),
        Recipe(
            "tenth",
            _("A random tenth"),
            _("The same tenth each time: try something on few people first."),
            _all(_condition("bucket", "between", [0, 999])),
        ),
    )
}

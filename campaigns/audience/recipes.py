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
            "opened_last",
            _("Opened the last message"),
            _("They listen: ask them first."),
            _all(_condition("messages", "opened_of_last", 1)),
        ),
        Recipe(
            "never_opened",
            _("Never opened one"),
            _("Sent several in a year and opened none: say something else, or less."),
            _all(
                _condition("messages", "ignored_last", 3),
                _condition("messages", "opened_none", 365),
            ),
        ),
        Recipe(
            "old_app",
            _("App older than version 5"),
            _("Ask them to update."),
            _all(_condition("app_version", "below", "5.0")),
        ),
        Recipe(
            "birthday",
            _("Birthday today"),
            _("By the attribute “birthday”, a date."),
            _all(_condition("attribute.date", "anniversary_today", name="birthday")),
        ),
    )
}

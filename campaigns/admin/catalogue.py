"""The closed table of fields and operators, as the builder's script reads it."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.audience.rules import FIELDS

KNOWN, DID, WHERE, DEVICE, AGREED, GOT, OTHER = (
    gettext_lazy("What is known of them"),
    gettext_lazy("What they did"),
    gettext_lazy("Where and when"),
    gettext_lazy("Their devices"),
    gettext_lazy("What they agreed to"),
    gettext_lazy("What they got from us"),
    gettext_lazy("Others"),
)
FAMILIES = {
    **dict.fromkeys(
        ("attribute.text", "attribute.number", "attribute.yes_no", "attribute.date"),
        KNOWN,
    ),
    **dict.fromkeys(("event", "event_property"), DID),
    **dict.fromkeys(
        ("language", "country", "zone", "place", "created", "last_seen"), WHERE
    ),
    **dict.fromkeys(
        (
            "platform",
            "app_version",
            "os_version",
            "device_model",
            "browser",
            "device_language",
            "device_count",
            "removed",
        ),
        DEVICE,
    ),
    **dict.fromkeys(
        (
            "topic",
            "preference",
            "opted_in",
            "unsubscribed",
            "permission",
            "push",
            "primer",
        ),
        AGREED,
    ),
    **dict.fromkeys(("messages", "campaign", "campaign_tag"), GOT),
    **dict.fromkeys(("segment", "list", "external_id", "bucket"), OTHER),
}
"""Under which heading the builder offers a field."""


PLACES = {
    "circle": ("km", "latitude", "longitude"),
    "box": ("south", "west", "north", "east"),
}
"""The numbers of which a place is made, by its control."""


def fields() -> list[dict[str, Any]]:
    """Every field with its operators, in the language that is active."""
    return [
        {
            "key": field.key,
            "family": str(FAMILIES[field.key]),
            "label": str(field.label),
            "name": field.name.widget,
            "operators": [
                {
                    "key": operator.key,
                    "label": str(operator.label),
                    "widget": operator.value.widget,
                    "choices": [
                        [key, str(label)] for key, label in operator.value.choices
                    ],
                }
                for operator in field.operators.values()
            ],
        }
        for field in FIELDS.values()
    ]


def words() -> dict[str, str]:
    """What the builder says by itself; %s is a condition's number or a value."""
    return {
        "field": _("Condition %s: what to look at"),
        "name": _("Condition %s: which one"),
        "operator": _("Condition %s: comparison"),
        "value": _("Condition %s: value"),
        "another": _("Condition %s: add a value"),
        "days": _("Condition %s: number of days"),
        "times": _("Condition %s: number of times"),
        "window": _("Condition %s: in which time"),
        "lowest": _("Condition %s: lowest value"),
        "highest": _("Condition %s: highest value"),
        "property": _("Condition %s: which property"),
        "which_property": _("Which property"),
        "suggestions": _("Suggestions"),
        "add_value": _("Add a value"),
        "from_share": _("Condition %s: from how many percent"),
        "to_share": _("Condition %s: up to how many percent"),
        "by_itself": _("%s by itself"),
        "leaves_out": _("%s left out by it"),
        "guilty": _("Nobody matches: condition %s alone holds for nobody."),
        "together": _(
            "Nobody matches: each condition holds for somebody, but never all of "
            "them for the same person."
        ),
        "added": _("Added as %s."),
        "moved": _("Moved: it is %s now."),
        "removed": _("%s is removed."),
        "fold": _("Show group %s as a sentence"),
        "unfold": _("Show the conditions of group %s"),
        "show": _("Show its conditions"),
        "hide": _("Show as a sentence"),
        "gone": _("Number %s, not offered any more"),
        "match": _("Group %s: all, any or none"),
        "add": _("Add a condition to group %s"),
        "nest": _("Add a group to group %s"),
        "up": _("Move %s up"),
        "down": _("Move %s down"),
        "remove": _("Remove %s"),
        "drop": _("Remove the value %s"),
        "attribute": _("Which attribute"),
        "event": _("Which event"),
        "topic": _("Which topic"),
        "campaign": _("Which campaign"),
        "segment": _("Which segment"),
        "primer": _("Which primer"),
        "tag": _("Which tag"),
        "list": _("Which list"),
        "number": _("Condition %s: how many"),
        "km": _("Condition %s: radius in kilometres"),
        "latitude": _("Condition %s: latitude"),
        "longitude": _("Condition %s: longitude"),
        "south": _("Condition %s: southern latitude"),
        "west": _("Condition %s: western longitude"),
        "north": _("Condition %s: northern latitude"),
        "east": _("Condition %s: eastern longitude"),
        "km_short": _("km"),
        "latitude_short": _("Latitude"),
        "longitude_short": _("Longitude"),
        "south_short": _("South"),
        "west_short": _("West"),
        "north_short": _("North"),
        "east_short": _("East"),
        "incomplete": _("Complete the conditions to read the rule in words."),
        "drag": _("Drag %s to another place"),
        "undone": _("Undone."),
        "redone": _("Redone."),
        "used": _("The rules are those of the JSON now."),
        "no_json": _("This is no JSON: %s"),
        "lost": _("The server could not be reached: try again in a moment."),
        "yes": _("Yes:"),
        "no": _("No:"),
    }

"""The closed table of fields and operators, as the builder's script reads it."""

from typing import Any

from django.utils.translation import gettext as _

from campaigns.audience.rules import FIELDS


def fields() -> list[dict[str, Any]]:
    """Every field with its operators, in the language that is active."""
    return [
        {
            "key": field.key,
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
        "match": _("Group %s: all or any"),
        "add": _("Add a condition to group %s"),
        "nest": _("Add a group to group %s"),
        "up": _("Move %s up"),
        "down": _("Move %s down"),
        "remove": _("Remove %s"),
        "drop": _("Remove the value %s"),
        "attribute": _("Which attribute"),
        "event": _("Which event"),
        "topic": _("Which topic"),
        "incomplete": _("Complete the conditions to read the rule in words."),
        "lost": _("The server could not be reached: try again in a moment."),
        "yes": _("Yes:"),
        "no": _("No:"),
    }

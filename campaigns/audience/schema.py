"""The JSON Schema (2020-12) of a rule, made from the closed table.

What it allows is what `rules.parse` reads, but for what a schema cannot say: that a
pair is in order, that a day exists, that a segment is there.
"""

from typing import Any

from . import rules, values
from .places import FARTHEST
from .table import Field, Operator
from .values import NOTHING, SEGMENT_KEPT, Value

Schema = dict[str, Any]


def of_rule() -> Schema:
    """For an editor or a program that writes rules."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Pushsite segment",
        "type": "object",
        "required": ["version", "match", "rules"],
        "additionalProperties": False,
        "properties": {
            "version": {"const": rules.VERSION},
            "match": {"enum": ["all", "any"]},
            "rules": _rules(),
        },
        "$defs": {"group": _group(), "condition": {"oneOf": list(_conditions())}},
    }


def _rules() -> Schema:
    parts = [{"$ref": "#/$defs/condition"}, {"$ref": "#/$defs/group"}]
    return {
        "type": "array",
        "minItems": 1,
        "maxItems": rules.MAX_CONDITIONS,
        "items": {"oneOf": parts},
    }


def _group() -> Schema:
    return {
        "type": "object",
        "required": ["match", "rules"],
        "additionalProperties": False,
        "properties": {"match": {"enum": ["all", "any", "none"]}, "rules": _rules()},
    }


def _conditions() -> list[Schema]:
    return [
        _condition(field, operator)
        for field in rules.FIELDS.values()
        for operator in field.operators.values()
    ]


def _condition(field: Field, operator: Operator) -> Schema:
    parts: Schema = {
        "field": {"const": field.key},
        "operator": {"const": operator.key},
    }
    if field.name is not NOTHING:
        parts["name"] = {"type": "string", "minLength": 1, "maxLength": 200}
    if operator.value not in (NOTHING, SEGMENT_KEPT):
        parts["value"] = of_value(operator.value)
    return {
        "title": f"{field.label}: {operator.label}",
        "type": "object",
        "required": list(parts),
        "additionalProperties": False,
        "properties": parts,
    }


def of_value(value: Value) -> Schema:
    """What may stand beside an operator with this kind of value."""
    if value.choices:
        return _list({"enum": [key for key, _label in value.choices]})
    return OF_WIDGET[value.widget]


def _whole(low: int, high: int) -> Schema:
    return {"type": "integer", "minimum": low, "maximum": high}


def _list(items: Schema, most: int = values.MAX_TEXTS) -> Schema:
    return {"type": "array", "minItems": 1, "maxItems": most, "items": items}


def _pair(items: Schema) -> Schema:
    return {"type": "array", "minItems": 2, "maxItems": 2, "items": items}


def _parts(**parts: Schema) -> Schema:
    return {
        "type": "object",
        "required": list(parts),
        "additionalProperties": False,
        "properties": parts,
    }


def _degrees(limit: int) -> Schema:
    return {"type": "number", "minimum": -limit, "maximum": limit}


TEXT: Schema = {"type": "string", "minLength": 1, "maxLength": values.MAX_TEXT}
NUMBER: Schema = {"type": "number"}
DAYS = _whole(1, values.MAX_DAYS)
WINDOW: Schema = {"oneOf": [DAYS, {"type": "null"}]}
NORTH, EAST = _degrees(90), _degrees(180)

OF_WIDGET: dict[str, Schema] = {
    "text": TEXT,
    "texts": _list(TEXT),
    "number": NUMBER,
    "numbers": _pair(NUMBER),
    "date": {"type": "string", "format": "date"},
    "days": DAYS,
    "often": {
        "type": "object",
        "additionalProperties": False,
        "properties": {"times": _whole(1, values.MAX_TIMES), "days": WINDOW},
    },
    "property": _parts(property=TEXT, value=TEXT)
    | {"properties": {"property": TEXT, "value": TEXT, "days": WINDOW}},
    "property_number": _parts(property=TEXT, value=NUMBER)
    | {"properties": {"property": TEXT, "value": NUMBER, "days": WINDOW}},
    "buckets": _pair(_whole(0, 9_999)),
    "version": {"type": "string", "pattern": "[0-9]"},
    "countries": _list({"type": "string", "pattern": "^[A-Z]{2}$"}),
    "languages": _list({"type": "string", "pattern": "^[A-Za-z]{2,3}([-_].+)?$"}),
    "zones": _list({"type": "string"}),
    "count": _whole(0, 100),
    "years": _whole(0, 150),
    "messages": _whole(1, 20),
    "ages": _pair(_whole(0, 150)),
    "circle": _parts(
        latitude=NORTH,
        longitude=EAST,
        km={"type": "number", "minimum": 0.1, "maximum": FARTHEST},
    ),
    "box": _parts(south=NORTH, west=EAST, north=NORTH, east=EAST),
}
"""By the control that the builder draws."""

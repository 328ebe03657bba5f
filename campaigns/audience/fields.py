"""The closed table: what a condition may look at, and how it may compare.

Each row says everything of one comparison: its words in the builder, the value it
takes, its clause in a sentence and the query it stands for.
"""

from collections.abc import Mapping

from . import (
    agreement_fields,
    attribute_fields,
    campaign_fields,
    device_fields,
    identities,
    listed,
    person_fields,
    places,
)
from .table import Field, Operator
from .tree import Condition

FIELDS: Mapping[str, Field] = {
    field.key: field
    for field in (
        *attribute_fields.FIELDS,
        *person_fields.FIELDS,
        *places.FIELDS,
        *device_fields.FIELDS,
        *agreement_fields.FIELDS,
        *campaign_fields.FIELDS,
        *identities.FIELDS,
        *listed.FIELDS,
    )
}
"""For `rules.parse` and for the builder's page: keys, labels, operators, widgets."""


def row_of(condition: Condition) -> Operator:
    """The table's row for a condition that was parsed."""
    return FIELDS[condition.field].operators[condition.operator]

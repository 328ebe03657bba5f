"""Opposites that leave nobody between: what is unknown does not hold."""

from django.db.models import Case, Q, Value, When
from django.db.models.lookups import Exact


def decided(condition: Q) -> Q:
    """The condition with NULL as false, so that its opposite is true."""
    return Q(Exact(Case(When(condition, then=Value(1)), default=Value(0)), 1))


def opposite(condition: Q) -> Q:
    """Everybody for whom the condition does not hold, unknown values included."""
    return ~decided(condition)

"""Comparisons of where people were last: their queries, clauses and rows of the table.

A place is two numbers in degrees (WGS 84), as devices with the person's consent
report them. Distances are those on a sphere of the Earth's mean radius, 0.5 % off at
most; a region lies between two latitudes and two longitudes, also across the 180th.
"""

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, Value
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import (
    ASin,
    Cos,
    Least,
    Power,
    Radians,
    Sin,
    Sqrt,
)
from django.db.models.lookups import LessThanOrEqual
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import values
from .table import KNOWN, UNKNOWN, field
from .values import NOTHING, Unfit

EARTH = 6_371.0088
"""Kilometres: the mean radius (IUGG)."""

FARTHEST = 5_000.0
"""Kilometres of a radius."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """Around a point in degrees, so many kilometres."""

    latitude: float
    longitude: float
    km: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Between two latitudes and two longitudes, in degrees."""

    south: float
    west: float
    north: float
    east: float


def _degrees(raw: object, limit: float) -> float:
    if not isinstance(raw, int | float) or isinstance(raw, bool):
        raise Unfit(_("give degrees as numbers, such as 48.86 and 2.35."))
    if not abs(raw) <= limit:
        raise Unfit(
            _("latitudes reach from -90 to 90 degrees, longitudes from -180 to 180.")
        )
    return float(raw)


def _parts(raw: object, *names: str) -> dict[str, Any]:
    if not isinstance(raw, dict) or set(raw) != set(names):
        raise Unfit(_("give degrees as numbers, such as 48.86 and 2.35."))
    return raw


def _circle(raw: object) -> Circle:
    parts = _parts(raw, "latitude", "longitude", "km")
    km = parts["km"]
    if not isinstance(km, int | float) or isinstance(km, bool):
        raise Unfit(_("give a radius from 0.1 to 5,000 km."))
    if not 0.1 <= km <= FARTHEST:
        raise Unfit(_("give a radius from 0.1 to 5,000 km."))
    return Circle(
        latitude=_degrees(parts["latitude"], 90),
        longitude=_degrees(parts["longitude"], 180),
        km=float(km),
    )


def _box(raw: object) -> Box:
    parts = _parts(raw, "south", "west", "north", "east")
    box = Box(
        south=_degrees(parts["south"], 90),
        west=_degrees(parts["west"], 180),
        north=_degrees(parts["north"], 90),
        east=_degrees(parts["east"], 180),
    )
    if box.south > box.north:
        raise Unfit(_("the southern latitude must not be above the northern one."))
    return box


def _plain(place: Circle | Box) -> dict[str, float]:
    told = {name: getattr(place, name) for name in place.__slots__}
    return {
        name: int(each) if each == int(each) else each for name, each in told.items()
    }


CIRCLE = values.Value(widget="circle", read=_circle, to_json=_plain)
BOX = values.Value(widget="box", read=_box, to_json=_plain)


def within(name: str, value: Circle, at: datetime) -> Q:
    """The latitudes come first: they alone spare the arithmetic, by an index."""
    reach = math.degrees(value.km / EARTH)
    near = Q(latitude__gte=value.latitude - reach, latitude__lte=value.latitude + reach)
    return near & Q(LessThanOrEqual(_distance(value), value.km))


def _distance(value: Circle) -> CombinedExpression:
    """Kilometres by the haversine formula, NULL where nobody knows."""
    north, east = Radians(F("latitude")), Radians(F("longitude"))
    lat, lon = math.radians(value.latitude), math.radians(value.longitude)
    across = Power(Sin((north - Value(lat)) / 2.0), 2)
    along = Power(Sin((east - Value(lon)) / 2.0), 2)
    half = Sqrt(across + Cos(north) * Value(math.cos(lat)) * along)
    return ASin(Least(half, Value(1.0))) * Value(2 * EARTH)


def inside(name: str, value: Box, at: datetime) -> Q:
    between = Q(latitude__gte=value.south, latitude__lte=value.north)
    from_west, to_east = Q(longitude__gte=value.west), Q(longitude__lte=value.east)
    if value.west <= value.east:
        return between & from_west & to_east
    return between & (from_west | to_east)


def known(name: str, value: None, at: datetime) -> Q:
    return Q(latitude__isnull=False)


def unknown(name: str, value: None, at: datetime) -> Q:
    return Q(latitude__isnull=True)


def told_within(name: str, value: Circle) -> str:
    return _("who were last within %(km)s km of %(latitude)s, %(longitude)s") % {
        "km": _spelled(value.km),
        "latitude": _spelled(value.latitude),
        "longitude": _spelled(value.longitude),
    }


def told_inside(name: str, value: Box) -> str:
    return _(
        "who were last between the latitudes %(south)s and %(north)s and the "
        "longitudes %(west)s and %(east)s"
    ) % {part: _spelled(getattr(value, part)) for part in value.__slots__}


def _spelled(number: float) -> str:
    whole = int(number) if number == int(number) else number
    return formats.number_format(whole, use_l10n=True)


def told_known(name: str, value: None) -> str:
    return _("whose last place is known")


def told_unknown(name: str, value: None) -> str:
    return _("whose last place is unknown")


FIELDS = (
    field(
        "place",
        gettext_lazy("Last known place"),
        ("within", gettext_lazy("is within … km of"), CIRCLE, within, told_within),
        ("inside", gettext_lazy("is in the region"), BOX, inside, told_inside),
        ("is_known", KNOWN, NOTHING, known, told_known),
        ("is_unknown", UNKNOWN, NOTHING, unknown, told_unknown),
    ),
)

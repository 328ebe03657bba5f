"""What is known about people: the only writer of Person."""

from .bulk import BulkPerson, import_many
from .by_id import ids_of
from .erasing import erase
from .keeping import (
    BUCKETS,
    KEY,
    MAX_ATTRIBUTES,
    MAX_NUMBER,
    anonymous,
    check_attribute,
    clean_country,
    clean_locale,
    clean_zone,
    describe,
    hold,
    locate,
    merge,
    person_of,
    region_of,
    seen,
    set_attributes,
    zones,
)
from .telling import Origin, Outcome, Told, learn, origins_of, tell

__all__ = [
    "BUCKETS",
    "KEY",
    "MAX_ATTRIBUTES",
    "MAX_NUMBER",
    "BulkPerson",
    "Origin",
    "Outcome",
    "Told",
    "anonymous",
    "check_attribute",
    "clean_country",
    "clean_locale",
    "clean_zone",
    "describe",
    "erase",
    "hold",
    "ids_of",
    "import_many",
    "learn",
    "locate",
    "merge",
    "origins_of",
    "person_of",
    "region_of",
    "seen",
    "set_attributes",
    "tell",
    "zones",
]

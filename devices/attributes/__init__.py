"""What is known about people: the only writer of Person."""

from .bulk import BulkPerson, import_many
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
    learn,
    locate,
    merge,
    person_of,
    region_of,
    seen,
    set_attributes,
    zones,
)

__all__ = [
    "BUCKETS",
    "KEY",
    "MAX_ATTRIBUTES",
    "MAX_NUMBER",
    "BulkPerson",
    "anonymous",
    "check_attribute",
    "clean_country",
    "clean_locale",
    "clean_zone",
    "describe",
    "erase",
    "import_many",
    "learn",
    "locate",
    "merge",
    "person_of",
    "region_of",
    "seen",
    "set_attributes",
    "zones",
]

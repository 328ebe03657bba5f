"""Rows of the closed table: people and what they did."""

from django.utils.translation import gettext_lazy as _

from . import event_queries, person_clauses, person_queries, values
from .table import UNKNOWN, field
from .values import NOTHING

FIELDS = (
    field(
        "language",
        _("Language"),
        (
            "is_one_of",
            _("is one of"),
            values.LANGUAGES,
            person_queries.language_is,
            person_clauses.language_is,
        ),
        (
            "is_none_of",
            _("is none of"),
            values.LANGUAGES,
            person_queries.language_is_not,
            person_clauses.language_is_not,
        ),
        (
            "is_unknown",
            UNKNOWN,
            NOTHING,
            person_queries.language_unknown,
            person_clauses.language_unknown,
        ),
    ),
    field(
        "country",
        _("Country"),
        (
            "is_one_of",
            _("is one of"),
            values.COUNTRIES,
            person_queries.country_is,
            person_clauses.country_is,
        ),
        (
            "is_none_of",
            _("is none of"),
            values.COUNTRIES,
            person_queries.country_is_not,
            person_clauses.country_is_not,
        ),
        (
            "is_unknown",
            UNKNOWN,
            NOTHING,
            person_queries.country_unknown,
            person_clauses.country_unknown,
        ),
    ),
    field(
        "zone",
        _("Time zone"),
        (
            "is_one_of",
            _("is one of"),
            values.ZONES,
            person_queries.zone_is,
            person_clauses.zone_is,
        ),
        (
            "is_none_of",
            _("is none of"),
            values.ZONES,
            person_queries.zone_is_not,
            person_clauses.zone_is_not,
        ),
        (
            "is_unknown",
            UNKNOWN,
            NOTHING,
            person_queries.zone_unknown,
            person_clauses.zone_unknown,
        ),
    ),
    field(
        "created",
        _("First known"),
        (
            "on",
            _("on"),
            values.DAY,
            person_queries.created_on,
            person_clauses.created_on,
        ),
        (
            "before",
            _("before"),
            values.DAY,
            person_queries.created_before,
            person_clauses.created_before,
        ),
        (
            "after",
            _("after"),
            values.DAY,
            person_queries.created_after,
            person_clauses.created_after,
        ),
        (
            "in_last_days",
            _("in the last … days"),
            values.DAYS,
            person_queries.created_in_last,
            person_clauses.created_in_last,
        ),
        (
            "more_than_days_ago",
            _("more than … days ago"),
            values.DAYS,
            person_queries.created_long_ago,
            person_clauses.created_long_ago,
        ),
    ),
    field(
        "last_seen",
        _("Last seen"),
        ("on", _("on"), values.DAY, person_queries.seen_on, person_clauses.seen_on),
        (
            "before",
            _("before"),
            values.DAY,
            person_queries.seen_before,
            person_clauses.seen_before,
        ),
        (
            "after",
            _("after"),
            values.DAY,
            person_queries.seen_after,
            person_clauses.seen_after,
        ),
        (
            "in_last_days",
            _("in the last … days"),
            values.DAYS,
            person_queries.seen_in_last,
            person_clauses.seen_in_last,
        ),
        (
            "more_than_days_ago",
            _("more than … days ago"),
            values.DAYS,
            person_queries.seen_long_ago,
            person_clauses.seen_long_ago,
        ),
        (
            "is_unknown",
            _("never"),
            NOTHING,
            person_queries.never_seen,
            person_clauses.never_seen,
        ),
    ),
    field(
        "bucket",
        _("Random share"),
        (
            "between",
            _("is between"),
            values.BUCKETS,
            person_queries.bucket_between,
            person_clauses.bucket_between,
        ),
    ),
    field(
        "event",
        _("Event"),
        ("did", _("did"), values.OFTEN, event_queries.did, person_clauses.did),
        (
            "did_not",
            _("did not do"),
            values.OFTEN,
            event_queries.did_not,
            person_clauses.did_not,
        ),
        name=values.EVENT,
    ),
)

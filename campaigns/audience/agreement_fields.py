"""Rows of the closed table: what people agreed to, and what they were asked."""

from django.utils.translation import gettext_lazy as _

from . import (
    agreement_clauses,
    agreement_queries,
    choices,
    person_clauses,
    person_queries,
    values,
)
from .table import UNKNOWN, field
from .values import NOTHING

FIELDS = (
    field(
        "topic",
        _("Topic"),
        (
            "is_on",
            _("is on"),
            NOTHING,
            person_queries.topic_on,
            person_clauses.topic_on,
        ),
        (
            "is_off",
            _("is off"),
            NOTHING,
            person_queries.topic_off,
            person_clauses.topic_off,
        ),
        (
            "is_unknown",
            UNKNOWN,
            NOTHING,
            agreement_queries.topic_unanswered,
            agreement_clauses.topic_unanswered,
        ),
        name=values.TOPIC,
    ),
    field(
        "preference",
        _("Preference"),
        (
            "is_one_of",
            _("is one of"),
            values.PREFERENCES,
            person_queries.preference_is,
            person_clauses.preference_is,
        ),
        (
            "is_unknown",
            UNKNOWN,
            NOTHING,
            agreement_queries.preference_unknown,
            agreement_clauses.preference_unknown,
        ),
    ),
    field(
        "opted_in",
        _("Opted in"),
        (
            "on",
            _("on"),
            values.DAY,
            agreement_queries.opted_in_on,
            agreement_clauses.opted_in_on,
        ),
        (
            "before",
            _("before"),
            values.DAY,
            agreement_queries.opted_in_before,
            agreement_clauses.opted_in_before,
        ),
        (
            "after",
            _("after"),
            values.DAY,
            agreement_queries.opted_in_after,
            agreement_clauses.opted_in_after,
        ),
        (
            "in_last_days",
            _("in the last … days"),
            values.DAYS,
            agreement_queries.opted_in_in_last,
            agreement_clauses.opted_in_in_last,
        ),
        (
            "more_than_days_ago",
            _("more than … days ago"),
            values.DAYS,
            agreement_queries.opted_in_long_ago,
            agreement_clauses.opted_in_long_ago,
        ),
        (
            "never",
            _("no"),
            NOTHING,
            agreement_queries.not_opted_in,
            agreement_clauses.not_opted_in,
        ),
    ),
    field(
        "unsubscribed",
        _("Unsubscribed"),
        (
            "on",
            _("on"),
            values.DAY,
            agreement_queries.left_on,
            agreement_clauses.left_on,
        ),
        (
            "before",
            _("before"),
            values.DAY,
            agreement_queries.left_before,
            agreement_clauses.left_before,
        ),
        (
            "after",
            _("after"),
            values.DAY,
            agreement_queries.left_after,
            agreement_clauses.left_after,
        ),
        (
            "in_last_days",
            _("in the last … days"),
            values.DAYS,
            agreement_queries.left_in_last,
            agreement_clauses.left_in_last,
        ),
        (
            "more_than_days_ago",
            _("more than … days ago"),
            values.DAYS,
            agreement_queries.left_long_ago,
            agreement_clauses.left_long_ago,
        ),
        (
            "never",
            _("no"),
            NOTHING,
            agreement_queries.not_left,
            agreement_clauses.not_left,
        ),
    ),
    field(
        "primer",
        _("Primer"),
        (
            "was_shown",
            _("was shown to them"),
            NOTHING,
            agreement_queries.primer_shown,
            agreement_clauses.primer_shown,
        ),
        (
            "was_not_shown",
            _("was not shown to them"),
            NOTHING,
            agreement_queries.primer_not_shown,
            agreement_clauses.primer_not_shown,
        ),
        (
            "was_accepted",
            _("was accepted by them"),
            NOTHING,
            agreement_queries.primer_accepted,
            agreement_clauses.primer_accepted,
        ),
        (
            "was_not_accepted",
            _("was not accepted by them"),
            NOTHING,
            agreement_queries.primer_not_accepted,
            agreement_clauses.primer_not_accepted,
        ),
        (
            "was_put_off",
            _("was put off by them"),
            NOTHING,
            agreement_queries.primer_put_off,
            agreement_clauses.primer_put_off,
        ),
        name=choices.PRIMER,
    ),
)

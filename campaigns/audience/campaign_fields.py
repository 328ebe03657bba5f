"""Rows of the closed table: what people got from us, and other segments."""

from django.utils.translation import gettext_lazy as _

from . import campaign_clauses, campaign_queries, event_properties, values
from .table import field
from .values import NOTHING

FIELDS = (
    field(
        "event_property",
        _("Event with a property"),
        (
            "is",
            _("did, where … is"),
            values.PROPERTY_TEXT,
            event_properties.did_where_text,
            event_properties.where_text,
        ),
        (
            "number_is",
            _("did, where … is the number"),
            values.PROPERTY_NUMBER,
            event_properties.did_where_number,
            event_properties.where_number,
        ),
        (
            "at_least",
            _("did, where … is at least"),
            values.PROPERTY_NUMBER,
            event_properties.did_where_at_least,
            event_properties.where_at_least,
        ),
        (
            "at_most",
            _("did, where … is at most"),
            values.PROPERTY_NUMBER,
            event_properties.did_where_at_most,
            event_properties.where_at_most,
        ),
        name=values.EVENT,
    ),
    field(
        "messages",
        _("Messages in general"),
        (
            "sent_one",
            _("got one in the last … days"),
            values.DAYS,
            campaign_queries.sent_one,
            campaign_clauses.sent_one,
        ),
        (
            "sent_none",
            _("got none in the last … days"),
            values.DAYS,
            campaign_queries.sent_none,
            campaign_clauses.sent_none,
        ),
        (
            "opened_one",
            _("opened one in the last … days"),
            values.DAYS,
            campaign_queries.opened_one,
            campaign_clauses.opened_one,
        ),
        (
            "opened_none",
            _("opened none in the last … days"),
            values.DAYS,
            campaign_queries.opened_none,
            campaign_clauses.opened_none,
        ),
    ),
    field(
        "campaign",
        _("One campaign"),
        (
            "was_sent",
            _("was sent to them"),
            NOTHING,
            campaign_queries.was_sent,
            campaign_clauses.was_sent,
        ),
        (
            "was_not_sent",
            _("was not sent to them"),
            NOTHING,
            campaign_queries.was_not_sent,
            campaign_clauses.was_not_sent,
        ),
        (
            "was_opened",
            _("was opened by them"),
            NOTHING,
            campaign_queries.was_opened,
            campaign_clauses.was_opened,
        ),
        (
            "was_not_opened",
            _("was not opened by them"),
            NOTHING,
            campaign_queries.was_not_opened,
            campaign_clauses.was_not_opened,
        ),
        name=values.CAMPAIGN,
    ),
    field(
        "segment",
        _("Another segment"),
        (
            "is_in",
            _("they are in it"),
            values.SEGMENT_KEPT,
            campaign_queries.is_in,
            campaign_clauses.is_in,
        ),
        (
            "is_not_in",
            _("they are not in it"),
            values.SEGMENT_KEPT,
            campaign_queries.is_not_in,
            campaign_clauses.is_not_in,
        ),
        name=values.SEGMENT,
    ),
)

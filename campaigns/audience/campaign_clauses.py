"""The clauses behind comparisons with campaigns and segments: (name, value) -> words.

A campaign or a segment is kept by its number and told by the name that it has now.
"""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.models import Campaign, Segment

from .tree import Membership
from .values import Frozen


def sent_one(name: str, value: int) -> str:
    return ngettext(
        "who were sent a message in the last %(days)d day",
        "who were sent a message in the last %(days)d days",
        value,
    ) % {"days": value}


def sent_none(name: str, value: int) -> str:
    return ngettext(
        "who were sent no message in the last %(days)d day",
        "who were sent no message in the last %(days)d days",
        value,
    ) % {"days": value}


def opened_one(name: str, value: int) -> str:
    return ngettext(
        "who opened a message in the last %(days)d day",
        "who opened a message in the last %(days)d days",
        value,
    ) % {"days": value}


def opened_none(name: str, value: int) -> str:
    return ngettext(
        "who opened no message in the last %(days)d day",
        "who opened no message in the last %(days)d days",
        value,
    ) % {"days": value}


def was_sent(name: str, value: None) -> str:
    return _("who were sent the campaign “%(campaign)s”") % {"campaign": campaign(name)}


def was_not_sent(name: str, value: None) -> str:
    return _("who were not sent the campaign “%(campaign)s”") % {
        "campaign": campaign(name)
    }


def was_opened(name: str, value: None) -> str:
    return _("who opened the campaign “%(campaign)s”") % {"campaign": campaign(name)}


def was_not_opened(name: str, value: None) -> str:
    return _("who did not open the campaign “%(campaign)s”") % {
        "campaign": campaign(name)
    }


def is_in(name: str, value: Membership | Frozen | None) -> str:
    return _("who are in the segment “%(segment)s”") % {"segment": segment(name, value)}


def is_not_in(name: str, value: Membership | Frozen | None) -> str:
    return _("who are not in the segment “%(segment)s”") % {
        "segment": segment(name, value)
    }


def campaign(name: str) -> str:
    """The campaign's name, one query; its number when it is gone."""
    rows = Campaign.objects.filter(pk=name).values_list("name", flat=True)
    return rows.first() or name


def segment(name: str, value: Membership | Frozen | None) -> str:
    """The segment's name: as it was kept, else as it is now, one query."""
    if value is not None:
        return value.title
    rows = Segment.objects.filter(pk=name).values_list("name", flat=True)
    return rows.first() or name

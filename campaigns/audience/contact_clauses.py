"""The clauses behind more comparisons with what people got: (name, value) -> words."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .campaign_clauses import campaign
from .wording import either


def sent_long_ago(name: str, value: int) -> str:
    return ngettext(
        "who were sent their last message more than %(days)d day ago",
        "who were sent their last message more than %(days)d days ago",
        value,
    ) % {"days": value}


def never_sent(name: str, value: None) -> str:
    return _("who were never sent a message")


def opened_of_last(name: str, value: int) -> str:
    return ngettext(
        "who opened the last message that they were sent",
        "who opened one of the last %(messages)d messages that they were sent",
        value,
    ) % {"messages": value}


def ignored_last(name: str, value: int) -> str:
    return ngettext(
        "who did not open the last message that they were sent",
        "who opened none of the last %(messages)d messages that they were sent",
        value,
    ) % {"messages": value}


def control_in_last(name: str, value: int) -> str:
    return ngettext(
        "who were in a control group in the last %(days)d day",
        "who were in a control group in the last %(days)d days",
        value,
    ) % {"days": value}


def control_of(name: str, value: None) -> str:
    return _("who were in the control group of the campaign “%(campaign)s”") % {
        "campaign": campaign(name)
    }


def received(name: str, value: None) -> str:
    return _("whose device received the campaign “%(campaign)s”") % {
        "campaign": campaign(name)
    }


def dismissed(name: str, value: None) -> str:
    return _("who dismissed the campaign “%(campaign)s”") % {"campaign": campaign(name)}


def sent_variant(name: str, value: Sequence[str]) -> str:
    return _("who were sent variant %(variants)s of the campaign “%(campaign)s”") % {
        "variants": either(list(value)),
        "campaign": campaign(name),
    }


def tag_sent(name: str, value: None) -> str:
    return _("who were sent a campaign with the tag “%(tag)s”") % {"tag": name}


def tag_not_sent(name: str, value: None) -> str:
    return _("who were sent no campaign with the tag “%(tag)s”") % {"tag": name}


def tag_sent_in_last(name: str, value: int) -> str:
    return ngettext(
        "who were sent a campaign with the tag “%(tag)s” in the last %(days)d day",
        "who were sent a campaign with the tag “%(tag)s” in the last %(days)d days",
        value,
    ) % {"tag": name, "days": value}


def tag_opened(name: str, value: None) -> str:
    return _("who opened a campaign with the tag “%(tag)s”") % {"tag": name}


def tag_not_opened(name: str, value: None) -> str:
    return _("who opened no campaign with the tag “%(tag)s”") % {"tag": name}

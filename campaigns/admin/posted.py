"""What a browser posted, field by field, as values that a draft may hold."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from campaigns.starting.refusals import Refused
from devices.models import Application

LONGEST_KEY = 18
"""Digits of a row's number: more would not fit the database's."""


def text(post: QueryDict, name: str) -> str:
    """One line ends like another: browsers post CR LF."""
    return post.get(name, "").replace("\r\n", "\n").replace("\x00", "")[:4_000]


def chosen(rows: Any, key: str | None) -> Any:
    """The row of that number among these; None for any other."""
    if not key or not key.isdecimal() or len(key) > LONGEST_KEY:
        return None
    return rows.filter(pk=int(key)).first()


def application(post: QueryDict) -> int:
    """The application that was chosen. Raises Refused without one."""
    found = chosen(Application.objects.all(), post.get("application"))
    if found is None:
        raise Refused(_("Choose an application first."), field="application")
    return int(found.pk)


def one_of(choices: Any, value: str | None, otherwise: str) -> str:
    """The choice that was posted, where it is one."""
    return value if value and value in choices.values else otherwise

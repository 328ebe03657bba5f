"""The only writer of channels, categories, groups, sounds and destinations.

What the app calls a thing (``key``), its application and a sound's platform stay as
they were registered: drafts name it by them.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from campaigns.content import option_rules, options
from campaigns.models import AndroidChannel, Campaign, Destination, Sound
from campaigns.models.registries import Registered
from campaigns.registries import destinations, uses
from campaigns.registries.refusals import Refused, require
from devices.models import AuditEvent

FIXED = ("key", "application", "platform")
SHOWN = 3
"""Campaigns that a sentence names."""


def register(made: Registered, *, user: User) -> None:
    """Save a new one. Raises Refused, with what is wrong by field."""
    require(user, "add", type(made))
    _check(made)
    with _alone():
        _give_way(made)
        made.save(force_insert=True)
        AuditEvent.objects.note(user, "registered", made, **_facts(made))


def change(entry: Registered, values: Mapping[str, Any], *, user: User) -> None:
    """Write the fields that may change. Raises Refused, with what is wrong by field."""
    require(user, "change", type(entry))
    written = {name: each for name, each in values.items() if name not in FIXED}
    for name, value in written.items():
        setattr(entry, name, value)
    _check(entry)
    with _alone():
        _give_way(entry)
        entry.save(update_fields=list(written))
        AuditEvent.objects.note(user, "changed", entry, **_facts(entry))


@contextmanager
def _alone() -> Iterator[None]:
    """One transaction; Refused where somebody else was faster by a moment."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as taken:
        sentence = _("This name is registered already.")
        raise Refused(sentence, {"key": sentence}) from taken


def _facts(entry: Registered) -> dict[str, Any]:
    facts: dict[str, Any] = {"key": entry.key}
    if isinstance(entry, AndroidChannel):
        facts["is_fallback"] = entry.is_fallback
    return facts


def remove(entry: Registered, *, user: User) -> None:
    """Take it away. Raises Refused while something that will be sent needs it."""
    require(user, "delete", type(entry))
    with transaction.atomic():
        mine = type(entry)._default_manager.select_for_update().filter(pk=entry.pk)
        found = mine.first()
        if found is None:
            raise Refused(_("It is not there any more."))
        if reason := hindrance(found):
            raise Refused(reason)
        AuditEvent.objects.note(user, "removed", found, key=found.key)
        mine.delete()


def hindrance(entry: Registered) -> str:
    """Why it cannot be removed, in a sentence; "" when it can be."""
    if isinstance(entry, AndroidChannel) and entry.is_fallback:
        return _(
            "“%(name)s” takes every message that chooses no channel: choose another "
            "one for them first."
        ) % {"name": entry.name}
    users = [*uses.waiting(uses.naming(entry))[:SHOWN]]
    if not users:
        return ""
    sentence = _(
        "“%(name)s” cannot be removed: scheduled campaigns use it (%(campaigns)s)."
    )
    return sentence % {"name": entry.name, "campaigns": _listed(users)}


def _listed(campaigns: list[Campaign]) -> str:
    return ", ".join(_("“%(text)s”") % {"text": each.name} for each in campaigns)


def _give_way(entry: Registered) -> None:
    """One fallback at a time: the one before stops being it in this transaction."""
    if isinstance(entry, AndroidChannel) and entry.is_fallback:
        others = AndroidChannel.objects.filter(
            application=entry.application_id, is_fallback=True
        )
        others.exclude(pk=entry.pk).update(is_fallback=False)


def _check(entry: Registered) -> None:
    entry.key, entry.name = entry.key.strip(), entry.name.strip()
    found = _unfit(entry) | dict(_problems(entry))
    if found:
        raise Refused(" ".join(found.values()), found)


def _problems(entry: Registered) -> Iterator[tuple[str, str]]:
    taken = _("“%(name)s” is taken already.") % {"name": entry.name}
    if not entry.name:
        yield "name", _("Write the name that marketers will pick.")
    elif _others(entry).filter(name__iexact=entry.name).exists():
        yield "name", taken
    if not entry.key:
        yield "key", _("Write what the app calls it.")
    elif wrong := _key_problem(entry):
        yield "key", wrong
    elif _others(entry).filter(key=entry.key).exists():
        yield "key", _("This name is registered already.")
    if isinstance(entry, Destination):
        schemes = entry.application.link_schemes
        yield from destinations.problems(entry, schemes=schemes)


def _unfit(entry: Registered) -> dict[str, str]:
    """What its columns cannot hold, by field."""
    try:
        entry.clean_fields()
    except ValidationError as wrong:
        return {field: said[0] for field, said in wrong.message_dict.items()}
    return {}


def _others(entry: Registered) -> Any:
    mine: dict[str, Any] = {"application": entry.application_id}
    if isinstance(entry, Sound):
        mine["platform"] = entry.platform
    return type(entry)._default_manager.filter(**mine).exclude(pk=entry.pk)


def _key_problem(entry: Registered) -> str:
    if isinstance(entry, Destination):
        return option_rules.problem(options.fields("android")["group"], entry.key)
    if isinstance(entry, Sound) and entry.key in ("default", "none"):
        return _("“%(name)s” has a meaning of its own: name a file of the app.") % {
            "name": entry.key
        }
    place, name = uses.path(entry)
    return option_rules.problem(options.fields(place)[name], entry.key)

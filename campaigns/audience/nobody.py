"""Why a condition alone matches nobody, and what was perhaps meant instead."""

from difflib import get_close_matches

from django.utils.translation import gettext as _

from campaigns.models import PersonList, Run
from devices import dictionary
from devices.models import Event, Person, Topic

from . import known, limits
from .tree import Condition
from .wording import spoken

SECONDS = 0.5
"""For a look at whether anybody has an attribute: no index holds the names."""


def why(condition: Condition, application_id: int) -> str:
    """One sentence; "" when nothing better is known than that nobody matches."""
    family = condition.field.partition(".")[0]
    if family in ("event", "event_property"):
        return _of_event(condition, application_id)
    if family == "attribute":
        return _of_attribute(condition, application_id)
    if family == "topic":
        return _of_topic(condition, application_id)
    if family == "campaign":
        return _of_campaign(condition)
    if family == "list":
        return _of_list(condition)
    return ""


def _of_event(condition: Condition, application_id: int) -> str:
    rows = Event.objects.filter(application=application_id, name=condition.name)
    if rows.exists():
        return ""
    lately = [each["key"] for each in known.events(application_id)]
    names = list(dict.fromkeys([*lately, *dictionary.events(application_id)]))
    facts = {"event": condition.name, "meant": _like(condition.name, names)}
    if facts["meant"]:
        return (
            _("The event “%(event)s” was never received. Did you mean “%(meant)s”?")
            % facts
        )
    return _("The event “%(event)s” was never received.") % facts


def _of_attribute(condition: Condition, application_id: int) -> str:
    offered = {each["name"]: each for each in known.attributes_of(application_id)}
    if condition.name not in offered and not _anybody(condition.name, application_id):
        facts = {"name": condition.name, "meant": _like(condition.name, list(offered))}
        if facts["meant"]:
            return (
                _("Nobody has the attribute “%(name)s”. Did you mean “%(meant)s”?")
                % facts
            )
        return _("Nobody has the attribute “%(name)s”.") % facts
    return _of_value(condition, offered.get(condition.name))


def _of_value(condition: Condition, attribute: known.Offered | None) -> str:
    if condition.operator != "is" or not isinstance(condition.value, str):
        return ""
    values = [each["key"] for each in attribute["values"]] if attribute else []
    meant = _like(condition.value, values)
    if not meant:
        return ""
    facts = {
        "name": spoken(condition.name),
        "value": condition.value,
        "meant": meant,
    }
    return _("Nobody's %(name)s is “%(value)s”. Did you mean “%(meant)s”?") % facts


def _of_topic(condition: Condition, application_id: int) -> str:
    if Topic.objects.filter(application=application_id, key=condition.name).exists():
        return ""
    return _("There is no topic “%(topic)s”.") % {"topic": condition.name}


def _of_campaign(condition: Condition) -> str:
    if Run.objects.filter(campaign=int(condition.name)).exists():
        return ""
    return _("This campaign has not been sent yet.")


def _of_list(condition: Condition) -> str:
    found = PersonList.objects.filter(pk=condition.name, archived_at=None).first()
    if found is None:
        return _("There is no such list.")
    if found.ready_at is None:
        return _("The people of this list are still being looked up.")
    return _("Nobody on this list is known.")


def _anybody(name: str, application_id: int) -> bool:
    """Whether somebody has the attribute; True when that takes too long to say."""
    rows = Person.objects.filter(application=application_id)
    try:
        with limits.seconds(SECONDS):
            return rows.filter(attributes__has_key=name).exists()
    except limits.TooSlow:
        return True


def _like(word: str, words: list[str]) -> str:
    by_small_letters = {each.lower(): each for each in words}
    close = get_close_matches(word.lower(), by_small_letters, n=1, cutoff=0.7)
    return by_small_letters[close[0]] if close else ""

"""The three answers that a person gives for all devices."""

from datetime import datetime

from django.db import transaction

from devices.models import Installation, Person, Preference
from devices.models.consents import PreferenceState
from devices.models.installations import Permission, Platform

from .ledger import Said, append, line

LAST_ANDROID_WITHOUT_PROMPT = 12


def subscribe(person: Person, said: Said, at: datetime) -> bool:
    """Back to the state at creation; False when it was so already."""
    return answer(person, PreferenceState.SUBSCRIBED, said, at)


def opt_in(person: Person, said: Said, at: datetime) -> bool:
    """An explicit yes; False when it was said already."""
    return answer(person, PreferenceState.OPTED_IN, said, at)


def unsubscribe(person: Person, said: Said, at: datetime) -> bool:
    """No more messages on any device; False when it was said already."""
    return answer(person, PreferenceState.UNSUBSCRIBED, said, at)


@transaction.atomic
def answer(person: Person, state: PreferenceState, said: Said, at: datetime) -> bool:
    """Keep one of the three answers, with its line in the ledger.

    False when nothing changed: the same answer, or one older than the last. The same
    one said again is newer all the same: nothing that was said before it counts.
    """
    kept = locked(person)
    if kept.changed_at > at:
        return False
    Preference.objects.filter(person=person).update(
        state=state, changed_at=at, source=said.source
    )
    if kept.state == state:
        return False
    append([line(person, kept.state, state, said, at)], said)
    return True


def locked(person: Person) -> Preference:
    """The person's row, made when they never said anything, and held."""
    Preference.objects.get_or_create(
        person=person, defaults={"changed_at": person.created_at, "source": "created"}
    )
    return Preference.objects.select_for_update().get(person=person)


def preference_of(person: Person) -> str:
    """What the person said last, subscribed when nothing."""
    row = Preference.objects.filter(person=person).first()
    return row.state if row else PreferenceState.SUBSCRIBED


def permission_changed(
    installation: Installation, *, before: str, said: Said, at: datetime
) -> bool:
    """A device reports a new permission; True when that is an explicit yes.

    Accepting the system's prompt, or switching notifications on again in the
    settings, is one where the application says so (``auto_opt_in``). Android
    up to 12 grants without asking, so there it means nothing; a refusal
    changes the device and never the person.
    """
    granted = installation.permission == Permission.GRANTED != before
    if not granted or not asks_first(installation):
        return False
    if not installation.application.auto_opt_in:
        return False
    return opt_in(installation.person, said, at)


def asks_first(installation: Installation) -> bool:
    """Whether this system asks its user before it grants notifications."""
    if installation.platform != Platform.ANDROID:
        return True
    major = installation.os_version.partition(".")[0]
    return major.isdecimal() and int(major) > LAST_ANDROID_WITHOUT_PROMPT

"""What remains of the answers of people who are erased: that they were given."""

from collections.abc import Collection

from devices.models import ConsentEvent, Preference, TopicPreference


def erase(people: Collection[int]) -> int:
    """Drop what they chose; the ledger keeps what was asked and answered, of nobody.

    Returns the lines of the ledger that no longer lead to a device or a proof.
    """
    Preference.objects.filter(person__in=people).delete()
    TopicPreference.objects.filter(person__in=people).delete()
    lines = ConsentEvent.objects.filter(person__in=people)
    return lines.update(installation=None, proof="")

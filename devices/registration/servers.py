"""What a customer's own servers report of people, whom they name by their own ids."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from devices import attributes, events
from devices.models import Application


@transaction.atomic
def record_events(
    application: Application,
    reported: Sequence[events.Happening | events.Fault],
    at: datetime,
) -> list[events.Answer]:
    """Keep each new event; one answer for each, in the same order.

    People nobody knows yet are made; who was erased stays erased, and is answered so.
    """
    named = {each.person for each in reported if isinstance(each, events.Happening)}
    people = attributes.ids_of(application, named, at) if named else {}
    return events.record_of(application, reported, people, at)

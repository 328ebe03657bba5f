"""Which languages people read, counted in a sample that never grows.

Somebody's language is their own, else that of the device they used last: the
snapshot chooses alike (eligibility.judged).
"""

from collections import Counter
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf

from campaigns.audience import limits
from campaigns.audience.limits import TooSlow
from devices.models import Installation, Person

SAMPLE = 2_000
SECONDS = 2.0


def newest(application_id: int) -> Counter[str]:
    """People by language tag ("" is unknown) among the newest of an application."""
    people = Person.objects.present().filter(application=application_id)
    return Counter(_tags(people.order_by("-id")[:SAMPLE]))


def sample(people: QuerySet[Person]) -> Counter[str]:
    """People by language tag among up to 2,000 of these, drawn by random bucket.

    The first ones, when drawing takes the database too long; none when they do too.
    """
    for order in ("bucket", "pk"):
        try:
            with limits.seconds(SECONDS):
                return Counter(_tags(people.order_by(order)[:SAMPLE]))
        except TooSlow:
            continue
    return Counter()


def with_tag(people: QuerySet[Person]) -> QuerySet[Any]:
    """Each of them with ``tag``, that of the language which they read."""
    theirs = Installation.objects.filter(person=OuterRef("pk"), retired_at=None)
    used_last = theirs.exclude(locale="").order_by("-last_seen_at", "-id")
    tag = Coalesce(
        NullIf(F("locale"), Value("")),
        Subquery(used_last.values("locale")[:1]),
        Value(""),
    )
    return people.annotate(tag=tag)


def _tags(people: QuerySet[Person]) -> list[str]:
    return list(with_tag(people).values_list("tag", flat=True))

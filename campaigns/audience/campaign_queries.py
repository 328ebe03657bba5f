"""The queries behind comparisons with campaigns and segments: (name, value, at) -> Q.

A message was sent when the push service took it for one of the person's devices,
and opened when a device said so. Each person's rows are found by the ledger's index
on (person, run); a window ends at ``at``.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    DateTimeField,
    Exists,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)

from campaigns.models import Delivery, Outcome, Receipt, Run
from campaigns.models.reasons import Reason
from devices.models import Person

from .negation import opposite


def sent_one(name: str, value: int, at: datetime) -> Q:
    return Q(Exists(sent(mine(), at__gt=at - timedelta(days=value), at__lte=at)))


def sent_none(name: str, value: int, at: datetime) -> Q:
    return ~sent_one(name, value, at)


def opened_one(name: str, value: int, at: datetime) -> Q:
    return Q(Exists(opened(mine(), at__gt=at - timedelta(days=value), at__lte=at)))


def opened_none(name: str, value: int, at: datetime) -> Q:
    return ~opened_one(name, value, at)


def was_sent(name: str, value: None, at: datetime) -> Q:
    return Q(Exists(sent(of_campaign(name), at__lte=at)))


def was_not_sent(name: str, value: None, at: datetime) -> Q:
    return ~was_sent(name, value, at)


def was_opened(name: str, value: None, at: datetime) -> Q:
    return Q(Exists(opened(of_campaign(name), at__lte=at)))


def was_not_opened(name: str, value: None, at: datetime) -> Q:
    return ~was_opened(name, value, at)


def mine() -> QuerySet[Delivery]:
    """What was meant for the person of the outer query."""
    return Delivery.objects.filter(person_id=OuterRef("pk"))


def of_campaign(name: str) -> QuerySet[Delivery]:
    """What of one campaign was meant for the person of the outer query."""
    runs = Run.objects.filter(campaign=int(name)).values("pk")
    return mine().filter(run_id__in=runs)


def sent(deliveries: QuerySet[Delivery], **window: Any) -> QuerySet[Delivery]:
    """Those that the push service took, within ``at__gt`` and ``at__lte``."""
    same = {"run_id": OuterRef("run_id"), "seq": OuterRef("seq")}
    taken = Outcome.objects.filter(reason=Reason.ACCEPTED, **same, **window)
    return deliveries.filter(Exists(taken))


def opened(deliveries: QuerySet[Delivery], **window: Any) -> QuerySet[Delivery]:
    """Those that a device said were opened, within ``at__gt`` and ``at__lte``."""
    same = {"run_id": OuterRef("run_id"), "seq": OuterRef("seq")}
    told = Receipt.objects.filter(kind="opened", **same, **window)
    return deliveries.filter(Exists(told))


def last_sent(person: Person, campaign: str) -> datetime | None:
    """When the push service last took a message for them; "": of any campaign."""
    same = {"run_id": OuterRef("run_id"), "seq": OuterRef("seq")}
    taken = Outcome.objects.filter(reason=Reason.ACCEPTED, **same).values("at")[:1]
    return _last(person, campaign, taken)


def last_opened(person: Person, campaign: str) -> datetime | None:
    """When they last opened a message; "": of any campaign."""
    same = {"run_id": OuterRef("run_id"), "seq": OuterRef("seq")}
    told = Receipt.objects.filter(kind="opened", **same).values("at")[:1]
    return _last(person, campaign, told)


def _last(
    person: Person, campaign: str, moments: QuerySet[Any, Any]
) -> datetime | None:
    theirs = Delivery.objects.filter(person_id=person.pk)
    if campaign:
        runs = Run.objects.filter(campaign=int(campaign)).values("pk")
        theirs = theirs.filter(run_id__in=runs)
    found: dict[str, datetime | None] = theirs.annotate(
        moment=Subquery(moments, output_field=DateTimeField())
    ).aggregate(last=Max("moment"))
    return found["last"]


def is_in(name: str, value: Q, at: datetime) -> Q:
    """``value`` is the query of the other segment's own rule."""
    return value


def is_not_in(name: str, value: Q, at: datetime) -> Q:
    return opposite(value)

"""The queries behind further comparisons with what people got: (name, value, at) -> Q.

What was sent is found as in campaign_queries. A variant is that of the batch which a
delivery's number falls into; the numbers of variants are those of each run's revision.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.models import Batch, Campaign, Delivery, Receipt, Run, variants
from campaigns.models.reasons import Reason

from .campaign_queries import mine, of_campaign, opened, sent


def sent_long_ago(name: str, value: int, at: datetime) -> Q:
    """They got one, and none lately."""
    since = at - timedelta(days=value)
    lately = Exists(sent(mine(), at__gt=since, at__lte=at))
    return Q(Exists(sent(mine(), at__lte=since))) & ~Q(lately)


def never_sent(name: str, value: None, at: datetime) -> Q:
    return ~Q(Exists(sent(mine(), at__lte=at)))


def opened_of_last(name: str, value: int, at: datetime) -> Q:
    """One of the last so many messages: a run is one message to a person."""
    return Q(Exists(opened(_last(value, at), at__lte=at)))


def ignored_last(name: str, value: int, at: datetime) -> Q:
    """They got so many at least, and opened none of the last ones."""
    runs = _runs(OuterRef("pk"), at)
    enough = Q(Exists(runs[value - 1 : value]))
    return enough & ~opened_of_last(name, value, at)


def _last(count: int, at: datetime) -> QuerySet[Delivery]:
    runs = _runs(OuterRef("person_id"), at)
    return mine().filter(run_id__in=runs[:count])


def _runs(person: OuterRef, at: datetime) -> QuerySet[Delivery, Any]:
    """The runs of which they got something, newest first, each once."""
    got = sent(Delivery.objects.filter(person_id=person), at__lte=at)
    return got.order_by("-run_id").values("run_id").distinct()


def control_in_last(name: str, value: int, at: datetime) -> Q:
    since = at - timedelta(days=value)
    runs = Run.objects.filter(due_at__gt=since, due_at__lte=at).values("pk")
    return Q(Exists(_control(mine().filter(run_id__in=runs))))


def control_of(name: str, value: None, at: datetime) -> Q:
    return Q(Exists(_control(of_campaign(name))))


def _control(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    return deliveries.filter(reason=Reason.CONTROL_GROUP)


def received(name: str, value: None, at: datetime) -> Q:
    return Q(Exists(_told(of_campaign(name), "received", at)))


def dismissed(name: str, value: None, at: datetime) -> Q:
    return Q(Exists(_told(of_campaign(name), "dismissed", at)))


def _told(
    deliveries: QuerySet[Delivery], kind: str, at: datetime
) -> QuerySet[Delivery]:
    same = {"run_id": OuterRef("run_id"), "seq": OuterRef("seq")}
    return deliveries.filter(
        Exists(Receipt.objects.filter(kind=kind, at__lte=at, **same))
    )


def sent_variant(name: str, value: Sequence[str], at: datetime) -> Q:
    """One query of its own: which number each run gave to these variants."""
    runs = Run.objects.filter(campaign=int(name))
    told = runs.values_list("pk", "revision__content__variants")
    choice = Q(run_id=None)
    for run, others in told:
        keys = variants.keys_in({"variants": others or ()})
        numbers = [keys.index(each) for each in value if each in keys]
        choice |= Q(run_id=run) & Q(Exists(_batches(numbers)))
    return Q(Exists(sent(of_campaign(name).filter(choice), at__lte=at)))


def _batches(numbers: Sequence[int]) -> QuerySet[Batch]:
    """The batches of these variants that hold a delivery; retries are lists."""
    return Batch.objects.filter(
        run=OuterRef("run_id"),
        members=None,
        lo__lt=OuterRef("seq"),
        hi__gte=OuterRef("seq"),
        variant__in=numbers,
    )


# Campaigns by their tag


def tag_sent(name: str, value: None, at: datetime) -> Q:
    return Q(Exists(sent(_tagged(name), at__lte=at)))


def tag_not_sent(name: str, value: None, at: datetime) -> Q:
    return ~tag_sent(name, value, at)


def tag_sent_in_last(name: str, value: int, at: datetime) -> Q:
    since = at - timedelta(days=value)
    return Q(Exists(sent(_tagged(name), at__gt=since, at__lte=at)))


def tag_opened(name: str, value: None, at: datetime) -> Q:
    return Q(Exists(opened(_tagged(name), at__lte=at)))


def tag_not_opened(name: str, value: None, at: datetime) -> Q:
    return ~tag_opened(name, value, at)


def _tagged(tag: str) -> QuerySet[Delivery]:
    """What they got of campaigns with this tag, as it stands now."""
    campaigns = Campaign.objects.filter(tags__contains=[tag]).values("pk")
    runs = Run.objects.filter(campaign__in=campaigns)
    return mine().filter(run_id__in=runs.values("pk"))

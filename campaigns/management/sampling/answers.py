"""A live primer of the sample, and what its simulated phones answer to it.

They take the road of real devices: the same choice, the same record, a permission that
changes. Only chance decides, so the primer is marked as a sample.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from campaigns.models import Primer
from campaigns.models.primers import ResponseKind
from campaigns.primers import drafts, offers, responses
from campaigns.primers.eligibility import Moment
from campaigns.primers.examples import EXAMPLES
from devices.models import Application, Installation
from devices.models.installations import Permission

NAME = "Price alerts (sample)"
DAYS = 14
ASKED = 100
"""Devices at most: each answer is a few statements, and a first look needs no more."""
K = ResponseKind
ENDS: dict[tuple[ResponseKind, ...], int] = {
    (K.SHOWN, K.ACCEPTED, K.GRANTED): 46,
    (K.SHOWN, K.ACCEPTED, K.DENIED): 7,
    (K.SHOWN, K.ACCEPTED): 3,
    (K.SHOWN, K.LATER): 38,
    (K.SHOWN,): 6,
}
"""How a showing goes, in per cent."""


def ensure(application: Application, owner: Any, *, seed: int, at: datetime) -> None:
    """Make the primer and its answers of the last 14 days, once."""
    if Primer.objects.filter(application=application, is_sample=True).exists():
        return
    primer = _live_primer(application, owner, at - timedelta(days=DAYS + 1))
    chance = random.Random(f"{seed}/primer")  # noqa: S311
    for device in _devices(application, seed):
        _answer(primer, device, chance, at)


def _live_primer(application: Application, owner: Any, at: datetime) -> Primer:
    example = EXAMPLES["prices"]
    primer = drafts.create(
        application, name=NAME, user=owner, at=at, example=example, is_sample=True
    )
    drafts.go_live(primer, user=owner, version=primer.version, at=at)
    return primer


def _devices(application: Application, seed: int) -> Iterator[Installation]:
    """Those that nobody asked yet, whatever the primer then says of them."""
    rows = Installation.objects.filter(
        application=application,
        key__startswith=f"sample-{seed}-",
        permission__in=(Permission.UNKNOWN, Permission.PROVISIONAL),
        platform__in=drafts.PLATFORMS,
    )
    return iter(rows.select_related("person", "application").order_by("pk")[:ASKED])


def _answer(
    primer: Primer, device: Installation, chance: random.Random, at: datetime
) -> None:
    moment = at - timedelta(seconds=chance.randrange(600, DAYS * 86_400))
    asker = offers.of_installation(device)
    met = Moment(at=moment, sessions=chance.randrange(2, 12))
    drawn = offers.drawn(offers.choose(asker, primer.event, met), asker)
    [kinds] = chance.choices(list(ENDS), list(ENDS.values()))
    if drawn is None or drawn["id"] != offers.public_id(primer):
        return
    for seconds, kind in enumerate(kinds):
        given = responses.Given(
            showing=drawn["showing"],
            kind=kind,
            at=moment + timedelta(seconds=4 * seconds),
        )
        responses.record(primer, asker, given, at)

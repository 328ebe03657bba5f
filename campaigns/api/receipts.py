"""What devices report of the pushes that they got."""

from datetime import timedelta
from typing import Annotated, Any, Literal

from ninja import Field, Router, Schema
from pydantic import AwareDatetime, StringConstraints

from campaigns.delivery import clock, receipts
from devices.api import access, schemas

RATE = access.Rate("receipts", 6_000, timedelta(minutes=1))
"""Calls from one address: that of a mobile carrier stands for many thousand phones."""

router = Router(tags=["Receipts"])


class Receipt(schemas.Strict):
    n: Annotated[str, StringConstraints(min_length=1, max_length=80)] = Field(
        description="What the push carried as “n” in its data."
    )
    kind: Literal["received", "opened", "dismissed"]
    at: AwareDatetime


class Receipts(schemas.Strict):
    receipts: Annotated[list[Receipt], Field(min_length=1, max_length=receipts.MOST)]


class Answers(Schema):
    receipts: list[Literal["recorded", "repeated", "unknown", "too_old"]]


@router.post(
    "/receipts",
    response={200: Answers, 422: schemas.Problem, 429: schemas.Problem},
    summary="Report what became of pushes on the device",
)
def record(request: Any, body: Receipts) -> dict[str, list[receipts.Answer]]:
    """Up to 100 receipts; the answers are in the same order, and none needs a retry.

    No key is needed: “n” is signed, and only who got the push has it. Each kind
    counts once for a push, and for 14 days. Test sends carry no “n”.
    """
    access.spend(RATE, access.caller(request), clock.now())
    items = [
        receipts.Item(reference=each.n, kind=each.kind, at=each.at)
        for each in body.receipts
    ]
    return {"receipts": receipts.record(items, at=clock.now())}

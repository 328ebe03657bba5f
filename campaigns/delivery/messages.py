"""What a run says: its revision compiled once, and one push for one row."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any

from campaigns.content import render
from campaigns.delivery import receipts
from campaigns.models import Revision, Run
from campaigns.models.campaigns import Purpose
from devices.gateways.base import Push, Subscription
from devices.models.installations import SUSPENSION


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A revision's content, compiled, with what the gates need to know.

    ``fields`` are what it reads of a person, in any language.
    ``expires_at`` is the moment after which the message is no longer worth sending.
    """

    run: int
    public_id: str
    content: render.CompiledContent
    fields: tuple[str, ...]
    gates: dict[str, Any]
    expires_at: datetime

    @cached_property
    def collapse(self) -> str:
        """What makes a repetition replace the push on the screen."""
        return f"r{self.run}"

    @cached_property
    def sign(self) -> Callable[[int], str]:
        """Gives the reference that a delivery's receipts name, by its seq."""
        return receipts.signer(self.run)

    def push(
        self,
        *,
        position: int,
        seq: int,
        token: str,
        values: Any,
        ttl: int,
        subscription: Subscription | None = None,
        platform: str = "",
        translation: int = 0,
    ) -> Push | render.Skip:
        """The push for one row, or the reason why this person gets none.

        ``ttl`` is what remains of the message's life, in seconds; ``translation`` the
        number that the ledger keeps.
        """
        return self.content.translated(translation).push(
            position,
            token,
            values or {},
            ttl=ttl,
            collapse=self.collapse,
            data={"n": self.sign(seq), "run": self.public_id},
            subscription=subscription,
            platform=platform,
        )


@lru_cache(maxsize=16)
def letter(run: int, revision_id: int) -> Letter:
    """The letter of a run that is being sent. A revision never changes: cached.

    A message that is corrected is another revision: the claim says which one it was
    made for.
    """
    row = Run.objects.select_related("application").get(pk=run)
    revision = Revision.objects.get(pk=revision_id)
    content = render.compile_content(revision.content, None)
    return Letter(
        run=row.pk,
        public_id=str(row.public_id),
        content=content,
        fields=content.fields,
        gates={
            "promotional": revision.settings["purpose"] == Purpose.PROMOTIONAL,
            "topic": revision.settings["topic"],
            "suspension": SUSPENSION,
        },
        expires_at=(row.started_at or row.due_at) + timedelta(seconds=row.ttl),
    )

"""What a run says: its revision compiled once, and one push for one row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any

from django.utils import timezone

from campaigns.content import moments, render
from campaigns.delivery import receipts
from campaigns.models import PromoList, Revision, Run, contents, variants
from campaigns.models.campaigns import Purpose
from devices.gateways.base import Push, Subscription
from devices.models import Application
from devices.models.installations import SUSPENSION


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A revision's content, compiled, with what the gates need to know.

    ``fields`` are what it reads of a person, in any language.
    ``lists`` are the lists of codes that it gives of, by key; each their number.
    ``expires_at`` is the moment after which the message is no longer worth sending.
    """

    run: int
    public_id: str
    content: render.CompiledContent
    fields: tuple[str, ...]
    gates: dict[str, Any]
    expires_at: datetime
    lists: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def reads_clock(self) -> bool:
        """Whether what it says depends on the day."""
        return self.content.reads_clock

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
            self._known(values),
            ttl=ttl,
            collapse=self.collapse,
            data={"n": self.sign(seq), "run": self.public_id},
            subscription=subscription,
            platform=platform,
        )

    def words(
        self, values: Any, *, platform: str, translation: int
    ) -> render.Words | render.Skip:
        """What the push for one row would say, or why there would be none."""
        mine = self.content.translated(translation).on(platform)
        return mine.words(self._known(values))

    def _known(self, values: Any) -> Any:
        known = values or {}
        return known | moments.clock(timezone.now()) if self.reads_clock else known


@lru_cache(maxsize=64)
def letter(run: int, revision_id: int, variant: int = 0) -> Letter:
    """The letter of a run that is being sent. A revision never changes: cached.

    One for each variant, by its number. A message that is corrected is another
    revision: the claim says which one it was made for.
    """
    row = Run.objects.select_related("application").get(pk=run)
    revision = Revision.objects.get(pk=revision_id)
    content = _compiled(revision, variant, row.application)
    return Letter(
        run=row.pk,
        public_id=str(row.public_id),
        content=content,
        fields=content.fields,
        gates={
            "promotional": revision.settings["purpose"] == Purpose.PROMOTIONAL,
            "topic": revision.settings["topic"],
            "silent": contents.is_silent(revision.content.get("platforms", {})),
            "suspension": SUSPENSION,
        },
        lists=_lists(content.lists, row.application_id),
        expires_at=(row.started_at or row.due_at) + timedelta(seconds=row.ttl),
    )


def _lists(keys: Sequence[str], application_id: int) -> dict[str, int]:
    """The lists that a message names; one that is gone gives nobody a code."""
    if not keys:
        return {}
    rows = PromoList.objects.filter(application=application_id, key__in=keys)
    there = dict(rows.values_list("key", "pk"))
    return {key: there.get(key, 0) for key in keys}


def _compiled(
    revision: Revision, variant: int, application: Application
) -> render.CompiledContent:
    """One variant made ready, its languages numbered as the ledger numbers them."""
    own = variants.contents(revision.content)[variant]
    said = contents.rerouted(own, application)
    tags = variants.tags_in(revision.content)
    return render.compile_content(said, None).number_as(tags)

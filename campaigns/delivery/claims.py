"""A batch in the hands of one worker."""

from dataclasses import dataclass, field
from typing import Any

from campaigns.delivery.outcomes import Standing


@dataclass(slots=True)
class Claim:
    """A batch that this worker holds, by its fencing ``token``.

    Positions run over (lo, hi]: the seq itself, or places in ``members`` from 1. The
    fields are the columns of batches.CLAIMABLE, in their order: ``fingerprint`` is
    the credential's, ``proved`` whether its answers in this run were good, ``over``
    whether the message's life is, ``paced`` whether its channel or its run has a limit
    of speed. ``counts`` and ``barred`` are those of a lane;
    ``looked`` and ``few`` are dead_tokens' last look.
    """

    batch: int
    run: int
    campaign: int
    application: int
    gateway: str
    environment: str
    variant: int
    lo: int
    hi: int
    members: list[int] | None
    attempt: int
    tries: int
    deaths: int
    token: int
    done: int
    next: int
    revision: int
    epoch: int
    policy: str
    stopping: bool
    fingerprint: str
    proved: bool
    over: bool
    paced: bool
    barred: dict[str, Any]
    counts: dict[str, int] = field(default_factory=dict)
    looked: float = -9.0
    few: bool = False

    @property
    def standing(self) -> Standing:
        return Standing(
            policy=self.policy,
            gateway=self.gateway,
            tries=self.tries,
            deaths=self.deaths,
        )

    def seq(self, position: int) -> int:
        """The ledger's number of the row at a position."""
        return position if self.members is None else self.members[position - 1]

    def seqs(self, after: int, upto: int) -> list[int]:
        """The ledger's numbers at positions ``after`` + 1 to ``upto``."""
        if self.members is None:
            return list(range(after + 1, upto + 1))
        return self.members[after:upto]

"""Who may do what; checked where the change is made, whatever asked for it.

Stopping is easy, starting is hard: anybody with ``stop_run`` pauses or stops any
run; a launch to more than LARGE people takes a right that marketers lack.
"""

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from campaigns.delivery import reach
from campaigns.delivery.lifecycle.refusals import NotAllowed, NotConfirmed
from campaigns.models import Run
from campaigns.models.states import RunState

LARGE = 1_000
"""More people than this need a Reviewer or an Administrator."""

TYPED_FROM = 1_000
"""From this many people on, the number is typed to confirm it."""


def require(user: User, *any_of: str) -> None:
    """Raise NotAllowed unless the user has one of these rights of campaigns."""
    if not any(user.has_perm(f"campaigns.{right}") for right in any_of):
        raise NotAllowed


def require_launch(user: User, people: int) -> None:
    """Raise NotAllowed unless the user may launch to so many people."""
    require(user, "launch_campaign")
    if people > LARGE and not user.has_perm("campaigns.launch_large_campaign"):
        raise NotAllowed(
            _(
                "More than %(limit)s people: a reviewer or an administrator has to "
                "launch this campaign."
            )
            % {"limit": LARGE}
        )


def require_confirmation(counted: int, typed: int | None) -> None:
    """Raise NotConfirmed unless a large number was typed as it was counted."""
    if counted >= TYPED_FROM and typed != counted:
        raise NotConfirmed(counted)


def require_cancel(user: User, run: Run) -> None:
    """Whoever launched a run may take it back, as may all who may stop runs."""
    if run.launched_by_id != user.pk:
        require(user, "stop_run")


def require_slow_down(user: User, run: Run) -> None:
    """Whoever launched a run may slow it down, as may all who may stop runs."""
    require_cancel(user, run)


def require_resume(user: User, run: Run) -> None:
    """One's own run, or any with ``resume_run``; large ones as at their launch."""
    if run.launched_by_id != user.pk:
        require(user, "resume_run")
    elif not user.has_perm("campaigns.resume_run"):
        require_launch(user, _reached(run))


def may_launch_again(user: User, run: Run) -> bool:
    """Whether the user may launch to as many people as this run reaches."""
    try:
        require_launch(user, _reached(run))
    except NotAllowed:
        return False
    return True


def _reached(run: Run) -> int:
    """People who get it. Pages ask with each look, so few are not counted again."""
    few = run.people <= LARGE or run.state != RunState.PAUSED
    return min(run.people, LARGE) if few else reach.people(run.pk)

"""Choose how fast: one run while it is under way, or all of a channel."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.delivery import speeds
from campaigns.delivery.lifecycle import rights
from campaigns.delivery.lifecycle.refusals import Incomplete, NotAllowed, WrongState
from campaigns.models import Run
from campaigns.models.states import OPEN_RUNS
from devices.models import AuditEvent, Credential


@dataclass(frozen=True, slots=True)
class Speed:
    """Pushes a minute at most, or None: as fast as possible."""

    per_minute: int | None


def change_speed(run: Run, *, per_minute: int | None, user: User) -> None:
    """Let a run send at most so many a minute; None: as fast as possible.

    Whoever may stop a run may slow it down; to let it go faster takes what resuming
    takes. Raises Refused; then nothing happened.
    """
    require_sensible(per_minute)
    with transaction.atomic():
        found = Run.objects.select_for_update().get(pk=run.pk)
        before = speeds.of_run(found)
        if is_slower(per_minute, before):
            rights.require_slow_down(user, found)
        else:
            rights.require_resume(user, found)
        if found.state not in OPEN_RUNS:
            raise WrongState(_("This run is over already."))
        speeds.limit_run(found, per_minute)
        AuditEvent.objects.note(
            user, "changed the speed", found, before=before, per_minute=per_minute
        )


def limit_channel(
    credential: Credential, *, per_minute: int | None, user: User
) -> None:
    """Let all runs of an application share so many a minute over one channel.

    Raises Refused; then nothing happened.
    """
    if not user.has_perm("devices.change_credential"):
        raise NotAllowed
    require_sensible(per_minute)
    with transaction.atomic():
        row = speeds.limit_channel(
            credential.application,
            credential.gateway,
            credential.environment,
            per_minute,
        )
        AuditEvent.objects.note(
            user, "changed the sending speed", row, per_minute=per_minute
        )


def is_slower(wanted: int | None, before: int | None) -> bool:
    """Whether this is a step down, or none at all."""
    if wanted is None:
        return before is None
    return before is None or wanted <= before


def require_sensible(per_minute: int | None) -> None:
    """Raise Incomplete, which names the field, unless it can be a limit."""
    if per_minute is None or speeds.LEAST <= per_minute <= speeds.MOST:
        return
    raise Incomplete(
        _("Choose a speed between %(least)s and %(most)s a minute.")
        % {"least": speeds.LEAST, "most": speeds.MOST},
        field="per_minute",
    )

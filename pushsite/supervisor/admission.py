"""What must hold of a site's rows before its workers start."""

from django.conf import settings

from campaigns.delivery import clock, instance
from campaigns.models import Switch
from devices import checks, said

from .children import Say
from .preconditions import CannotStart


def admit(say: Say) -> None:
    """Look at keys and at whose database this is, once the tables are there.

    CannotStart, in one sentence, when real and simulated keys are mixed or a key is
    none. A copied or restored site starts with all sending on hold, and says so.
    """
    found = (*checks.keys_can_be_read(), *checks.no_real_key_beside_the_simulator())
    for problem in found:
        raise CannotStart(
            " ".join(each for each in (problem.msg, problem.hint) if each)
        )
    if instance.guard(instance.here(settings.VAR), at=clock.now()):
        return
    switch = Switch.objects.get()
    say("up", f"All sending is on hold: {said.shown(switch.reason)}")

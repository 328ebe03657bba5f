"""Why a move was refused, as a decision for the page that asked."""

from django.utils.translation import gettext_lazy as _

from campaigns.models import Run


class Refused(Exception):
    """Nothing happened. ``str()`` is a sentence for the person who asked."""

    sentence = _("This is not possible now.")

    def __init__(self, sentence: object = "") -> None:
        super().__init__(sentence or self.sentence)

    def __str__(self) -> str:
        return str(self.args[0])


class NotAllowed(Refused):
    """The user lacks the right: show the sentence, offer nothing."""

    sentence = _("You are not allowed to do this.")


class Changed(Refused):
    """Somebody else changed it: show the page anew before asking again."""

    sentence = _(
        "This campaign changed since you opened it. Reload the page and look again."
    )


class WrongState(Refused):
    """The state it is in now does not allow this: show the page anew."""


class Incomplete(Refused):
    """Something is missing in the campaign: lead to the field ``field``."""

    def __init__(self, sentence: object, *, field: str) -> None:
        super().__init__(sentence)
        self.field = field


class NotConfirmed(Refused):
    """The typed number is missing or wrong: ask for it again."""

    def __init__(self, people: int) -> None:
        super().__init__(
            _("Type the number of people, %(people)s, to confirm.") % {"people": people}
        )
        self.people = people


class SendingStopped(Refused):
    """All sending is stopped: say so; a new launch would only wait unseen."""

    sentence = _("All sending is stopped. Restart it before launching.")


class AlreadyLaunched(Refused):
    """It is under way: lead to ``run`` instead."""

    sentence = _("This campaign was already launched.")

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.run = run

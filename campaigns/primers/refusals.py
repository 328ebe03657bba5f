"""Why nothing was written, as a decision for the page that asked."""

from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """Nothing happened. ``str()`` is a sentence for the person who asked."""

    sentence = _("This is not possible now.")

    def __init__(self, sentence: object = "") -> None:
        super().__init__(sentence or self.sentence)

    def __str__(self) -> str:
        return str(self.args[0])


class NotAllowed(Refused):
    """The user lacks the right: show the sentence, offer nothing."""

    sentence = _("You are not allowed to change primers.")


class Changed(Refused):
    """Somebody else saved it: keep what was typed, and show both."""

    sentence = _(
        "Somebody else changed this primer since you opened it. Reload the page and "
        "change it again."
    )


class WrongState(Refused):
    """The state it is in now does not allow this: show the page anew."""


class NotReady(Refused):
    """Something must be fixed before it goes live: show the checks."""

    sentence = _("Fix what must be fixed first: nobody sees this primer yet.")

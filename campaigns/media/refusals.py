"""Why nothing was changed, for whoever asked; and who may ask."""

from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """Nothing was changed. ``str()`` is a sentence for the person who asked."""

    def __init__(self, sentence: object) -> None:
        super().__init__(sentence)

    def __str__(self) -> str:
        return str(self.args[0])


class NotAllowed(Refused):
    """The user lacks the right: show the sentence, offer nothing."""

    def __init__(self) -> None:
        super().__init__(_("You are not allowed to change the media library."))


def require(user: User | None, right: str) -> None:
    """Raise NotAllowed unless the user has this right; None is the system itself."""
    if user is not None and not user.has_perm(f"campaigns.{right}_mediaasset"):
        raise NotAllowed

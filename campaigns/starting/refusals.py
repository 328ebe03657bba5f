"""Why nothing was saved, as a decision for the page that asked."""

from django.contrib.auth.models import User
from django.utils.translation import gettext as _


class Refused(Exception):
    """Nothing happened. ``str()`` is a sentence for the person who asked."""

    def __init__(self, sentence: object, *, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field

    def __str__(self) -> str:
        return str(self.args[0])


def require(user: User, right: str) -> None:
    """Raise Refused unless the user has this right of campaigns."""
    if not user.has_perm(f"campaigns.{right}"):
        raise Refused(_("You are not allowed to do this."))

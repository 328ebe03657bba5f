"""Why nothing was changed, for the page that asked."""

from collections.abc import Mapping

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from campaigns.models.registries import Registered


class Refused(Exception):
    """Nothing was changed. ``problems`` has a sentence for each wrong field."""

    def __init__(self, sentence: str, problems: Mapping[str, str] | None = None):
        super().__init__(sentence)
        self.problems = dict(problems or {})

    def __str__(self) -> str:
        return str(self.args[0])


def require(user: User, verb: str, model: type[Registered]) -> None:
    """Raise Refused unless the user may "add", "change" or "delete" such rows."""
    if not user.has_perm(f"campaigns.{verb}_{model._meta.model_name}"):
        raise Refused(_("You are not allowed to do this."))

"""The one way in which devices refuses what an app or a person asks for."""

from django.utils.functional import Promise
from push_notifications.exceptions import NotificationError


class Refused(NotificationError):
    """What was given cannot be kept: show ``message`` to whoever gave it.

    ``field`` is a JSON pointer into what was given ("/token", or "" for the
    whole), ``code`` a stable word for programs, ``message`` a sentence for people
    that says what to do. None of them holds a token or a secret.
    """

    def __init__(self, field: str, code: str, message: str | Promise) -> None:
        super().__init__(str(message))
        self.field = field
        self.code = code

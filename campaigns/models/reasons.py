"""The one reason that every delivery ends with, and the words for it.

Hundreds give the state: 1xx accepted, 2xx failed, 3xx skipped, 4xx unknown, 5xx not
final (the delivery is parked for another attempt).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .states import DeliveryState


class Reason(models.IntegerChoices):
    ACCEPTED = 100, _("Handed to the push service")

    TOKEN_DEAD = 200, _("App removed, or notifications cleared on this device")
    WRONG_SENDER = 201, _("The device belongs to another app or project")
    MESSAGE_REFUSED = 202, _("The push service refused the message itself")
    DROPPED = 203, _("The push service accepted the message and threw it away")
    GAVE_UP = 204, _("The push service stayed unavailable through every attempt")
    INTERNAL_ERROR = 205, _("An error on our side")

    UNSUBSCRIBED = 300, _("Unsubscribed")
    TOPIC_OFF = 301, _("Switched this topic off")
    NO_CONSENT = 302, _("Did not opt in")
    NO_DEVICE = 303, _("Has no device")
    PERMISSION_DENIED = 304, _("Notifications are not allowed on the device")
    TOKEN_INACTIVE = 305, _("The device can no longer be reached")
    SUSPENDED = 306, _("The device is set aside after an error")
    DUPLICATE_TOKEN = 307, _("The same device was already counted")
    NO_CREDENTIAL = 308, _("The application has no key for this push service")
    LEFT_AUDIENCE = 309, _("Unsubscribed or unreachable since the audience was counted")
    ERASED = 310, _("Erased at the person's request")
    MISSING_VALUE = 311, _("A value that the message needs is missing")
    TOO_LARGE = 312, _("The message is too long for this person")
    EXPIRED = 313, _("The message was no longer valid when its turn came")
    STOPPED = 314, _("The run was stopped first")
    CAPPED = 315, _("Received enough messages already")
    UNWRITABLE = 316, _("The message cannot be written with this person's values")
    NOT_THIS_PLATFORM = 317, _("The message is not for this kind of device")
    STALE = 319, _("The device has been silent for too long")
    LEFT_OUT = 320, _("The message’s own rule leaves this person out")
    NO_CODE = 321, _("No promo code was left")
    OTHER_DEVICE = 322, _("It goes to another device, which the person used later")
    CONTROL_GROUP = 323, _("In the control group, which gets nothing to compare with")
    PAUSED = 326, _("Asked for a pause of news and offers")
    EXCLUDED = 327, _("On a list of people who never get a message")

    NO_ANSWER = 400, _("The connection broke before the answer came")
    WORKER_LOST = 401, _("A sending process was lost before the answer was written")
    SERVER_ERROR = 402, _("The push service answered with an error of its own")

    THROTTLED = 500, _("The push service asked us to slow down")
    UNAVAILABLE = 501, _("The push service was unavailable; not sent")
    NOT_SENT = 502, _("Not sent yet")
    KEY_REFUSED = 503, _("Our key was refused; waiting for a new one")
    RETRY_UNKNOWN = 504, _("No answer; sending again as the message asks")

    @property
    def state(self) -> DeliveryState:
        """The state a delivery with this reason is in."""
        return state_of(self.value)


def state_of(code: int) -> DeliveryState:
    """The delivery state that a reason's number stands for."""
    return DeliveryState(code // 100 % 5)

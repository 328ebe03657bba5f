"""What each reason asks of whom: the words behind every number of the results."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.models.reasons import Reason

NOBODY = ""
MARKETER = _("whoever writes the message")
DEVELOPER = _("the app's developers")
ADMINISTRATOR = _("an administrator")
OPERATOR = _("whoever runs the server")


@dataclass(frozen=True, slots=True)
class Advice:
    """``todo`` is a sentence; ``who`` it is for, "" when nobody must act."""

    todo: str | Promise
    who: str | Promise


NORMAL = _("Nothing to do: this is normal.")
MAYBE = _(
    "They may or may not have it. We do not send again, so that nobody gets it twice."
)

ADVICE: dict[int, Advice] = {
    Reason.ACCEPTED: Advice(
        _("Nothing to do. Whether it was shown, only the app can report."), NOBODY
    ),
    Reason.TOKEN_DEAD: Advice(
        _("Nothing to do: we no longer send to this device until it registers again."),
        NOBODY,
    ),
    Reason.WRONG_SENDER: Advice(
        _("Check that the key under Applications belongs to the app on these devices."),
        ADMINISTRATOR,
    ),
    Reason.MESSAGE_REFUSED: Advice(
        _("Correct the message before sending it again; its code says what is wrong."),
        DEVELOPER,
    ),
    Reason.DROPPED: Advice(
        _("Ask the push service's console why; it accepted these and dropped them."),
        DEVELOPER,
    ),
    Reason.GAVE_UP: Advice(
        _("Send again when the push service works: these people got nothing."), MARKETER
    ),
    Reason.INTERNAL_ERROR: Advice(
        _("Read the log of the send workers at the time of the run."), OPERATOR
    ),
    Reason.UNSUBSCRIBED: Advice(
        _("Nothing to do: they asked for no messages."), NOBODY
    ),
    Reason.TOPIC_OFF: Advice(
        _("Nothing to do: they want no messages about this topic."), NOBODY
    ),
    Reason.NO_CONSENT: Advice(
        _("Ask for consent in the app; promotional messages need it."), DEVELOPER
    ),
    Reason.NO_DEVICE: Advice(
        _("Nothing to do here: no app of theirs has registered a device."), NOBODY
    ),
    Reason.PERMISSION_DENIED: Advice(
        _("Only the person can allow notifications, in the settings of the device."),
        NOBODY,
    ),
    Reason.TOKEN_INACTIVE: Advice(
        _("Nothing to do: the device returns when its app is opened again."), NOBODY
    ),
    Reason.SUSPENDED: Advice(
        _("Check the key under Applications; these devices answered with its error."),
        ADMINISTRATOR,
    ),
    Reason.DUPLICATE_TOKEN: Advice(
        _("Nothing to do: the same device is registered twice and gets it once."),
        NOBODY,
    ),
    Reason.NO_CREDENTIAL: Advice(
        _("Add the key of this push service under Applications."), ADMINISTRATOR
    ),
    Reason.NOT_THIS_PLATFORM: Advice(
        _("To reach them, send it to this platform too: see the message's options."),
        MARKETER,
    ),
    Reason.STALE: Advice(
        _("To reach them, choose “wins people back” beside the audience."),
        MARKETER,
    ),
    Reason.OTHER_DEVICE: Advice(
        _("Nothing to do: the person gets it on the device that they used last."),
        NOBODY,
    ),
    Reason.CONTROL_GROUP: Advice(
        _("Nothing to do: they get nothing, so that you can compare with them."),
        NOBODY,
    ),
    Reason.EXCLUDED: Advice(
        _("Nothing to do, unless they are on that list by mistake: Lists of people."),
        MARKETER,
    ),
    Reason.PAUSED: Advice(
        _("Nothing to do: they get messages again when their pause ends."), NOBODY
    ),
    Reason.LEFT_AUDIENCE: Advice(NORMAL, NOBODY),
    Reason.ERASED: Advice(NORMAL, NOBODY),
    Reason.MISSING_VALUE: Advice(
        _('Give the value a default in the message: {{ name | default: "there" }}.'),
        MARKETER,
    ),
    Reason.LEFT_OUT: Advice(
        _("Nothing to do, unless “Do not send it to” in the message is too wide."),
        MARKETER,
    ),
    Reason.NO_CODE: Advice(
        _("Upload more promo codes, or say which fixed code stands in for them."),
        MARKETER,
    ),
    Reason.TOO_LARGE: Advice(_("Shorten the message or its longest value."), MARKETER),
    Reason.EXPIRED: Advice(
        _("Give the message a longer time to live, or send it at a quieter hour."),
        MARKETER,
    ),
    Reason.STOPPED: Advice(
        _("To reach them, duplicate the campaign and launch it again."), MARKETER
    ),
    Reason.CAPPED: Advice(NORMAL, NOBODY),
    Reason.NO_ANSWER: Advice(MAYBE, NOBODY),
    Reason.WORKER_LOST: Advice(MAYBE, NOBODY),
    Reason.SERVER_ERROR: Advice(MAYBE, NOBODY),
    Reason.THROTTLED: Advice(
        _("Nothing to do: we wait as asked and try again."), NOBODY
    ),
    Reason.UNAVAILABLE: Advice(_("Nothing to do: we try again by ourselves."), NOBODY),
    Reason.NOT_SENT: Advice(_("Nothing to do: we try again by ourselves."), NOBODY),
    Reason.KEY_REFUSED: Advice(
        _("Repair the key under Applications; sending continues by itself then."),
        ADMINISTRATOR,
    ),
    Reason.RETRY_UNKNOWN: Advice(
        _("Nothing to do: we try again by ourselves."), NOBODY
    ),
}


def of(reason: int) -> Advice | None:
    """The advice for a reason's number, None for a number we do not know."""
    return ADVICE.get(reason)

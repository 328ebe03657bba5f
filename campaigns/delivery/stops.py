"""Why something was stopped, how it is mended, and who can do it: one sentence each.

Kept as they are written here, and translated for whoever reads them (devices.said).
"""

from django.utils.translation import gettext_noop

from devices import said
from devices.models.applications import GatewayKind

WRONG_SENDER = {
    GatewayKind.FCM: gettext_noop(
        "These devices belong to another Firebase project than our key; no device was "
        "switched off: an Administrator puts the right project's key under "
        "Applications and presses Resume."
    ),
    GatewayKind.APNS: gettext_noop(
        "Apple does not know these devices: the key is for the sandbox where "
        "production is meant (or the reverse), or its bundle id is another app's; no "
        "device was switched off: an Administrator corrects it under Applications and "
        "presses Resume."
    ),
    GatewayKind.WEBPUSH: gettext_noop(
        "These browsers subscribed with another key pair than ours; no browser was "
        "switched off: an Administrator adds the pair that the website used under "
        "Applications and presses Resume."
    ),
    GatewayKind.WNS: gettext_noop(
        "These devices belong to another Windows app than our key; no device was "
        "switched off: an Administrator puts the right app's key under Applications "
        "and presses Resume."
    ),
}
REFUSED_KEY = gettext_noop(
    "%(gateway)s refused our key (%(code)s); nothing is lost: an Administrator renews "
    "the key under Applications and presses Resume."
)
UNPROVED_HOST = gettext_noop(
    "Whatever answers in the place of %(gateway)s could not prove its identity, so "
    "nothing was sent: an Administrator lets SSL_CERT_FILE name the certificate of the "
    "proxy that opens the connection, or sets the clock, then presses Resume."
)
LOST = gettext_noop(
    "Too many answers of %(gateway)s were lost or were errors of its own, so nobody "
    "could know who got the message: when the service works again, an Administrator "
    "presses Resume under Applications."
)
REFUSED_MESSAGE = gettext_noop(
    "%(gateway)s refused the message itself (%(words)s), so nobody else was tried: a "
    "Marketer stops this run, corrects the message and launches it again; a Reviewer "
    "may resume it for the others."
)
OWN_ERRORS = gettext_noop(
    "%(count)s messages could not be made because of errors on our side, so the rest "
    "waits: an Administrator reads the log of the send workers, then a Reviewer "
    "resumes the run."
)
UNWRITABLE = gettext_noop(
    "The message cannot be written with the values of %(count)s people, so the rest "
    "waits: a Marketer stops this run, corrects the message and launches it again; a "
    "Reviewer may resume it for the others."
)
FIREBASE = gettext_noop(
    "Firebase has no key that Apple or the browsers accept (%(code)s), so devices of "
    "the kind “%(platform)s” wait and the others go on: an Administrator renews that "
    "key in the Firebase console under Project settings, Cloud Messaging."
)
PREPARING = gettext_noop(
    "An error on our side keeps the audience from being written down, so nobody was "
    "sent anything: an Administrator reads the log of the control worker."
)
UNEVEN = gettext_noop(
    "An error on our side: the audience does not add up. Nobody got it."
)
BATCH = gettext_noop(
    "An error on our side keeps some devices from being sent to, and they wait: an "
    "Administrator reads the log of the send workers; a Reviewer may resume the run, "
    "and what still fails then is counted as failed."
)


def wrong_sender(gateway: str) -> str:
    return said.keep(WRONG_SENDER[GatewayKind(gateway)])


def refused_key(gateway: str, code: str) -> str:
    return said.keep(REFUSED_KEY, gateway=_name(gateway), code=code)


def unproved_host(gateway: str) -> str:
    return said.keep(UNPROVED_HOST, gateway=_name(gateway))


def lost_answers(gateway: str) -> str:
    return said.keep(LOST, gateway=_name(gateway))


def refused_message(gateway: str, code: str, detail: str) -> str:
    """``detail`` are the provider's words; the code stands where there are none."""
    words = f"{code}: {detail}" if code and detail else code or detail
    return said.keep(REFUSED_MESSAGE, gateway=_name(gateway), words=words)


def firebase_lacks_a_key(platform: str, code: str) -> str:
    return said.keep(FIREBASE, platform=platform, code=code)


def own_errors(count: int) -> str:
    return said.keep(OWN_ERRORS, count=count)


def unwritable(count: int) -> str:
    return said.keep(UNWRITABLE, count=count)


def cannot_prepare() -> str:
    return said.keep(PREPARING)


def uneven_audience() -> str:
    return said.keep(UNEVEN)


def stuck_batch() -> str:
    return said.keep(BATCH)


def _name(gateway: str) -> str:
    """Product names: the same in every language."""
    return str(GatewayKind(gateway).label)

"""Whether VAPID keys work, in words for an administrator.

No push service tells before a browser has subscribed. So what can be proved here is
proved here, and one service is asked for a browser that nobody has.
"""

from django.utils.translation import gettext_lazy as _

from devices.gateways import breaks, webpush_answers
from devices.gateways.base import Check, Verdict
from devices.gateways.wire import Answer

ORIGIN = "https://fcm.googleapis.com"
NOBODY = f"{ORIGIN}/fcm/send/pushsite-check"
"""An address that Google never gave to a browser."""

GOOD = _(
    "The keys belong together, and the push services can be reached. Whether a browser "
    "shows a message is seen by a test send to a browser that subscribed."
)
REFUSED = _(
    "The push services can be reached, but Google's refused these keys (%(code)s). "
    "Check that the clock of this machine is right and that the contact address is "
    "one of yours."
)
OTHERWISE = _(
    "The keys belong together, but Google's push service did not answer as expected "
    "(%(code)s). Nothing was delivered. Try again in a few minutes."
)
EXPECTED = (Verdict.TOKEN_DEAD, Verdict.TOKEN_MISMATCH, Verdict.PAYLOAD_REJECTED)
"""All of them are about an address that nobody has."""


def check_of(answer: Answer) -> Check:
    """Whether the credential works, from the answer to a push to NOBODY."""
    if not answer.status:
        code = breaks.code_of(answer)
        return Check(ok=False, sentence=breaks.sentence_of(answer), code=code)
    result = webpush_answers.result_of(answer)
    if result.verdict in EXPECTED:
        return Check(ok=True, sentence=str(GOOD))
    refused = result.verdict is Verdict.AUTH_CONFIG
    sentence = (REFUSED if refused else OTHERWISE) % {"code": result.code}
    return Check(ok=False, sentence=sentence, code=result.code)

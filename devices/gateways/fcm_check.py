"""FCM's answer to a validated test message, in words for an administrator."""

from django.utils.translation import gettext_lazy as _

from devices.gateways import breaks, fcm_answers
from devices.gateways.base import Check
from devices.gateways.wire import Answer

ACCEPTED = _("Google accepts this key for its project: pushes can be sent.")
SENTENCE_OF = {
    (401, ""): _(
        "Google gave an access token for this key and then refused it. Check that "
        "the clock of this machine is right, or make a new key in the Firebase "
        "console and upload it here."
    ),
    (403, "PERMISSION_DENIED"): _(
        "Google knows this key, but it may not send. In the Google Cloud console give "
        "the service account the role Firebase Cloud Messaging API Admin."
    ),
    (403, "SERVICE_DISABLED"): _(
        "The Firebase Cloud Messaging API is switched off for this project. Switch it "
        "on in the Google Cloud console, under APIs and services, and wait a few "
        "minutes."
    ),
    (404, ""): _(
        "Google does not know the project that this key names. It may have been "
        "deleted: download a key of the right project."
    ),
    (429, ""): _(
        "Google says that too much is being sent for this project at the moment. The "
        "key works; try again in a few minutes."
    ),
}
"""By HTTP status and code; "" stands for every other code of that status."""

OTHERWISE = _(
    "Google did not accept a test message (%(code)s). Nothing was delivered. Try "
    "again in a few minutes; if it stays, make a new key and upload it here."
)


def check_of(answer: Answer) -> Check:
    """Whether the credential works, from the answer to fcm_message.check_body()."""
    if not answer.status:
        code = breaks.code_of(answer)
        return Check(ok=False, sentence=breaks.sentence_of(answer), code=code)
    code = fcm_answers.result_of(answer, token="").code
    if answer.status == 200:
        return Check(ok=True, sentence=str(ACCEPTED), code=code)
    status = answer.status
    sentence = SENTENCE_OF.get((status, code)) or SENTENCE_OF.get((status, ""))
    return Check(
        ok=False, sentence=str(sentence or OTHERWISE % {"code": code}), code=code
    )

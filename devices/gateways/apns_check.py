"""Apple's answer to a push to nobody, in words for an administrator."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from devices.gateways import apns_answers, breaks
from devices.gateways.apns_credential import ApnsCredential
from devices.gateways.apns_key import ApnsKey
from devices.gateways.base import Check
from devices.gateways.wire import Answer

PROVING = {"BadDeviceToken", "DeviceTokenNotForTopic", "Unregistered", "ExpiredToken"}
"""Apple looks at the device token last: these prove everything before it."""

SENTENCE_OF: dict[str, str | Promise] = {
    "BadCertificate": _(
        "Apple refused this certificate. It may have been revoked: make a new one in "
        "your Apple developer account, or use an APNs key."
    ),
    "BadCertificateEnvironment": _(
        "This certificate belongs to the other environment. Store it under the "
        "environment (production or sandbox) for which it was made."
    ),
    "BadEnvironmentKeyIdInToken": _(
        "This key may not be used in this environment. Store it under the environment "
        "(production or sandbox) for which it was made, or make a key for both."
    ),
    "BadTopic": _(
        "Apple does not know this bundle ID. Compare it with the bundle ID in Xcode, "
        "under Signing & Capabilities."
    ),
    "CertificateEnded": _(
        "This certificate has ended. Make a new one in your Apple developer account, "
        "or use an APNs key, which does not expire."
    ),
    "ExpiredProviderToken": _(
        "Apple says that a token which was made just now has expired. Check that the "
        "clock of this machine is right."
    ),
    "Forbidden": _(
        "Apple does not let this key send. In your Apple developer account check that "
        "the key has the Apple Push Notifications service, and make a new one if not."
    ),
    "InvalidProviderToken": _(
        "Apple does not know this key for this team. Compare the key ID and the team "
        "ID with those in your Apple developer account; the key may have been revoked."
    ),
    "TooManyProviderTokenUpdates": _(
        "Apple got too many new tokens made with this key. Check whether another "
        "program uses the same key, wait 20 minutes, then try again."
    ),
    "TopicDisallowed": _(
        "This credential may not send to this bundle ID. Use a key of the team that "
        "owns the app, and one that is not limited to other apps."
    ),
    "UnrelatedKeyIdInToken": _(
        "Apple took this key for another one on the same connection. Try again in a "
        "few minutes; if it stays, make a new key and upload it here."
    ),
}
SENTENCE_OF |= {
    "BadEnvironmentKeyInToken": SENTENCE_OF["BadEnvironmentKeyIdInToken"],
    "MissingProviderToken": SENTENCE_OF["InvalidProviderToken"],
    "MissingTopic": SENTENCE_OF["BadTopic"],
}


def check_of(answer: Answer, credential: ApnsCredential) -> Check:
    """Whether the credential works, from the answer to a push to a token of nobody."""
    code = apns_answers.result_of(answer).code
    if not answer.status and code not in SENTENCE_OF:
        return _unanswered(answer, credential)
    if code in PROVING or answer.status == 200:
        return Check(ok=True, sentence=_accepted(credential), code=code)
    return Check(ok=False, sentence=sentence_of(code), code=code)


def sentence_of(code: str) -> str:
    """Why a credential does not work, and what mends it, for one of Apple's reasons."""
    known = SENTENCE_OF.get(code)
    if known is not None:
        return str(known)
    sentence = _(
        "Apple did not accept a test request (%(code)s). Nothing was delivered. Try "
        "again in a few minutes; if it stays, make a new key and upload it here."
    )
    return str(sentence % {"code": code})


def _unanswered(answer: Answer, credential: ApnsCredential) -> Check:
    """A server may refuse a certificate by hanging up, before any answer."""
    code = breaks.code_of(answer)
    if isinstance(credential, ApnsKey) or code not in ("connection", "tls"):
        return Check(ok=False, sentence=breaks.sentence_of(answer), code=code)
    sentence = _(
        "Apple closed the connection without an answer (%(cause)s). It may not "
        "accept this certificate: try again in a few minutes; if it stays, make a "
        "new one in your Apple developer account, or use an APNs key."
    )
    return Check(
        ok=False, sentence=str(sentence % {"cause": answer.text[:120]}), code=code
    )


def _accepted(credential: ApnsCredential) -> str:
    if isinstance(credential, ApnsKey):
        sentence = _(
            "Apple accepts the key %(key)s of the team %(team)s for %(topic)s: pushes "
            "can be sent."
        )
        named = {"key": credential.key_id, "team": credential.team_id}
        return str(sentence % {**named, "topic": credential.topic})
    sentence = _("Apple accepts this certificate for %(topic)s: pushes can be sent.")
    return str(sentence % {"topic": credential.topic})

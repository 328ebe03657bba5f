"""What an error of the transport means for the push that it hit (design.md 5).

Proved against the simulator in tests/devices/gateways/test_sender.py.
"""

import pycurl
from django.utils.translation import gettext as _

from devices.gateways.base import Result, Verdict
from devices.gateways.wire import Answer, host_of

CODE_OF = {
    pycurl.E_COULDNT_RESOLVE_HOST: "dns",
    pycurl.E_COULDNT_RESOLVE_PROXY: "dns",
    pycurl.E_COULDNT_CONNECT: "connect",
    pycurl.E_OPERATION_TIMEDOUT: "timeout",
    pycurl.E_SSL_CONNECT_ERROR: "tls",
    pycurl.E_PEER_FAILED_VERIFICATION: "certificate",
    pycurl.E_SSL_CACERT_BADFILE: "certificate",
    pycurl.E_HTTP2: "connection",
    92: "stream",  # CURLE_HTTP2_STREAM has no name in pycurl
    pycurl.E_SEND_ERROR: "connection",
    pycurl.E_RECV_ERROR: "connection",
    pycurl.E_GOT_NOTHING: "connection",
    pycurl.E_SEND_FAIL_REWIND: "connection",
}

PLAINTEXT = ("wrong version number", "http request", "packet length too long")
"""OpenSSL's words when the other side does not speak TLS at all."""


def code_of(answer: Answer) -> str:
    """One word for the error: the same for the same cause in every gateway."""
    if answer.fenced:
        return "fence"
    return CODE_OF.get(answer.error, f"curl_{answer.error}")


def is_untrusted(answer: Answer) -> bool:
    """Whether the host could not prove that it is the one that was asked.

    That does not pass by itself, and nothing left: the gateway must be paused.
    """
    if answer.left:
        return False
    if code_of(answer) == "certificate":
        return True
    text = answer.text.lower()
    return code_of(answer) == "tls" and any(words in text for words in PLAINTEXT)


def verdict_of(answer: Answer) -> Verdict:
    """The verdict on a push whose answer has no status line."""
    if is_untrusted(answer):
        return Verdict.AUTH_CONFIG
    if not answer.left:
        return Verdict.NOT_SENT
    if answer.left_out:
        return Verdict.NOT_ACCEPTED
    return Verdict.AMBIGUOUS


def result_of(answer: Answer) -> Result:
    """The result of a push whose answer has no status line."""
    return Result(
        reference=answer.request.reference,
        verdict=verdict_of(answer),
        code=code_of(answer),
        detail=answer.text[:200],
        left=answer.left,
    )


def sentence_of(answer: Answer) -> str:
    """The same for an administrator, who asked whether a credential works."""
    host = host_of(answer.request.url)
    if is_untrusted(answer):
        return _(
            "%(host)s could not prove its identity, so nothing was sent. A proxy may "
            "be opening the connection: let SSL_CERT_FILE name its certificate."
        ) % {"host": host}
    return _(
        "%(host)s could not be reached (%(cause)s). Check the network, the proxy and "
        "the firewall of this machine, then try again."
    ) % {"host": host, "cause": answer.text[:120] or code_of(answer)}

"""FCM's error bodies, as they were seen on the wire (providers.md G1)."""

from dataclasses import replace
from typing import Any

from devices.simulator.exchange import Reply, json_reply, page_reply
from devices.simulator.fcm_schema import Violation
from devices.simulator.scripts import Script

TYPES = "type.googleapis.com/google."


def error(code: int, status: str, message: str, *details: dict[str, Any]) -> Reply:
    """Google's error shape (https://google.aip.dev/193)."""
    body: dict[str, Any] = {"code": code, "message": message, "status": status}
    if details:
        body["details"] = list(details)
    return json_reply(code, {"error": body})


def refused_fields(violation: Violation) -> Reply:
    """The answer to a message that does not fit the schema or the limits."""
    details = []
    if not violation.parsing:
        details.append(_fcm("INVALID_ARGUMENT"))
    if violation.field:
        details.append(_bad_request(violation.field, violation.words))
    return error(400, "INVALID_ARGUMENT", violation.words, *details)


def scripted(script: Script, accepted: Reply) -> Reply:
    """The answer that a script gives, where ``accepted`` would be the ordinary one."""
    reply = REPLIES.get(script.name, accepted)
    if reply is accepted:
        reply = replace(accepted, manner=script.name)
    if script.retry_after is not None:
        reply = _retry_after(reply, script.retry_after)
    return replace(reply, delay=script.delay)


def _fcm(code: str) -> dict[str, Any]:
    return {"@type": f"{TYPES}firebase.fcm.v1.FcmError", "errorCode": code}


def _bad_request(field: str, words: str) -> dict[str, Any]:
    violations = [{"field": field, "description": words}]
    return {"@type": f"{TYPES}rpc.BadRequest", "fieldViolations": violations}


def _info(reason: str, **metadata: str) -> dict[str, Any]:
    return {
        "@type": f"{TYPES}rpc.ErrorInfo",
        "reason": reason,
        "domain": "googleapis.com",
        "metadata": metadata,
    }


def _quota(subject: str, words: str) -> dict[str, Any]:
    violations = [{"subject": subject, "description": words}]
    return {"@type": f"{TYPES}rpc.QuotaFailure", "violations": violations}


def _retry_after(reply: Reply, seconds: int) -> Reply:
    kept = tuple(line for line in reply.headers if line[0] != "retry-after")
    return replace(reply, headers=(*kept, ("retry-after", str(seconds))))


def _fcm_error(code: int, status: str, word: str, message: str) -> Reply:
    return error(code, status, message, _fcm(word))


UNAVAILABLE = error(503, "UNAVAILABLE", "The service is currently unavailable.")
REPLIES = {
    "dead": _fcm_error(
        404, "NOT_FOUND", "UNREGISTERED", "Requested entity was not found."
    ),
    "malformed": _fcm_error(
        400,
        "INVALID_ARGUMENT",
        "INVALID_ARGUMENT",
        "The registration token is not a valid FCM registration token",
    ),
    "mismatch": _fcm_error(
        403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH", "SenderId mismatch"
    ),
    "payload": refused_fields(
        Violation("message.android.notification.color", "Invalid color")
    ),
    "unauthenticated": error(
        401,
        "UNAUTHENTICATED",
        "Request had invalid authentication credentials. Expected OAuth 2 access "
        "token, login cookie or other valid authentication credential. See "
        "https://developers.google.com/identity/sign-in/web/devconsole-project.",
    ),
    "thirdparty": _fcm_error(
        401,
        "UNAUTHENTICATED",
        "THIRD_PARTY_AUTH_ERROR",
        "Auth error from APNS or Web Push Service",
    ),
    "forbidden": error(
        403,
        "PERMISSION_DENIED",
        "Permission 'cloudmessaging.messages.create' denied on resource "
        "'//cloudresourcemanager.googleapis.com/projects/demo' (or it may not exist).",
    ),
    "disabled": error(
        403,
        "PERMISSION_DENIED",
        "Firebase Cloud Messaging API has not been used in this project before or it "
        "is disabled.",
        _info("SERVICE_DISABLED", service="fcm.googleapis.com"),
    ),
    "notfound": page_reply(404, "Not Found"),
    "throttled": error(
        429,
        "RESOURCE_EXHAUSTED",
        "Quota exceeded",
        _fcm("QUOTA_EXCEEDED"),
        _quota("project_number:1", "Message rate exceeded"),
    ),
    "busy": error(
        429,
        "RESOURCE_EXHAUSTED",
        "Quota exceeded",
        _fcm("QUOTA_EXCEEDED"),
        _quota("device:1", "Device message rate exceeded"),
    ),
    "ratelimited": error(
        429,
        "RESOURCE_EXHAUSTED",
        "Quota exceeded for quota metric 'Send requests' and limit 'Send requests per "
        "minute' of service 'fcm.googleapis.com' for consumer 'project_number:1'.",
        _info(
            "RATE_LIMIT_EXCEEDED",
            quota_limit_value="600000",
            consumer="projects/1",
            quota_metric="fcm.googleapis.com/send_requests",
            quota_unit="1/min/{project}",
            service="fcm.googleapis.com",
            quota_location="global",
            quota_limit="SendsPerMinutePerProject",
        ),
    ),
    "unspecified": _fcm_error(
        400, "INVALID_ARGUMENT", "UNSPECIFIED_ERROR", "No more is known."
    ),
    "unknown": _fcm_error(
        400, "FAILED_PRECONDITION", "NEVER_HEARD_OF", "Something new."
    ),
    "internal": _fcm_error(500, "INTERNAL", "INTERNAL", "Internal error encountered."),
    "badgateway": page_reply(502, "Server Error"),
    "unavailable": UNAVAILABLE,
    "overloaded": _retry_after(UNAVAILABLE, 10),
    "redirect": Reply(
        status=307, headers=(("location", "https://elsewhere.invalid/"),)
    ),
}
"""By script. A script that is not here is about the connection, not the answer."""

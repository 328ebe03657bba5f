"""Which calls pages of other origins may make: those that a website's script needs.

Pictures allow it themselves (campaigns.api.pictures); here they are only made the same
for every language, or a CDN would keep one copy for each.

They carry no cookie of ours: whoever calls says so in the Authorization header.
"""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

OPEN = re.compile(
    r"/api/v1/(?:web|receipts|devices|devices/dev_[0-9a-f]{32}(?:/(?:identify|pair|primers))?"
    r"|primers|primers/prm_[0-9a-f]{32}/responses)"
)
HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Retry-After",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST, PATCH, DELETE",
    "Access-Control-Allow-Headers": "authorization, content-type, idempotency-key",
    "Access-Control-Max-Age": "86400",
}

Answer = Callable[[HttpRequest], HttpResponse]


class CorsMiddleware:
    """Answers preflights and marks answers at the OPEN addresses, and no others."""

    def __init__(self, get_response: Answer) -> None:
        self._answer = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith("/m/"):
            response = self._answer(request)
            del response["Vary"]
            return response
        if not OPEN.fullmatch(request.path_info):
            return self._answer(request)
        asked = "access-control-request-method" in request.headers
        if request.method == "OPTIONS" and asked:
            return HttpResponse(status=204, headers=HEADERS | PREFLIGHT)
        response = self._answer(request)
        for name, value in HEADERS.items():
            response[name] = value
        return response

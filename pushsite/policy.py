"""The content security policy: strict everywhere, relaxed where Unfold needs it."""

from urllib.parse import urlsplit

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

# Unfold's bundled Alpine evaluates expressions and sets styles; without these its
# search box covers every page. Inline scripts stay forbidden there too.
ADMIN: dict[str, list[str]] = {
    "script-src": ["'self'", "'unsafe-eval'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
}


FRAMED = {"phones"}
"""Pages outside the admin's addresses that stand in Unfold's frame, by url name."""


def pictures() -> str:
    """The origin that uploaded pictures are fetched from: ours, or a CDN's."""
    address = urlsplit(settings.MEDIA_URL)
    return f"{address.scheme}://{address.netloc}"


class PolicyMiddleware(CSPMiddleware):
    """Adds what Unfold needs to the policy of the pages in its frame."""

    def get_policy_parts(
        self,
        request: HttpRequest,
        response: HttpResponseBase,
        report_only: bool = False,
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        match = request.resolver_match
        if match is not None and (
            "admin" in match.namespaces or match.url_name in FRAMED
        ):
            parts.update = ADMIN | {"img-src": [*ADMIN["img-src"], pictures()]}
        return parts

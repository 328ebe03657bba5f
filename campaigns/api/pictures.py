"""Pictures as phones and browsers fetch them: by address alone, for good.

An address names its content, so a proxy or a CDN may keep what it once got. Nothing
but our own names is looked for, and no session is read or made.
"""

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from campaigns.content.shapes import MEDIA_TYPES
from campaigns.media import files
from campaigns.models.media import FILM

TYPES = {
    "jpg": MEDIA_TYPES["JPEG"],
    "png": MEDIA_TYPES["PNG"],
    "webp": MEDIA_TYPES["WEBP"],
    "gif": MEDIA_TYPES["GIF"],
    "mp4": FILM,
}
HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Content-Security-Policy": "default-src 'none'",
}


@csrf_exempt
@require_safe
def picture(request: HttpRequest, name: str) -> HttpResponse:
    """The file of that name, or 404."""
    known = files.PUBLIC.fullmatch(name)
    if not known:
        raise Http404
    try:
        with default_storage.open(name) as file:
            body = file.read()
    except (FileNotFoundError, IsADirectoryError):
        raise Http404 from None
    response = HttpResponse(body, content_type=TYPES[known[1]], headers=HEADERS)
    response["Content-Length"] = str(len(body))
    if request.method == "HEAD":
        response.content = b""
    return response


def urls() -> list[URLPattern]:
    """Under /m/, wherever MEDIA_PUBLIC_URL points: a CDN fetches them here."""
    return [path("<path:name>", picture, name="picture")]

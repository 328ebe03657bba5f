"""The sizes that a picture is made in, and the bounds of what may be uploaded.

Widths and heights in pixels, budgets in bytes. Sources: FCM's and Apple's limits on
attachments, Chrome's 2:1 images; docs/media.md says where each is used. Imported by
the child process that decodes, so nothing here needs Django.
"""

from dataclasses import dataclass

KB, MB = 1_000, 1_000_000
MOST_BYTES = 20 * MB
MOST_PIXELS = 40_000_000
"""Of one picture, and of all frames of a GIF together."""
MOST_FRAMES = 300
MOST_SCANS = 100
MOST_SCANNED = 1_000_000_000
"""Pixels of all scans of a JPEG together: each scan goes over the whole picture."""
FEWEST_SIDE = 32
LONGEST_SIDE = 3_000
"""Of the master: no rendition needs more."""
LONGEST_MOVING = 1_200
LONG_MOVING = 8_000_000
"""Pixels of all frames from which a GIF's colours are found the fast way."""
GIF_SIDES = (480, 360, 240)
GIF_BUDGET = 2 * MB

JPEG, PNG, WEBP, GIF = "JPEG", "PNG", "WEBP", "GIF"
MEDIA_TYPES = {
    JPEG: "image/jpeg",
    PNG: "image/png",
    WEBP: "image/webp",
    GIF: "image/gif",
}
EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/gif": "gif",
    "video/mp4": "mp4",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A rendition: cut to this ratio around the focal point and no larger than this.

    ``whole`` ones are not cut, only made smaller until they fit.
    """

    kind: str
    width: int
    height: int
    format: str = JPEG
    budget: int = 300 * KB
    whole: bool = False


SHAPES = (
    Shape(kind="android_big", width=1200, height=600),
    Shape(kind="android_icon", width=256, height=256, format=PNG),
    Shape(kind="ios_wide", width=1038, height=519),
    Shape(kind="ios_square", width=600, height=600),
    Shape(kind="web_image", width=1024, height=512, budget=200 * KB),
    Shape(kind="web_icon", width=256, height=256, format=PNG),
    Shape(kind="primer_wide", width=1200, height=800, budget=200 * KB),
    Shape(kind="primer_square", width=800, height=800, budget=200 * KB),
    Shape(kind="thumb", width=320, height=320, format=WEBP, whole=True),
)
BY_KIND = {each.kind: each for each in SHAPES}

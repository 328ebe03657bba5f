"""From bytes that somebody uploaded to pictures that every phone can show.

What is opened is decided by content, never by a name, and in a process of its own
(darkroom): JPEG, PNG, WebP and GIF. Everything is written anew, so nothing but the
picture itself remains: no place, no camera, no text behind the last byte.
"""

import json
import os
import re
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.content.shapes import BY_KIND, MOST_BYTES

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 30
AT_ONCE = BoundedSemaphore(2)
"""Children of this process: each may take a gigabyte."""

OURS = re.compile(rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|GIF8[79]a|RIFF....WEBP", re.S)
"""How the files begin that are opened: no process is started for any other."""
CONVERT = gettext_lazy(
    "This is %(what)s, which phones do not show in messages. Save it as JPEG or PNG, "
    "and upload that."
)
FOREIGN: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"....ftyp(?:heic|heix|heim|heis|hevc|mif1|msf1)", re.S), "HEIC"),
    (re.compile(rb"....ftyp(?:avif|avis)", re.S), "AVIF"),
    (re.compile(rb"....ftyp", re.S), "video"),
    (re.compile(rb"\x1aE\xdf\xa3|RIFF....AVI ", re.S), "video"),
    (re.compile(rb"%PDF-"), "PDF"),
    (re.compile(rb"II\*\0|MM\0\*"), "TIFF"),
    (re.compile(rb"BM.{12}[(|l\x0c]\0\0\0", re.S), "BMP"),
    (re.compile(rb"PK\x03\x04|\x1f\x8b"), "archive"),
    (re.compile(rb"\s*(?:<!doctype html|<html|<head|<script)", re.I), "HTML"),
    (
        re.compile(
            rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml.{0,2000})?<!?.{0,2000}svg", re.I | re.S
        ),
        "SVG",
    ),
)
WORDS: dict[str, str | Promise] = {
    "HEIC": gettext_lazy("an HEIC picture of an iPhone"),
    "AVIF": gettext_lazy("an AVIF picture"),
    "PDF": gettext_lazy("a PDF document"),
    "TIFF": gettext_lazy("a TIFF picture"),
    "BMP": gettext_lazy("a BMP picture"),
    "SVG": gettext_lazy("an SVG drawing"),
    "HTML": gettext_lazy("a web page"),
    "archive": gettext_lazy("a compressed archive"),
    "video": gettext_lazy("a video"),
}
SENTENCES: dict[str, str | Promise] = {
    "empty": gettext_lazy("This file is empty. Choose it again, or another one."),
    "too_heavy": gettext_lazy(
        "This file is larger than 20 MB. Save the picture smaller, and upload that."
    ),
    "unknown": gettext_lazy(
        "This is no picture that we can open. Upload a JPEG, PNG, WebP or GIF file."
    ),
    "broken": gettext_lazy(
        "This picture is damaged or not complete. Save it again, and upload that."
    ),
    "too_many_pixels": gettext_lazy(
        "This picture has more than 40 megapixels. Save it smaller: 2400 pixels in "
        "width are enough for every phone."
    ),
    "too_small": gettext_lazy(
        "This picture has a side of fewer than 32 pixels: nobody could see what it "
        "shows. Upload a larger one."
    ),
    "too_many_frames": gettext_lazy(
        "This GIF is too long: at most 300 pictures, and 40 megapixels in all of them "
        "together. Shorten it or make it smaller."
    ),
    "too_large_to_open": gettext_lazy(
        "This picture takes too much memory to open. Save it smaller, and upload that."
    ),
    "too_slow": gettext_lazy(
        "This picture takes too long to open. Save it as JPEG or PNG, and upload that."
    ),
    "busy": gettext_lazy(
        "Other pictures are being prepared at the moment. Upload it again in a minute."
    ),
}


class NoPicture(Exception):
    """Nothing was made of it; ``str()`` says what to do instead."""

    def __init__(self, code: str, sentence: str = "") -> None:
        super().__init__(sentence or SENTENCES[code])
        self.code = code

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One encoded picture; width and height in pixels."""

    media_type: str
    width: int
    height: int
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Developed:
    """``moved``: it was an animation of a kind that phones do not show moving."""

    master: Picture
    renditions: dict[str, Picture]
    frames: int
    has_alpha: bool
    moved: bool


def develop(body: bytes, *, focal: tuple[float, float] = (0.5, 0.5)) -> Developed:
    """The master of an uploaded picture and each rendition of shapes.SHAPES.

    ``focal`` are shares of width and height that every cut keeps in sight. Takes
    up to some seconds. Raises NoPicture.
    """
    if not body:
        raise NoPicture("empty")
    if len(body) > MOST_BYTES:
        raise NoPicture("too_heavy")
    refuse_foreign(body)
    if not OURS.match(body):
        raise NoPicture("unknown")
    if not AT_ONCE.acquire(timeout=SECONDS):
        raise NoPicture("busy")
    try:
        answer = _asked(body, focal)
    finally:
        AT_ONCE.release()
    return _developed(answer)


def refuse_foreign(body: bytes) -> None:
    """Raise NoPicture, naming it, for what people take for a picture."""
    head = body[:4_096]
    for pattern, what in FOREIGN:
        if pattern.match(head):
            raise NoPicture(what, CONVERT % {"what": WORDS[what]})


def _asked(body: bytes, focal: tuple[float, float]) -> bytes:
    """What the child answers; it sees no variable of ours but where the code is."""
    asked = json.dumps({"x": focal[0], "y": focal[1]}).encode()
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.defpath, "LANG": "C.UTF-8"}
    try:
        done = subprocess.run(
            [sys.executable, "-B", "-m", "campaigns.content.darkroom"],
            input=struct.pack(">I", len(asked)) + asked + body,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            env=environment,
            cwd=ROOT,
            check=True,
        )
    except subprocess.TimeoutExpired as slow:
        raise NoPicture("too_slow") from slow
    except subprocess.CalledProcessError as died:
        # By a signal: the system's, when the processor's time is used up.
        raise NoPicture("too_slow" if died.returncode < 0 else "broken") from died
    return done.stdout


def _developed(answer: bytes) -> Developed:
    (length,) = struct.unpack(">I", answer[:4])
    told = json.loads(answer[4 : 4 + length])
    if code := told.get("refused"):
        raise NoPicture(code)
    at = 4 + length
    made = {}
    for part in told["parts"]:
        made[part.pop("kind")] = Picture(
            body=answer[at : at + part["size"]],
            **{name: part[name] for name in ("media_type", "width", "height")},
        )
        at += part["size"]
    return Developed(
        master=made.pop("master"),
        renditions=made,
        frames=told["frames"],
        has_alpha=told["has_alpha"],
        moved=told["moved"],
    )


BLURRED_FROM = 0.5
"""A rendition of less than this share of its width looks blurred."""


def is_small(kind: str, width: int, height: int) -> bool:
    """Whether a rendition of this size is too small for the screens that show it."""
    shape = BY_KIND[kind]
    if shape.whole:
        return False
    share = min(width / shape.width, height / shape.height)
    return share < BLURRED_FROM


def remarks(
    size: tuple[int, int], renditions: dict[str, tuple[int, int]]
) -> Iterator[str]:
    """What to know of a picture of this size, by the sizes of its renditions."""
    screens = {"android_big": "Android", "ios_wide": "iOS", "web_image": "Chrome"}
    for kind, screen in screens.items():
        if kind in renditions and is_small(kind, *renditions[kind]):
            shape = BY_KIND[kind]
            yield _(
                "It is %(width)s×%(height)s; %(screen)s shows %(wide)s×%(high)s: it "
                "will look blurred."
            ) % {
                "width": size[0],
                "height": size[1],
                "screen": screen,
                "wide": shape.width,
                "high": shape.height,
            }
            return

"""From a picture that is open to the bytes of its master and of every rendition.

A part of the child process (darkroom): Pillow alone, no Django.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple

from PIL import Image

from campaigns.content.shapes import (
    GIF,
    GIF_BUDGET,
    GIF_SIDES,
    JPEG,
    LONG_MOVING,
    PNG,
    SHAPES,
    WEBP,
    Shape,
)

BEST, WORST = 82, 40
MASTER_QUALITY = 92
HEAVY_MASTER = 6_000_000
"""Bytes from which a picture without transparency is kept as JPEG instead of PNG."""
WHITE = (255, 255, 255)

Focus = tuple[float, float]


class Part(NamedTuple):
    """One encoded picture: "master" or a rendition's kind."""

    kind: str
    format: str
    size: tuple[int, int]
    body: bytes


class Moving(NamedTuple):
    """The pictures of a GIF, how long each lasts in ms, and all of them written."""

    frames: list[Image.Image]
    durations: list[int]
    master: Part


def bounded(image: Image.Image, longest: int) -> Image.Image:
    if max(image.size) <= longest:
        return image
    smaller = image.copy()
    smaller.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return smaller


def gif(kind: str, frames: list[Image.Image], durations: list[int]) -> Part:
    """All frames, each in a palette of its own colours."""
    target = BytesIO()
    # The median cut keeps shades that the octree loses, but knows no transparency.
    # It takes 10 to 90 ms for each 0.1 megapixel, the octree one.
    is_clear = frames[0].mode == "RGBA"
    is_long = len(frames) * frames[0].width * frames[0].height > LONG_MOVING
    is_fast = is_clear or is_long
    method = Image.Quantize.FASTOCTREE if is_fast else Image.Quantize.MEDIANCUT
    frames = [each.quantize(method=method) for each in frames]
    frames[0].save(
        target,
        GIF,
        save_all=True,
        append_images=frames[1:],
        duration=durations,
        loop=0,
        disposal=2 if is_clear else 1,
    )
    return Part(kind, GIF, frames[0].size, target.getvalue())


def still_master(image: Image.Image, source: str) -> Part:
    """PNG where that keeps what JPEG would lose, and is not heavy."""
    if source in (PNG, GIF) or image.mode == "RGBA":
        body = encoded(image, PNG)
        if image.mode == "RGBA" or len(body) <= HEAVY_MASTER:
            return Part("master", PNG, image.size, body)
    return Part("master", JPEG, image.size, encoded(image, JPEG, MASTER_QUALITY))


def renditions(
    still: Image.Image,
    focus: Focus,
    moving: Moving | None = None,
) -> Iterator[Part]:
    """One part for each shape; iOS keeps what moves where it is light enough."""
    for shape in SHAPES:
        moves = moving and shape.kind == "ios_wide" and light_gif(shape.kind, moving)
        yield moves or rendition(still, shape, focus)


def light_gif(kind: str, moving: Moving) -> Part | None:
    """The largest of GIF_SIDES within the budget; None where even the least is not.

    Bytes follow the area: a size that cannot fit by that is not tried.
    """
    bytes_per_area = 0.0
    longest = max(moving.master.size)
    sides = {min(side, longest) for side in GIF_SIDES}
    for side in sorted(sides, reverse=True):
        if bytes_per_area * side * side > 1.5 * GIF_BUDGET:
            continue
        made = (
            moving.master._replace(kind=kind)
            if side == longest
            else gif(kind, [bounded(f, side) for f in moving.frames], moving.durations)
        )
        if len(made.body) <= GIF_BUDGET:
            return made
        bytes_per_area = len(made.body) / side**2
    return None


def rendition(image: Image.Image, shape: Shape, focus: Focus) -> Part:
    """Cut around the focal point and made smaller, never larger."""
    whole = (0.0, 0.0, float(image.width), float(image.height))
    box = whole if shape.whole else cut(image, shape, focus)
    wide, high = box[2] - box[0], box[3] - box[1]
    scale = min(1.0, shape.width / wide, shape.height / high)
    size = (max(1, round(wide * scale)), max(1, round(high * scale)))
    made = image.resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=3.0)
    while len(body := fitted(made, shape)) > shape.budget and min(made.size) > 1:
        smaller = (max(1, made.width * 4 // 5), max(1, made.height * 4 // 5))
        made = made.resize(smaller, Image.Resampling.LANCZOS)
    return Part(shape.kind, shape.format, made.size, body)


def cut(
    image: Image.Image, shape: Shape, focus: Focus
) -> tuple[float, float, float, float]:
    """The largest box of the shape's ratio with the focal point nearest its middle."""
    width, height = image.size
    wide = min(width, height * shape.width / shape.height)
    high = min(height, width * shape.height / shape.width)
    left = min(max(0.0, focus[0] * width - wide / 2), width - wide)
    top = min(max(0.0, focus[1] * height - high / 2), height - high)
    return (left, top, left + wide, top + high)


def fitted(image: Image.Image, shape: Shape) -> bytes:
    """Encoded at the best quality that the budget allows; JPEG and WebP can choose."""
    body = encoded(image, shape.format, BEST)
    if len(body) <= shape.budget or shape.format == PNG:
        return body
    low, high = WORST, BEST
    body = encoded(image, shape.format, WORST)
    while high - low > 2:
        middle = (low + high) // 2
        tried = encoded(image, shape.format, middle)
        if len(tried) <= shape.budget:
            low, body = middle, tried
        else:
            high = middle
    return body


def encoded(image: Image.Image, form: str, quality: int = BEST) -> bytes:
    target = BytesIO()
    if form == JPEG:
        flat(image).save(target, JPEG, quality=quality, progressive=True, optimize=True)
    elif form == WEBP:
        image.save(target, WEBP, quality=quality, method=4)
    else:
        image.save(target, PNG, optimize=min(image.size) <= 600)
    return target.getvalue()


def flat(image: Image.Image) -> Image.Image:
    """Without transparency, on white."""
    if image.mode != "RGBA":
        return image
    paper = Image.new("RGB", image.size, WHITE)
    paper.paste(image, mask=image.getchannel("A"))
    return paper

"""The child process that opens what strangers made: bounded memory, time and files.

``python -m campaigns.content.darkroom`` reads one picture from its input and writes
the master and every rendition to its output, or why there are none. It knows neither
Django nor any secret; campaigns.content.images is its only caller.

Both directions: four bytes of length, JSON of that length, then the bytes of pictures.
"""

import json
import resource
import struct
import sys
import warnings
from io import BytesIO
from typing import Any, BinaryIO

from PIL import Image, ImageCms, ImageOps, ImageSequence

from campaigns.content.enlarger import (
    Focus,
    Moving,
    Part,
    bounded,
    gif,
    renditions,
    still_master,
)
from campaigns.content.shapes import (
    FEWEST_SIDE,
    GIF,
    JPEG,
    LONGEST_MOVING,
    LONGEST_SIDE,
    MEDIA_TYPES,
    MOST_FRAMES,
    MOST_PIXELS,
    MOST_SCANNED,
    MOST_SCANS,
    PNG,
    WEBP,
)

FORMATS = (JPEG, PNG, WEBP, GIF)
MEMORY = 1 << 30
SECONDS = 20


class Refused(Exception):
    """No picture: ``args[0]`` is the reason's code, see images.SENTENCES."""


def main() -> None:
    """Answer one request."""
    bound()
    asked, body = read(sys.stdin.buffer)
    try:
        told, parts = develop(body, (asked["x"], asked["y"]))
    except Refused as refused:
        write(sys.stdout.buffer, {"refused": refused.args[0]}, [])
    except MemoryError:
        write(sys.stdout.buffer, {"refused": "too_large_to_open"}, [])
    else:
        write(sys.stdout.buffer, told, parts)


def bound() -> None:
    """Limit memory, processor time and files; macOS takes no limit of memory."""
    wanted = {
        resource.RLIMIT_AS: MEMORY,
        resource.RLIMIT_CPU: SECONDS,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for limit, most in wanted.items():
        _soft, hard = resource.getrlimit(limit)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(limit, (least, hard))
        except (ValueError, OSError):
            continue  # the bounds on pixels and the parent's clock remain


def read(source: BinaryIO) -> tuple[Any, bytes]:
    (length,) = struct.unpack(">I", source.read(4))
    return json.loads(source.read(length)), source.read()


def write(target: BinaryIO, told: dict[str, Any], parts: list[Part]) -> None:
    described = [
        {
            "kind": each.kind,
            "media_type": MEDIA_TYPES[each.format],
            "width": each.size[0],
            "height": each.size[1],
            "size": len(each.body),
        }
        for each in parts
    ]
    head = json.dumps(told | {"parts": described}).encode()
    target.write(struct.pack(">I", len(head)) + head)
    for each in parts:
        target.write(each.body)
    target.flush()


def develop(body: bytes, focus: Focus) -> tuple[dict[str, Any], list[Part]]:
    """The master and its renditions; raises Refused."""
    image = opened(body)
    frames, kind = frames_of(image), image.format
    moving = kind == GIF and frames > 1
    if kind == JPEG:
        refuse_scans(body, image)
    try:
        stills = moving_frames(image) if moving else None
        still = stills[0].copy() if stills else upright(image)
    except (OSError, SyntaxError, ValueError, EOFError, struct.error) as broken:
        raise Refused("broken") from broken
    told = {"frames": frames if moving else 1, "has_alpha": still.mode == "RGBA"}
    if stills:
        durations = [each.info["duration"] for each in stills]
        moves = Moving(stills, durations, gif("master", stills, durations))
        parts = [moves.master, *renditions(still, focus, moves)]
    else:
        parts = [still_master(still, kind or ""), *renditions(still, focus)]
    return told | {"moved": frames > 1 and kind in (PNG, WEBP)}, parts


def opened(body: bytes) -> Image.Image:
    """What the bytes are by their content; its size is known, nothing is decoded."""
    warnings.simplefilter("ignore")
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        image = Image.open(BytesIO(body), formats=FORMATS)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as bomb:
        raise Refused("too_many_pixels") from bomb
    except (OSError, SyntaxError, ValueError, struct.error) as unknown:
        raise Refused("unknown") from unknown
    if image.width * image.height > MOST_PIXELS:
        raise Refused("too_many_pixels")
    if min(image.size) < FEWEST_SIDE:
        raise Refused("too_small")
    return image


def frames_of(image: Image.Image) -> int:
    """How many pictures it holds, bounded; those of a GIF in pixels as well."""
    if image.format != GIF:
        return getattr(image, "n_frames", 1)
    frames = 1
    try:
        while frames <= MOST_FRAMES:
            image.seek(frames)
            frames += 1
            if frames * image.width * image.height > MOST_PIXELS:
                raise Refused("too_many_frames")
    except EOFError:
        image.seek(0)
        return frames
    except (OSError, SyntaxError, ValueError, struct.error) as broken:
        raise Refused("broken") from broken
    raise Refused("too_many_frames")


def refuse_scans(body: bytes, image: Image.Image) -> None:
    """A progressive JPEG of a few kilobytes may want to be drawn a thousand times."""
    scans = body.count(b"\xff\xda")
    if scans > MOST_SCANS or scans * image.width * image.height > MOST_SCANNED:
        raise Refused("too_slow")


def upright(image: Image.Image) -> Image.Image:
    """The picture as a person sees it: turned, in sRGB, without a word about it."""
    image.draft(image.mode, (LONGEST_SIDE, LONGEST_SIDE))
    image.load()
    profile = image.info.get("icc_profile")
    small = reduced(image)
    ImageOps.exif_transpose(small, in_place=True)
    plain = bounded(in_colours(small, profile), LONGEST_SIDE)
    plain.info = {}
    if plain.mode == "RGBA" and is_opaque(plain):
        return plain.convert("RGB")
    return plain


def reduced(image: Image.Image) -> Image.Image:
    """Made smaller the fast way, before every step that takes a copy of it."""
    factor = max(image.size) // LONGEST_SIDE
    if factor < 2:
        return image
    if image.mode == "1":
        image = image.convert("L")
    if image.mode not in ("L", "LA", "RGB", "RGBA", "CMYK"):
        return image
    # A grey or a colour may stand for "transparent": an average of it would not.
    return image if "transparency" in image.info else image.reduce(factor)


def is_opaque(image: Image.Image) -> bool:
    return image.getchannel("A").getextrema() == (255, 255)


def in_colours(image: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB or RGBA, in sRGB when its own profile can be read."""
    if image.mode.startswith("I"):
        image = sixteen_to_eight(image)
    if image.mode in ("LA", "PA", "La", "RGBa") or "transparency" in image.info:
        image = image.convert("RGBA")
    elif image.mode not in ("RGB", "RGBA", "CMYK", "L"):
        image = image.convert("RGB")
    wanted = "RGBA" if image.mode == "RGBA" else "RGB"
    if profile:
        try:
            return converted(bounded(image, LONGEST_SIDE), profile, wanted)
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a profile of another colour space: as if there were none
    return image.convert(wanted)


def converted(image: Image.Image, profile: bytes, wanted: str) -> Image.Image:
    source = ImageCms.ImageCmsProfile(BytesIO(profile))
    target = ImageCms.createProfile("sRGB")
    result = ImageCms.profileToProfile(image, source, target, outputMode=wanted)
    if result is None:
        raise ValueError("not converted")
    if wanted == "RGBA":
        result.putalpha(image.getchannel("A"))
    return result


def sixteen_to_eight(image: Image.Image) -> Image.Image:
    """Grey in 16 bits loses its lower ones; converting would cut the bright off."""
    return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")


def moving_frames(image: Image.Image) -> list[Image.Image]:
    """Every frame as it is shown, in RGB or RGBA, with its duration in ms."""
    made = []
    for frame in ImageSequence.Iterator(image):
        lasts = frame.info.get("duration")
        shown = bounded(frame.convert("RGBA"), LONGEST_MOVING)
        shown.info = {"duration": max(20, int(lasts)) if lasts else 100}
        made.append(shown)
    if all(is_opaque(each) for each in made):
        made = [with_info(each.convert("RGB"), each.info) for each in made]
    return made


def with_info(image: Image.Image, info: dict[Any, Any]) -> Image.Image:
    image.info = {"duration": info["duration"]}
    return image


if __name__ == "__main__":
    main()

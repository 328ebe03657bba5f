"""More than 200 files that no upload form should ever see, made here from a seed.

Each has a name that says what is wrong with it. MARK stands wherever something could
be smuggled through: no picture that we keep may hold it.
"""

import random
import struct
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from io import BytesIO

from PIL import Image, PngImagePlugin

from tests.pictures import drawn, encoded

MARK = b"SMUGGLED"
FORMS = ("JPEG", "PNG", "WEBP", "GIF")
CUTS = (1, 2, 3, 5, 8, 20, 40, 60, 80, 95, 99)
FLIPS = 12
MB = 1_000_000
SEED = 20_261_122
PNG_HEAD = b"\x89PNG\r\n\x1a\n"
BadFile = tuple[str, bytes]


def plain(form: str, size: tuple[int, int] = (90, 70)) -> bytes:
    return encoded(drawn(size), form)


def cut_off() -> Iterator[BadFile]:
    """Uploads that broke off."""
    for form in FORMS:
        body = plain(form)
        for share in CUTS:
            yield f"{form} after {share} %", body[: max(1, len(body) * share // 100)]


def flipped() -> Iterator[BadFile]:
    """Bytes that a broken disk or a fuzzer changed."""
    dice = random.Random(SEED)
    for form in FORMS:
        for number in range(FLIPS):
            body = bytearray(plain(form))
            for _time in range(1 + number * 3):
                body[dice.randrange(len(body))] = dice.randrange(256)
            yield f"{form} {number}", bytes(body)


FOREIGN = {
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>SMUGGLED</script></svg>",
    "svg with a byte order mark": b"\xef\xbb\xbf<svg/>",
    "svg behind entities": b"<?xml version='1.0'?>"
    b"<!DOCTYPE svg [<!ENTITY a 'x'>]><svg/>",
    "html": b"<!DOCTYPE html><script>SMUGGLED</script>",
    "html behind blanks": b" \n\t<html><body onload=SMUGGLED>",
    "billion laughs": b"<?xml version='1.0'?><!DOCTYPE l [<!ENTITY a 'lol'>"
    b"<!ENTITY b '&a;&a;&a;'>]><l>&b;</l>",
    "script": b"alert('SMUGGLED')",
    "php": b"<?php system('SMUGGLED'); ?>",
    "shell": b"#!/bin/sh\nSMUGGLED\n",
    "pdf": b"%PDF-1.7\n%SMUGGLED",
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 99 99\n",
    "postscript with a preview": b"\xc5\xd0\xd3\xc6" + b"\0" * 40,
    "heic": b"\0\0\0\x18ftypheic\0\0\0\0heic",
    "avif": b"\0\0\0\x18ftypavif\0\0\0\0avif",
    "mp4": b"\0\0\0\x18ftypisom\0\0\0\0isom",
    "quicktime": b"\0\0\0\x14ftypqt  \0\0\0\0",
    "matroska": b"\x1aE\xdf\xa3\x01\0\0\0",
    "avi": b"RIFF\x10\0\0\0AVI LIST",
    "wave": b"RIFF\x10\0\0\0WAVEfmt ",
    "mp3": b"ID3\x04\0\0\0\0\0\0",
    "ogg": b"OggS\0\x02",
    "tiff": b"II*\0\x08\0\0\0\0\0",
    "tiff of the other end": b"MM\0*\0\0\0\x08",
    "big tiff": b"II+\0\x08\0\0\0",
    "bmp": b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0" + b"\0" * 40,
    "icon": b"\0\0\x01\0\x01\0\x10\x10\0\0\x01\0\x20\0" + b"\0" * 40,
    "cursor": b"\0\0\x02\0\x01\0" + b"\0" * 40,
    "photoshop": b"8BPS\0\x01" + b"\0" * 40,
    "jpeg 2000": b"\0\0\0\x0cjP  \r\n\x87\n",
    "jpeg 2000 stream": b"\xff\x4f\xff\x51\0\x29",
    "jpeg xl": b"\xff\x0a\x7f\x7f",
    "jpeg xl box": b"\0\0\0\x0cJXL \r\n\x87\n",
    "targa": b"\0\0\x02\0\0\0\0\0\0\0\0\0\x40\0\x40\0\x18\0" + b"\0" * 40,
    "pcx": b"\x0a\x05\x01\x08" + b"\0" * 124,
    "portable pixmap": b"P6 64 64 255\n" + b"\0" * 64,
    "xbm": b"#define im_width 64\n#define im_height 64\nstatic char im_bits[] = {",
    "xpm": b"/* XPM */\nstatic char *x[] = {",
    "fits": b"SIMPLE  =                    T" + b" " * 99,
    "metafile": b"\xd7\xcd\xc6\x9a\0\0",
    "enhanced metafile": b"\x01\0\0\0\x6c\0\0\0" + b"\0" * 32 + b" EMF",
    "flash": b"FWS\x0a\0\0\0\0",
    "icns": b"icns\0\0\0\x10",
    "dds": b"DDS \x7c\0\0\0",
    "zip": b"PK\x03\x04" + b"\0" * 40,
    "gzip": b"\x1f\x8b\x08" + b"\0" * 40,
    "bzip2": b"BZh91AY&SY",
    "7z": b"7z\xbc\xaf\x27\x1c",
    "rar": b"Rar!\x1a\x07\x01\0",
    "xz": b"\xfd7zXZ\0",
    "tar": b"a.jpg".ljust(257, b"\0") + b"ustar\0",
    "elf": b"\x7fELF\x02\x01\x01",
    "windows program": b"MZ\x90\0" + b"\0" * 60,
    "java": b"\xca\xfe\xba\xbe\0\0\0\x34",
    "sqlite": b"SQLite format 3\0",
    "font": b"wOF2\0\x01\0\0",
    "pickle": b"\x80\x04\x95\x10\0\0\0\0\0\0\0c",
    "wordperfect": b"\xffWPC",
    "mail": b"From: a@example.com\r\nContent-Type: image/jpeg\r\n\r\n",
    "data address": b"data:image/png;base64,iVBORw0KGgo=",
    "empty": b"",
    "one byte": b"\xff",
    "zeros": b"\0" * 5_000,
    "blanks": b" " * 5_000,
    "jpeg's first bytes": b"\xff\xd8\xff",
    "png's first bytes": PNG_HEAD,
    "gif's first bytes": b"GIF89a",
    "webp's first bytes": b"RIFF\x04\0\0\0WEBP",
}


def foreign() -> Iterator[BadFile]:
    """What is no picture of ours, whatever its name says."""
    yield from FOREIGN.items()
    dice = random.Random(SEED)
    for size in (10, 1_000, 100_000):
        yield f"{size} random bytes", dice.randbytes(size)


def two_at_once() -> Iterator[BadFile]:
    """Pictures that are something else as well, for whoever reads them so."""
    tails = {
        "a web page": b"<html><script>SMUGGLED</script>",
        "an archive": b"PK\x03\x04SMUGGLED",
        "php": b"<?php SMUGGLED ?>",
        "a program": b"MZ\x90\0SMUGGLED",
        "a document": b"%PDF-1.7 SMUGGLED",
    }
    for form in FORMS:
        for name, tail in tails.items():
            yield f"{form} and {name}", plain(form) + tail
    gif = plain("GIF")
    yield "GIF that is a script", b"GIF89a/*" + gif[8:] + b"*/=1;SMUGGLED"
    yield "GIF with a note", encoded(drawn((90, 70)), "GIF", comment=MARK)
    yield "JPEG with a note", encoded(drawn((90, 70)), comment=b"<?php " + MARK)
    yield "JPEG behind a blank", b"\n" + plain("JPEG")
    yield "PNG behind a web page", b"<html>" + plain("PNG")
    yield "PNG behind a mark", b"\xef\xbb\xbf" + plain("PNG")


def hostile() -> Iterator[BadFile]:
    """Pictures whose words about themselves lie, leak or do not end."""
    for form in ("JPEG", "PNG", "WEBP"):
        yield f"{form} with a place", with_exif(form)
        yield f"{form} with orientation 65535", with_exif(form, {0x0112: 65_535})
        yield f"{form} with orientation 0", with_exif(form, {0x0112: 0})
        for name, exif in odd_exif().items():
            yield f"{form} with {name}", encoded(drawn((90, 70)), form, exif=exif)
        yield f"{form} with a false profile", profiled(form, b"SMUGGLED" * 50)
        yield f"{form} with a large profile", profiled(form, b"\0" * 300_000)
    yield "JPEG with a hundred notes", in_jpeg(segment(0xFE, b"SMUGGLED" * 8_000) * 100)
    yield "JPEG with an endless segment", in_jpeg(b"\xff\xe1\xff\xff" + b"A" * 40)
    yield "JPEG with an empty segment", in_jpeg(b"\xff\xe1\0\0")
    yield "JPEG with a thousand fills", in_jpeg(b"\xff" * 1_000)
    yield (
        "JPEG with xmp",
        in_jpeg(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x>SMUGGLED</x>")),
    )
    yield (
        "JPEG with photoshop's words",
        in_jpeg(
            segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\xff\xff\xff\xffSMUGGLED")
        ),
    )
    yield (
        "JPEG with more pictures",
        in_jpeg(segment(0xE2, b"MPF\0II*\0\x08\0\0\0\xff\xff" + b"\xff" * 40)),
    )
    yield from hostile_png()


def odd_exif() -> dict[str, bytes]:
    entry = struct.pack("<HHII", 0x010E, 2, 0xFFFFFFF0, 26)
    return {
        "exif that is none": b"Exif\0\0SMUGGLED",
        "exif without end": b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + entry * 20,
        "exif in a circle": b"Exif\0\0II*\0\x08\0\0\0\0\0\x08\0\0\0",
        "exif of 60 kB": b"Exif\0\0II*\0\x08\0\0\0\0\0" + MARK * 7_000,
    }


def hostile_png() -> Iterator[BadFile]:
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", MARK.decode())
    words.add_itxt("XML:com.adobe.xmp", "<x>SMUGGLED</x>")
    yield "PNG with words", encoded(drawn((90, 70)), "PNG", pnginfo=words)
    unpacked = packed_zeros(200 * MB)
    for name, kind, body in (
        ("packed words of 200 MB", b"zTXt", b"Comment\0\0" + unpacked),
        ("international words of 200 MB", b"iTXt", b"C\0\x01\0\0\0" + unpacked),
        ("a packed profile of 200 MB", b"iCCP", b"p\0\0" + unpacked),
        ("a false packed profile", b"iCCP", b"p\0\0SMUGGLED"),
        ("no gamma", b"gAMA", b"\0\0\0\0"),
        ("a short gamma", b"gAMA", b"\0"),
        ("no palette", b"PLTE", b""),
        ("too short transparency", b"tRNS", b"\0"),
        ("an unknown chunk that matters", b"ABCD", MARK),
        ("an unknown chunk", b"abCd", MARK),
        ("no density", b"pHYs", b"\0" * 3),
        ("moving pictures of no size", b"acTL", b"\xff" * 8),
    ):
        yield f"PNG with {name}", in_png(chunk(kind, body))
    yield "PNG with a thousand words", in_png(chunk(b"tEXt", b"k\0" + MARK) * 1_000)
    yield "PNG with a false sum", in_png(chunk(b"tEXt", b"k\0v")[:-1] + b"\0")
    yield "PNG with a chunk of 2 GB", in_png(b"\x7f\xff\xff\xfftEXt")
    yield "PNG with two heads", in_png(chunk(b"IHDR", png_head(30_000, 30_000)))


def absurd() -> Iterator[BadFile]:
    """Pictures of impossible, tiny and giant sizes."""
    for wide, high in (
        *((0, 0), (0, 100), (1, 1), (31, 32), (1, 5_000), (5_000, 1), (31, 20_000)),
        *((2**31 - 1, 2**31 - 1), (2**31 - 1, 1), (50_000, 50_000), (6_400, 6_400)),
    ):
        yield f"PNG of {wide}x{high}", small_png(wide, high)
    for wide, high in ((0, 0), (1, 1), (31, 400), (65_535, 65_535), (65_500, 32)):
        yield f"GIF of {wide}x{high}", sized_gif(wide, high)
        yield f"JPEG of {wide}x{high}", sized_jpeg(wide, high)
    for form in FORMS:
        yield f"{form} of 31x31", plain(form, (31, 31))
    yield "WebP of 16383x16383", sized_webp(16_383, 16_383)
    yield "WebP of 16384x16384 on a canvas", canvas_webp(2**24, 2**24)


def bombs() -> Iterator[BadFile]:
    """Small files that unfold."""
    yield "PNG with a gigabyte behind its rows", unfolding_png(90, 70)
    yield "PNG with no rows", in_png(b"", keep=1)
    yield "APNG of 400 pictures", long_apng(400)
    yield "GIF of 20,000 pictures", long_gif(20_000)
    yield "GIF whose pictures lie outside", outside_gif()
    yield "GIF that clears without end", clearing_gif()
    yield "WebP of 400 pictures", long_webp(400)
    yield "JPEG of 2,000 scans", many_scans(2_000)


BAD = (cut_off, flipped, foreign, two_at_once, hostile, absurd, bombs)


def large() -> Iterator[BadFile]:
    """Nothing is wrong with these: they are the most that is taken."""
    deep = small_png(6_300, 6_300, depth=16, colour=6, most=400_000_000)
    yield "PNG of 40 megapixels", small_png(6_324, 6_324)
    yield "PNG of 40 megapixels in 16 bits", deep
    yield "JPEG of 40 megapixels", encoded(Image.new("RGB", (6_300, 6_300)), quality=10)
    steps = {"quality": 10, "progressive": True}
    yield "JPEG in steps", encoded(Image.new("L", (6_300, 6_300)), **steps)
    yield "GIF of 300 pictures", long_gif(299, (360, 360))


def with_exif(form: str, more: dict[int, object] | None = None) -> bytes:
    exif = Image.Exif()
    exif[0x010E] = MARK.decode()
    exif[0x0110] = MARK.decode()
    for tag, value in (more or {}).items():
        exif[tag] = value
    exif.get_ifd(0x8825)[2] = (48.0, 51.0, 24.0)
    return encoded(drawn((90, 70)), form, exif=exif)


def profiled(form: str, profile: bytes) -> bytes:
    return encoded(drawn((90, 70)), form, icc_profile=profile)


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def in_jpeg(bytes_of_segments: bytes) -> bytes:
    """A JPEG with these bytes behind its first marker."""
    body = plain("JPEG")
    return body[:2] + bytes_of_segments + body[2:]


def chunk(kind: bytes, body: bytes) -> bytes:
    sealed = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", sealed)


def png_head(wide: int, high: int, depth: int = 1, colour: int = 0) -> bytes:
    return struct.pack(">IIBBBBB", wide, high, depth, colour, 0, 0, 0)


def in_png(bytes_of_chunks: bytes, *, keep: int = 2) -> bytes:
    """A PNG with these bytes behind its head; ``keep`` 1: without its rows."""
    body = plain("PNG")
    after = len(PNG_HEAD) + 25
    rest = body[after:] if keep == 2 else chunk(b"IEND", b"")
    return body[:after] + bytes_of_chunks + rest


def small_png(
    wide: int,
    high: int,
    *,
    depth: int = 1,
    colour: int = 0,
    most: int = 10_000_000,
) -> bytes:
    """A PNG of one colour: a few kilobytes, whatever its size. Its rows end after
    ``most`` bytes: whoever reads that far was too patient."""
    bits = depth * (4 if colour == 6 else 1)
    row = 1 + (wide * bits + 7) // 8
    rows = packed_zeros(row * min(high, most // row + 1))
    head = png_head(wide, high, depth, colour)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return PNG_HEAD + parts


def unfolding_png(wide: int, high: int) -> bytes:
    head = chunk(b"IHDR", png_head(wide, high, 8, 2))
    rows = chunk(b"IDAT", packed_zeros(1_000 * MB))
    return PNG_HEAD + head + rows + chunk(b"IEND", b"")


def packed_zeros(count: int) -> bytes:
    """So many zeros in zlib's form. The same packed megabyte again and again: packing
    a gigabyte would take seconds."""
    whole, rest = divmod(count, MB)
    blocks = packed_block(MB) * whole + packed_block(rest)
    adler = struct.pack(">HH", count % 65_521, 1)
    return b"\x78\x9c" + blocks + b"\x03\0" + adler


@cache
def packed_block(count: int) -> bytes:
    packer = zlib.compressobj(9, wbits=-15)
    return packer.compress(b"\0" * count) + packer.flush(zlib.Z_FULL_FLUSH)


def sized_gif(wide: int, high: int) -> bytes:
    body = bytearray(plain("GIF"))
    struct.pack_into("<HH", body, 6, wide, high)
    return bytes(body)


def sized_jpeg(wide: int, high: int) -> bytes:
    body = bytearray(plain("JPEG"))
    struct.pack_into(">HH", body, body.index(b"\xff\xc0") + 5, high, wide)
    return bytes(body)


def sized_webp(wide: int, high: int) -> bytes:
    body = bytearray(encoded(drawn((90, 70)), "WEBP"))
    struct.pack_into("<HH", body, body.index(b"\x9d\x01\x2a") + 3, wide, high)
    return bytes(body)


def canvas_webp(wide: int, high: int) -> bytes:
    sides = struct.pack("<I", wide - 1)[:3] + struct.pack("<I", high - 1)[:3]
    canvas = b"VP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + sides
    rest = canvas + encoded(drawn((90, 70)), "WEBP")[12:]
    return b"RIFF" + struct.pack("<I", len(rest) + 4) + b"WEBP" + rest


def many(
    form: str, times: int, make: Callable[[int], Image.Image], **options: object
) -> bytes:
    first, *rest = (make(number) for number in range(times))
    target = BytesIO()
    first.save(target, form, save_all=True, append_images=rest, **options)
    return target.getvalue()


def long_gif(times: int, size: tuple[int, int] = (32, 32)) -> bytes:
    """The same picture again and again."""
    one = encoded(Image.linear_gradient("L").resize(size), "GIF")
    start = one.index(b",", 13 + 3 * 2 ** ((one[10] & 7) + 1))
    return one[:start] + one[start:-1] * times + b";"


def long_apng(times: int) -> bytes:
    made = [Image.new("L", (32, 32), shade) for shade in (0, 90)]
    return many("PNG", times, lambda number: made[number % 2])


def long_webp(times: int) -> bytes:
    made = [Image.new("RGB", (32, 32), (shade, 0, 0)) for shade in (0, 90)]
    return many("WEBP", times, lambda number: made[number % 2], method=0)


def outside_gif() -> bytes:
    body = bytearray(plain("GIF"))
    at = body.index(b",", 13 + 3 * 2 ** ((body[10] & 7) + 1))
    struct.pack_into("<HHHH", body, at + 1, 65_000, 65_000, 90, 70)
    return bytes(body)


def clearing_gif() -> bytes:
    """Rows of nothing but "clear": bytes that never become a pixel."""
    head = b"GIF89a" + struct.pack("<HHBBB", 400, 400, 0x80, 0, 0) + b"\0" * 6
    frame = b"," + struct.pack("<HHHHB", 0, 0, 400, 400, 0) + b"\x02"
    return head + frame + (b"\xff" + b"\x24\x49\x92" * 85) * 40_000 + b"\0;"


def many_scans(times: int) -> bytes:
    """A progressive JPEG whose last scan comes again and again."""
    body = encoded(Image.new("L", (2_000, 2_000)), progressive=True)
    last = body.rindex(b"\xff\xda")
    return body[:last] + body[last:-2] * times + b"\xff\xd9"

"""What strangers upload: opened by content, bounded, and written anew."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageCms, ImageOps

from campaigns.content import enlarger, images
from campaigns.content.shapes import BY_KIND, MOST_BYTES, SHAPES
from tests.pictures import drawn, encoded, jpeg

RED, BLUE = (255, 0, 0), (0, 0, 255)


def opened(picture: images.Picture) -> Image.Image:
    return Image.open(BytesIO(picture.body))


def near(colour: object, wanted: tuple[int, int, int]) -> bool:
    return all(
        abs(mine - other) < 30 for mine, other in zip(colour, wanted, strict=True)
    )


def refusal(body: bytes) -> images.NoPicture:
    with pytest.raises(images.NoPicture) as refused:
        images.develop(body)
    return refused.value


def chunk(kind: bytes, body: bytes) -> bytes:
    sealed = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", sealed)


def flat_png(width: int, height: int) -> bytes:
    """A PNG of one colour: a few kilobytes whatever its size."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    row = b"\0" * (1 + (width + 7) // 8)
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(row) for _row in range(height)) + packer.flush()
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def moving(frames: int, size: tuple[int, int] = (64, 32)) -> bytes:
    shades = [Image.new("RGB", size, (n * 7 % 256, 90, 40)) for n in range(frames)]
    options = {"save_all": True, "append_images": shades[1:], "duration": 80}
    return encoded(shades[0], "GIF", **options)


def test_every_rendition_has_its_size_its_type_and_keeps_its_budget() -> None:
    noise = Image.effect_noise((1600, 1200), 90).convert("RGB")

    developed = images.develop(encoded(noise, quality=95))

    assert developed.renditions.keys() == BY_KIND.keys()
    for shape in SHAPES:
        made = developed.renditions[shape.kind]
        assert opened(made).format == shape.format
        assert opened(made).size == (made.width, made.height)
        assert len(made.body) <= shape.budget
        if not shape.whole and shape.kind != "primer_wide":
            assert (made.width, made.height) == (shape.width, shape.height)
    assert opened(developed.renditions["android_big"]).info["progressive"]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_four_formats_are_taken(form: str) -> None:
    developed = images.develop(encoded(drawn(), form))

    assert (developed.master.width, developed.master.height) == (1200, 800)
    assert developed.frames == 1


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        (b"", "empty", "empty"),
        (b"\0" * (MOST_BYTES + 1), "too_heavy", "20 MB"),
        (b"just some words", "unknown", "JPEG, PNG, WebP or GIF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG", "an SVG drawing"),
        (b"<?xml version='1.0'?>\n<!-- x -->\n<svg/>", "SVG", "an SVG drawing"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "HTML", "a web page"),
        (b"%PDF-1.7 ...", "PDF", "a PDF document"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC", "Save it as JPEG or PNG"),
        (b"\0\0\0\x18ftypavif\0\0\0\0", "AVIF", "an AVIF picture"),
        (b"\0\0\0\x18ftypisom\0\0\0\0", "video", "a video"),
        (b"\x1f\x8b\x08" + b"\0" * 80, "archive", "a compressed archive"),
        (b"SIMPLE  =                    T" + b" " * 99, "unknown", "no picture"),
        (flat_png(50_000, 50_000)[:60_000], "too_many_pixels", "40 megapixels"),
        (encoded(drawn((20, 400)), "PNG"), "too_small", "32 pixels"),
        (jpeg()[:4_000], "broken", "damaged"),
    ],
)
def test_what_is_no_picture_is_refused_with_what_to_do(
    body: bytes, code: str, words: str
) -> None:
    refused = refusal(body)

    assert refused.code == code
    assert words in str(refused)


def test_a_gif_of_ten_thousand_pictures_is_refused() -> None:
    one = encoded(Image.new("P", (32, 32)), "GIF")
    start = one.index(b"!") if b"!" in one else one.index(b",")
    head, frame = one[:start], one[start:-1]

    refused = refusal(head + frame * 10_000 + b";")

    assert refused.code == "too_many_frames"


def test_nothing_behind_the_last_byte_survives() -> None:
    polyglot = jpeg() + b"<script>alert(1)</script>PK\x03\x04"

    developed = images.develop(polyglot)

    pictures = [developed.master, *developed.renditions.values()]
    assert not any(b"script" in each.body for each in pictures)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_photograph_stands_upright(orientation: int) -> None:
    """The bytes are turned the other way round, as a camera does."""
    undo = {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 8, 7: 7, 8: 6}
    tag = Image.Exif()
    tag[0x0112] = undo[orientation]
    as_kept = ImageOps.exif_transpose(with_exif(drawn((400, 200)), tag))
    exif = Image.Exif()
    exif[0x0112] = orientation

    developed = images.develop(encoded(as_kept, exif=exif))

    upright = opened(developed.master).convert("RGB")
    assert upright.size == (400, 200)
    assert near(upright.getpixel((10, 100)), RED)
    assert near(upright.getpixel((390, 100)), BLUE)


def with_exif(image: Image.Image, exif: Image.Exif) -> Image.Image:
    return Image.open(BytesIO(encoded(image, "PNG", exif=exif)))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_where_it_was_taken_is_stripped(form: str) -> None:
    exif = Image.Exif()
    exif[0x0110] = "Secret Camera"
    exif.get_ifd(0x8825)[2] = (48.0, 51.0, 24.0)
    options = {"comment": b"Secret note"} if form == "JPEG" else {}

    developed = images.develop(encoded(drawn(), form, exif=exif, **options))

    for each in [developed.master, *developed.renditions.values()]:
        assert not opened(each).getexif()
        assert b"Secret" not in each.body
        assert "icc_profile" not in opened(each).info


def test_a_profile_of_its_own_becomes_srgb() -> None:
    """In this profile red and blue have changed places."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"_").replace(b"bXYZ", b"rXYZ")
    swapped = swapped.replace(b"_", b"bXYZ")

    developed = images.develop(encoded(drawn(), "PNG", icc_profile=swapped))

    assert near(opened(developed.master).getpixel((10, 100)), BLUE)


def test_a_broken_profile_is_as_good_as_none() -> None:
    developed = images.develop(encoded(drawn(), "PNG", icc_profile=b"no profile" * 20))

    assert near(opened(developed.master).getpixel((10, 100)), RED)


def test_printers_colours_become_a_screens() -> None:
    developed = images.develop(encoded(drawn(mode="CMYK"), quality=95))

    wide = opened(developed.renditions["android_big"])
    assert wide.mode == "RGB"
    assert near(wide.getpixel((20, 300)), RED)


def test_sixteen_bits_of_grey_keep_their_shades() -> None:
    shades = Image.new("I;16", (400, 200), 0x8000)

    developed = images.develop(encoded(shades, "PNG"))

    assert near(opened(developed.master).getpixel((10, 10)), (128, 128, 128))


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_is_white_on_phones(mode: str) -> None:
    clear = Image.new("RGBA", (600, 300), (0, 0, 0, 0)).convert(mode)
    options = {"transparency": clear.getpixel((0, 0))} if mode == "P" else {}

    developed = images.develop(encoded(clear, "PNG", **options))

    assert developed.has_alpha
    assert opened(developed.renditions["android_big"]).getpixel((9, 9)) == (255,) * 3
    icon = opened(developed.renditions["web_icon"]).convert("RGBA")
    assert icon.getpixel((9, 9))[3] == 0


@pytest.mark.parametrize(("x", "colour"), [(0.0, RED), (1.0, BLUE)])
def test_a_cut_keeps_the_focal_point_in_sight(
    x: float, colour: tuple[int, int, int]
) -> None:
    developed = images.develop(jpeg((2000, 600)), focal=(x, 0.5))

    square = opened(developed.renditions["ios_square"])
    assert all(near(square.getpixel((at, 50)), colour) for at in (5, 300, 595))


def test_a_moving_picture_moves_on_iphones_alone() -> None:
    developed = images.develop(moving(12, (900, 450)))

    wide = developed.renditions["ios_wide"]
    assert developed.frames == 12
    assert (wide.media_type, wide.width) == ("image/gif", 480)
    assert opened(wide).n_frames == 12
    assert developed.renditions["android_big"].media_type == "image/jpeg"


def test_a_moving_picture_too_heavy_for_phones_stands_still() -> None:
    noise = [Image.effect_noise((240, 240), 90).convert("RGB") for _n in range(50)]

    assert enlarger.light_gif("ios_wide", moves(noise)) is None
    assert enlarger.light_gif("ios_wide", moves(noise[:9])) is not None


def moves(frames: list[Image.Image]) -> enlarger.Moving:
    durations = [80] * len(frames)
    whole = enlarger.gif("master", frames, durations)
    return enlarger.Moving(frames, durations, whole)


def test_a_giant_turned_picture_is_made_small_the_right_way_up() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6

    developed = images.develop(encoded(drawn((6_400, 640)), "PNG", exif=exif))

    upright = opened(developed.master).convert("RGB")
    assert upright.size == (300, 3_000)
    assert near(upright.getpixel((150, 10)), RED)
    assert near(upright.getpixel((150, 2_990)), BLUE)


def test_a_small_picture_is_not_blown_up_and_said_to_be_small() -> None:
    developed = images.develop(encoded(drawn((320, 160)), "PNG"))

    big = developed.renditions["android_big"]
    sizes = {kind: (p.width, p.height) for kind, p in developed.renditions.items()}
    assert (big.width, big.height) == (320, 160)
    assert list(images.remarks((320, 160), sizes)) == [
        "It is 320×160; Android shows 1200×600: it will look blurred."
    ]


def test_the_process_that_opens_pictures_knows_no_secret(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = {}

    def run(command: list[str], **how: object) -> None:
        seen.update(how)
        raise images.subprocess.TimeoutExpired(command, 1)

    monkeypatch.setenv("SECRET_KEY", "hidden")
    monkeypatch.setattr(images.subprocess, "run", run)

    assert refusal(jpeg()).code == "too_slow"
    assert seen["env"].keys() == {"PYTHONPATH", "PATH", "LANG"}
    assert seen["timeout"] <= 30


def test_the_same_bytes_give_the_same_pictures() -> None:
    first, again = images.develop(jpeg()), images.develop(jpeg())

    assert first.master.body == again.master.body
    assert first.renditions == again.renditions

"""Pictures for tests: drawn here, encoded as a camera or a program would."""

from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from campaigns import media
from campaigns.models import MediaAsset
from tests import builders


def drawn(size: tuple[int, int] = (1200, 800), mode: str = "RGB") -> Image.Image:
    """Red left half, blue right half, with a white disc in the middle."""
    made = Image.new("RGB", size, "red")
    pen = ImageDraw.Draw(made)
    pen.rectangle((size[0] // 2, 0, *size), fill="blue")
    radius = min(size) // 8
    middle = (size[0] // 2, size[1] // 2)
    pen.ellipse(
        (
            middle[0] - radius,
            middle[1] - radius,
            middle[0] + radius,
            middle[1] + radius,
        ),
        fill="white",
    )
    return made.convert(mode)


def encoded(image: Image.Image, form: str = "JPEG", **options: Any) -> bytes:
    target = BytesIO()
    image.save(target, form, **options)
    return target.getvalue()


def jpeg(size: tuple[int, int] = (1200, 800)) -> bytes:
    return encoded(drawn(size))


def uploaded(
    size: tuple[int, int] = (1200, 800), *, alt_text: str = "A disc", **changes: Any
) -> MediaAsset:
    """A picture in the library, by the road that uploads take."""
    changes.setdefault("application", builders.application())
    facts = {"name": "Disc", "user": None, "at": builders.NOW}
    kept = media.upload(jpeg(size), **facts | changes)
    MediaAsset.objects.filter(pk=kept.asset.pk).update(alt_text=alt_text)
    kept.asset.alt_text = alt_text
    return kept.asset

"""The sample shop's pictures, drawn anew each time the sample is made."""

from datetime import datetime
from io import BytesIO

from PIL import Image, ImageDraw

from campaigns import media
from campaigns.models import MediaAsset
from devices.models import Application

NIGHT, DUSK, SNOW, MOON = (18, 44, 74), (96, 132, 176), (240, 246, 252), (255, 236, 179)
HILL, RIBBON, PARCEL, SHADE = (
    (196, 216, 236),
    (190, 36, 52),
    (222, 170, 92),
    (150, 84, 40),
)
SALE = ("Winter sale", "A parcel with a red ribbon in the snow, under a full moon")
ICON = ("Shop icon", "A white parcel on green")


def sale() -> Image.Image:
    """A parcel in the snow at night, 1280×800, what matters at the right."""
    made = Image.linear_gradient("L").resize((1280, 800))
    made = Image.composite(
        Image.new("RGB", made.size, DUSK), Image.new("RGB", made.size, NIGHT), made
    )
    pen = ImageDraw.Draw(made)
    pen.ellipse((150, 90, 310, 250), fill=MOON)
    for n in range(90):
        x, y = (n * 197) % 1280, (n * 89) % 620
        pen.ellipse((x, y, x + 3 + n % 5, y + 3 + n % 5), fill=SNOW)
    pen.ellipse((-300, 470, 900, 1200), fill=HILL)
    pen.ellipse((300, 540, 1700, 1300), fill=SNOW)
    pen.rectangle((700, 330, 1000, 600), fill=PARCEL)
    pen.rectangle((700, 330, 1000, 390), fill=SHADE)
    pen.rectangle((825, 330, 875, 600), fill=RIBBON)
    for side in ((740, 230, 850, 335), (850, 230, 960, 335)):
        pen.ellipse(side, outline=RIBBON, width=26)
    return made


def icon() -> Image.Image:
    """A parcel in white on the colour of the shop, 512×512."""
    made = Image.new("RGB", (512, 512), (15, 118, 110))
    pen = ImageDraw.Draw(made)
    pen.rounded_rectangle((126, 190, 386, 400), 24, fill="white")
    pen.rectangle((242, 190, 270, 400), fill=(15, 118, 110))
    for side in ((166, 110, 256, 200), (256, 110, 346, 200)):
        pen.ellipse(side, outline="white", width=24)
    return made


def keep(
    picture: Image.Image, words: tuple[str, str], shop: Application, at: datetime
) -> MediaAsset:
    """The picture in the shop's library, named and described."""
    target = BytesIO()
    picture.save(target, "PNG", compress_level=1)
    name, alt_text = words
    body = target.getvalue()
    asset = media.upload(body, name=name, application=shop, user=None, at=at).asset
    media.describe(asset, name=name, alt_text=alt_text, user=None)
    return asset

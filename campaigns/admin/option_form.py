"""The options of a message as the compose page posts them.

A field of a platform is posted as "ios:subtitle", one for all platforms as
"all:priority". What a form does not speak of stays as it is, and so does what is wrong:
the page says so beside the field.
"""

from collections.abc import Iterator
from typing import Any

from django.http import QueryDict

from campaigns.admin import part_form, posted
from campaigns.content import options
from campaigns.content.options import ALL, Field
from campaigns.models import Campaign, Destination
from devices.models import Application

WORDS = {
    "title": Field("title", "text"),
    "body": Field("body", "text"),
    "link": Field("link", "text"),
}
Platforms = dict[str, dict[str, Any]]


def read(
    post: QueryDict, draft: Campaign, *, application: Application
) -> dict[str, Any]:
    """Buttons, custom data and platforms as posted, as fields of the draft."""
    if "options" not in post:
        return {}
    return {
        "buttons": part_form.buttons(post),
        "data": _data(post),
        "platforms": _platforms(post, draft, application),
    }


def _data(post: QueryDict) -> dict[str, str]:
    names, values = post.getlist("data.name"), post.getlist("data.value")
    pairs = zip(names, values, strict=False)
    return {name.strip()[:64]: value[:1_000] for name, value in pairs if name or value}


def _platforms(post: QueryDict, draft: Campaign, application: Application) -> Platforms:
    found: Platforms = {}
    pictures = part_form.pictures(post, draft, application)
    for place in (ALL, *options.PLATFORMS):
        said = dict(draft.platforms.get(place, {}))
        for field in fields(place):
            said[field.name] = _value(post, f"{place}:{field.name}", field)
        if place == ALL:
            said["destination"] = _destination(post, application)
            if any(name.startswith("card.") for name in post):
                said["cards"] = part_form.cards(post, pictures)
        else:
            said["off"] = place not in post.getlist("sent_to")
            said |= part_form.of_platform(post, place, pictures)
        kept = {name: each for name, each in said.items() if each not in EMPTY}
        if kept:
            found[place] = kept
    return found


EMPTY: tuple[Any, ...] = ("", None, False, [], {})


def fields(place: str) -> Iterator[Field]:
    if place not in (ALL, "windows"):
        yield from WORDS.values()
    yield from options.FIELDS[place]


def _value(post: QueryDict, name: str, field: Field) -> Any:
    text = posted.text(post, name).strip()
    if field.kind == "flag":
        return bool(text)
    if field.kind == "lines":
        return [line.strip() for line in text.splitlines() if line.strip()]
    return _number(text) if field.kind == "number" else text


def _number(text: str) -> Any:
    """The number that was written, with a comma as well; else the text itself."""
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return text
    return int(number) if number.is_integer() else number


def _destination(post: QueryDict, application: Application) -> dict[str, Any]:
    chosen = Destination.objects.filter(
        application=application, key=post.get("destination", "")
    ).first()
    if chosen is None:
        return {}
    names = [each["name"] for each in chosen.parameters]
    values = {
        name: posted.text(post, f"destination.{name}").strip()
        for name in names
        if f"destination.{name}" in post
    }
    return {"key": chosen.key, "values": values}

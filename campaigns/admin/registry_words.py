"""What the pages of registered names say: one set of words for each kind."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.models import (
    AndroidChannel,
    Destination,
    IosCategory,
    IosThread,
    Sound,
)
from campaigns.models.registries import Registered

Words = str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The words of one kind. ``fact`` gives what its list says of a row."""

    title: Words
    icon: str
    lead: Words
    new: Words
    none: Words
    why: Words
    key: Words
    key_hint: Words
    fact_title: Words
    fact: Callable[[Any], Words]


def _links(entry: Any) -> str:
    return ", ".join(filter(None, (entry.ios, entry.android, entry.web)))


def _nothing(entry: Any) -> str:
    return ""


TOLD: dict[type[Registered], Told] = {
    AndroidChannel: Told(
        title=pgettext_lazy("heading", "Android channels"),
        icon="notifications_active",
        lead=_(
            "Android decides by the channel how a message sounds and appears, and "
            "people may switch one channel off. The app makes its channels; here they "
            "get a name to pick them by."
        ),
        new=_("New Android channel"),
        none=_("No Android channel yet"),
        why=_(
            "Ask the app’s developers for the ids of its channels. Until one is "
            "registered, messages go to the channel that the app made its default."
        ),
        key=_("Id of the channel in the app"),
        key_hint=_(
            "Exactly as the app creates it, such as “offers”. It stays as it is."
        ),
        fact_title=_("Importance"),
        fact=lambda entry: entry.get_importance_display(),
    ),
    IosCategory: Told(
        title=pgettext_lazy("heading", "iOS categories"),
        icon="smart_button",
        lead=_(
            "A category is a set of buttons that the app registered on iPhones. A "
            "message that names it shows these buttons."
        ),
        new=_("New iOS category"),
        none=_("No iOS category yet"),
        why=_(
            "Buttons that are written in a message need no category. Register those "
            "that the app brings itself."
        ),
        key=_("Identifier of the category in the app"),
        key_hint=_("Exactly as the app registers it. It stays as it is."),
        fact_title=_("Its buttons"),
        fact=lambda entry: entry.buttons,
    ),
    IosThread: Told(
        title=pgettext_lazy("heading", "iOS thread groups"),
        icon="stacks",
        lead=_(
            "An iPhone gathers messages of one group in one stack. Without a group, "
            "all of the app’s messages stand together."
        ),
        new=_("New thread group"),
        none=_("No thread group yet"),
        why=_("Two or three are enough, such as orders and offers."),
        key=_("Identifier of the group"),
        key_hint=_("It reaches the phone as thread-id. It stays as it is."),
        fact_title="",
        fact=_nothing,
    ),
    Sound: Told(
        title=_("Sounds"),
        icon="music_note",
        lead=_("Sound files that the app brings, by a name that marketers can pick."),
        new=_("New sound"),
        none=_("No sound yet"),
        why=_("Without any, a message has the phone’s usual sound, or none."),
        key=_("Name of the file in the app"),
        key_hint=_(
            "Such as “bell.caf” on iPhones and “bell” on Android, where it counts "
            "before Android 8 only. It stays as it is."
        ),
        fact_title=_("Platform"),
        fact=lambda entry: entry.get_platform_display(),
    ),
    Destination: Told(
        title=_("Destinations"),
        icon="near_me",
        lead=_(
            "A destination is a screen of the app and the same page of the website. "
            "Whoever writes a message picks it and fills in what it needs, instead of "
            "typing links."
        ),
        new=_("New destination"),
        none=_("No destination yet"),
        why=_(
            "Begin with those that messages lead to most: home, a product, the cart."
        ),
        key=_("Short name"),
        key_hint=_(
            "Letters, digits and hyphens, such as “product”. It stays as it is."
        ),
        fact_title=_("Links"),
        fact=_links,
    ),
}

"""What a locked screen would tell to whoever passes by (lint Y3)."""

import re
from collections.abc import Iterator, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.content.render import CompiledContent

from . import vocabulary
from .funnel import Funnel
from .problem import Problem, look, ok
from .readings import Text, within

ANYWHERE: list[tuple[re.Pattern[str], Promise]] = [
    (vocabulary.HEALTH, gettext_lazy("words about health")),
    (vocabulary.MONEY, gettext_lazy("words about somebody’s money")),
]
"""Found in any text, whoever reads it."""

OF_ONE_PERSON: list[tuple[re.Pattern[str], Promise]] = [
    (vocabulary.EMAIL, gettext_lazy("an email address")),
    (vocabulary.PHONE, gettext_lazy("a telephone number")),
    (vocabulary.CARD, gettext_lazy("a card number")),
    (vocabulary.CODE, gettext_lazy("a code")),
    (vocabulary.AMOUNT, gettext_lazy("an amount")),
]
"""Found in what a person's own values make of a text, and not in the text itself."""

HIDDEN = ("private", "secret")


def privacy(
    compiled: CompiledContent, texts: Sequence[Text], counted: Funnel | None
) -> Iterator[Problem]:
    """A line for each text that tells strangers what is not theirs to know."""
    found = [(text, kinds) for text in texts if (kinds := list(_told(text)))]
    if not found:
        yield ok(_("A locked screen tells nothing that is private."))
    elif _is_hidden(compiled, counted):
        yield ok(_("What is private is hidden on a locked screen."))
    else:
        for text, kinds in found:
            sentence = _("A locked screen would show %(kinds)s.")
            said = sentence % {"kinds": ", ".join(map(str, kinds))}
            yield look(
                within(compiled, text, said),
                _(
                    "Say it without the detail and let the app show it, or have "
                    "Android hide it under “On a locked screen”."
                ),
                text.field,
                code="private",
            )


def _told(text: Text) -> Iterator[Promise | str]:
    for pattern, kind in ANYWHERE:
        if pattern.search(text.source):
            yield kind
    names = [
        each for each in _fields(text) if vocabulary.NAMES_OF_PEOPLE.fullmatch(each)
    ]
    for each in dict.fromkeys(names):
        yield _("the value “%(name)s”") % {"name": each}
    if not text.is_personal:
        return
    for pattern, kind in OF_ONE_PERSON:
        own = {_plain(each) for each in pattern.findall(text.source)}
        if any(
            _plain(each) not in own
            for wording in text.read
            for each in pattern.findall(wording)
        ):
            yield kind


def _plain(found: str) -> str:
    return re.sub(r"\W+", "", found)


def _fields(text: Text) -> list[str]:
    """The names in a template's placeholders."""
    places = re.findall(r"{{-?\s*([\w-]+)", text.source)
    return [each for each in places if isinstance(each, str)]


def _is_hidden(compiled: CompiledContent, counted: Funnel | None) -> bool:
    """Whether it goes to Android alone, which hides it as the message asks."""
    if counted is None or set(counted.by_platform) - {"android"}:
        return False
    said = compiled.content.platforms.get("android", {})
    return said.get("visibility") in HIDDEN

"""Checks of options: what a platform ignores, misreads, or does not allow.

Limits of buttons are Braze's (push best practices, read 22 Nov 2026): beside each other
they have room for 46, 20 or 11 letters on Android; browsers show two.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from campaigns.content import languages as names
from campaigns.content import options
from campaigns.content.options import ALL, PLATFORMS
from campaigns.content.render import CompiledContent, Words
from campaigns.models import (
    AndroidChannel,
    Campaign,
    IosCategory,
    IosThread,
    Sound,
    contents,
)
from campaigns.models.campaigns import Purpose

from .funnel import Funnel
from .message import Reader
from .problem import Problem, look, ok, stop

Said = dict[str, dict[str, Any]]
ROOM = {1: 46, 2: 20, 3: 11}
"""Letters of a button's label on Android, by how many buttons there are."""
WEB_BUTTONS = 2
HIGHEST_BADGE = 99
DRAWN_BY_THE_APP = ("expanded", "summary", "style", "large_icon", "group")


def chosen(campaign: Campaign) -> Iterator[Problem]:
    """Every check of what was chosen under "More options" and for platforms."""
    found = [
        *_platforms(campaign),
        *_urgency(campaign),
        *_unregistered(campaign),
        *_destination(campaign),
        *_ignored(campaign),
        *_untranslated(campaign),
    ]
    yield from found
    if not found and (campaign.platforms or campaign.buttons):
        yield ok(_("The options suit the platforms that they are for."))


def buttons(
    compiled: CompiledContent, samples: Sequence[Reader], counted: Funnel | None
) -> Iterator[Problem]:
    """Whether each button's label has room, as the people sampled would read it."""
    for language in compiled.languages:
        mine = [each for each in samples if compiled.for_locale(each.tag) is language]
        android = language.on("android")
        if _reaches(counted, "android"):
            yield from _too_long(android, compiled, mine)
        if _reaches(counted, "web"):
            yield from _too_many(language.on("web"), compiled, mine)


def _too_long(
    mine: CompiledContent, compiled: CompiledContent, readers: Sequence[Reader]
) -> Iterator[Problem]:
    long = {
        each.label: ROOM[min(len(words.buttons), max(ROOM))]
        for words in _read(mine, readers)
        for each in words.buttons
        if len(each.label) > ROOM[min(len(words.buttons), max(ROOM))]
    }
    for label, room in list(long.items())[:1]:
        sentence = _(
            "Android cuts the button “%(label)s”: beside the others it has room for "
            "about %(room)s letters."
        )
        facts = {"label": label, "room": room}
        fix = _("Shorten the label, or have fewer buttons.")
        yield look(_in(mine, compiled, sentence % facts), fix, "buttons")


def _too_many(
    mine: CompiledContent, compiled: CompiledContent, readers: Sequence[Reader]
) -> Iterator[Problem]:
    if any(len(words.buttons) > WEB_BUTTONS for words in _read(mine, readers)):
        sentence = _("Browsers show two buttons: the others are not seen there.")
        fix = _("Put the two that matter first.")
        yield look(_in(mine, compiled, sentence), fix, "buttons")


def _read(mine: CompiledContent, readers: Sequence[Reader]) -> list[Words]:
    found = (mine.words(each.values) for each in readers)
    return [each for each in found if isinstance(each, Words)]


def _in(mine: CompiledContent, compiled: CompiledContent, sentence: str) -> str:
    if len(compiled.languages) == 1:
        return sentence
    return names.labelled(mine.content.locale, sentence)


def _platforms(campaign: Campaign) -> Iterator[Problem]:
    said = campaign.platforms
    is_on = [each for each in PLATFORMS if not said.get(each, {}).get("off")]
    if not is_on:
        yield stop(
            _("It is sent to no platform."),
            _("Choose one under “More options”."),
            "sent-to",
        )
        return
    if not options.is_silent(said):
        return
    if not {"android", "ios"} & set(is_on):
        yield stop(
            _("A silent message reaches nobody here: browsers and Windows show all."),
            _("Make it a message that people see, or send it to Android or iPhones."),
            "all:kind",
        )
    elif {"web", "windows"} & set(is_on):
        yield look(
            _("Browsers and Windows get nothing of a silent message: they show all."),
            _("Make it a message that people see, if they should get it."),
            "all:kind",
        )


def _reaches(counted: Funnel | None, platform: str) -> bool:
    return counted is None or bool(counted.by_platform.get(platform))


def _urgency(campaign: Campaign) -> Iterator[Problem]:
    level = campaign.platforms.get("ios", {}).get("level", "")
    if level == "critical":
        yield look(
            _("A critical alert sounds even on an iPhone that is silenced."),
            _("Apple allows it to few apps, for safety and health alone."),
            "ios:level",
        )
    elif level == "time-sensitive" and campaign.purpose == Purpose.PROMOTIONAL:
        yield look(
            _("A promotion that is time-sensitive breaks through the reader’s Focus."),
            _("Apple asks to keep that for what cannot wait: choose “Active”."),
            "ios:level",
        )
    if level == "critical" and campaign.purpose == Purpose.PROMOTIONAL:
        yield stop(
            _("A promotion may not be a critical alert."),
            _("Choose another interruption level."),
            "ios:level",
        )


def _unregistered(campaign: Campaign) -> Iterator[Problem]:
    """Names that the app may not know: nobody registered them."""
    kinds: tuple[tuple[Any, str, str], ...] = (
        (AndroidChannel, "android", "channel"),
        (IosCategory, "ios", "category"),
        (IosThread, "ios", "thread"),
        (Sound, "ios", "sound"),
        (Sound, "android", "sound"),
    )
    for model, platform, name in kinds:
        key = campaign.platforms.get(platform, {}).get(name)
        if not key or (name == "sound" and key in ("default", "none")):
            continue
        rows = model.objects.filter(application=campaign.application_id, key=key)
        if model is Sound:
            rows = rows.filter(platform=platform)
        if not rows.exists():
            sentence = _strange(name) % {"name": key}
            fix = _("Choose one of the list, or ask an administrator to register it.")
            yield look(sentence, fix, f"{platform}:{name}")


def _strange(name: str) -> str:
    words = {
        "channel": _(
            "The channel “%(name)s” is not registered: an app that does not know it "
            "shows the message in its default channel."
        ),
        "category": _(
            "The category “%(name)s” is not registered: without it an iPhone shows no "
            "buttons."
        ),
        "thread": _("The thread group “%(name)s” is not registered."),
        "sound": _(
            "The sound “%(name)s” is not registered: a phone without it makes its "
            "usual one."
        ),
    }
    return words[name]


def _destination(campaign: Campaign) -> Iterator[Problem]:
    wrong = contents.unfilled(campaign.platforms, campaign.application)
    for field, sentence in wrong.items():
        yield stop(sentence, _("Edit the message."), field)


def _ignored(campaign: Campaign) -> Iterator[Problem]:
    """What nobody will notice, as it stands."""
    said = campaign.platforms
    yield from _undrawn(said)
    alerts = said.get("web", {}).get("renotify")
    if alerts and not options.winning(said, "web", "replaces"):
        yield look(
            _("It alerts again when it replaces, and it replaces nothing."),
            _("Write the mark that it shares with the earlier message."),
            "web:renotify",
        )
    for place, own in said.items():
        badge = str(own.get("badge", ""))
        if badge.isdecimal() and int(badge) > HIGHEST_BADGE:
            yield look(
                _("A number of more than two digits covers the icon."),
                _("Write the number of new things, 99 at most."),
                f"{place}:badge",
            )


def _undrawn(said: Said) -> Iterator[Problem]:
    """What Android shows only where the app draws the message itself."""
    android = said.get("android", {})
    if android.get("data_only") or android.get("off"):
        return
    fix = _("Turn on “The app draws it itself”, if the app can.")
    if said.get(ALL, {}).get("cards"):
        sentence = _("Android draws this message by itself: the cards are not seen.")
        yield look(sentence, fix, "cards")
    for name in DRAWN_BY_THE_APP:
        if android.get(name):
            yield look(
                _("Android draws this message by itself: its opened form is not seen."),
                fix,
                f"android:{name}",
            )
            return


def _untranslated(campaign: Campaign) -> Iterator[Problem]:
    """Buttons and cards that a language shows in the message's own."""
    cards = campaign.platforms.get(ALL, {}).get("cards", [])
    spoken = [each for each in cards if each.get("title") or each.get("body")]
    for each in campaign.translations:
        if not (each["title"].strip() or each["body"].strip()):
            continue
        facts = {
            "language": names.name(each["locale"]),
            "own": names.name(campaign.locale),
        }
        field = f"{each['locale']}.title"
        if campaign.buttons and not _says(each.get("buttons"), ("label",)):
            sentence = _("The buttons in %(language)s are those in %(own)s.")
            yield look(sentence % facts, _("Write their labels."), field)
        if spoken and not _says(each.get("cards"), ("title", "body")):
            sentence = _("The cards in %(language)s are those in %(own)s.")
            yield look(sentence % facts, _("Write their texts."), field)


def _says(rows: Any, texts: tuple[str, ...]) -> bool:
    """Whether every row says something of its own."""
    return bool(rows) and all(any(row.get(text) for text in texts) for row in rows)

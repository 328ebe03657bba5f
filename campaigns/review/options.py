"""Checks of options: what a platform ignores, misreads, or does not allow.

Limits of buttons are Braze's (push best practices, read 22 Nov 2026): beside each other
they have room for 46, 20 or 11 letters on Android.
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

from . import readings
from .funnel import Funnel
from .problem import Problem, look, ok, stop
from .readings import Reader

Said = dict[str, dict[str, Any]]
ROOM = {1: 46, 2: 20, 3: 11}
"""Letters of a button's label on Android, by how many buttons there are."""
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
        if _reaches(counted, "android"):
            mine = readings.readers(compiled, language, samples)
            yield from _too_long(language.on("android"), compiled, mine)


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
        said = _in(mine, compiled, sentence % facts)
        yield look(said, fix, "buttons", code="option.room")


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
            "sent_to",
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
            code="option.silent",
        )


def _reaches(counted: Funnel | None, platform: str) -> bool:
    return counted is None or bool(counted.by_platform.get(platform))


def _urgency(campaign: Campaign) -> Iterator[Problem]:
    level = campaign.platforms.get("ios", {}).get("level", "")
    is_promotion = campaign.purpose == Purpose.PROMOTIONAL
    if level == "critical" and is_promotion:
        yield stop(
            _("A promotion may not be a critical alert."),
            _("Choose another interruption level."),
            "ios:level",
        )
    elif level == "critical":
        yield look(
            _("A critical alert sounds even on an iPhone that is silenced."),
            _("Choose another level, unless Apple allowed it to your app."),
            "ios:level",
            code="option.critical",
        )
    elif level == "time-sensitive" and is_promotion:
        yield look(
            _("A promotion that is time-sensitive breaks through the reader’s Focus."),
            _("Choose “Active”."),
            "ios:level",
            code="option.level",
            about=("purpose",),
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
            field = f"{platform}:{name}"
            yield look(sentence, fix, field, code="option.unknown")


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
    """What its links need; whether it is still there, sending.destination says."""
    wrong = contents.unfilled(campaign.platforms, campaign.application)
    for field, sentence in wrong.items():
        if field != "destination":
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
            code="option.renotify",
            about=("web:replaces",),
        )
    for place, own in said.items():
        badge = str(own.get("badge", ""))
        if badge.isdecimal() and int(badge) > HIGHEST_BADGE:
            yield look(
                _("A number of more than two digits covers the icon."),
                _("Write the number of new things, 99 at most."),
                f"{place}:badge",
                code="option.badge",
            )


def _undrawn(said: Said) -> Iterator[Problem]:
    """What Android shows only where the app draws the message itself."""
    android = said.get("android", {})
    if android.get("data_only") or android.get("off"):
        return
    fix = _("Turn on “The app draws it itself”, if the app can.")
    if said.get(ALL, {}).get("cards"):
        sentence = _("Android draws this message by itself: the cards are not seen.")
        yield look(sentence, fix, "cards", code="option.undrawn")
    for name in DRAWN_BY_THE_APP:
        if android.get(name):
            yield look(
                _("Android draws this message by itself: its opened form is not seen."),
                fix,
                f"android:{name}",
                code="option.undrawn",
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
        tag = each["locale"]
        if campaign.buttons and not _says(each.get("buttons"), ("label",)):
            yield look(
                _("The buttons in %(language)s are those in %(own)s.") % facts,
                _("Write their labels."),
                f"{tag}.title",
                code="option.untranslated",
                about=(f"{tag}.buttons", "buttons"),
            )
        if spoken and not _says(each.get("cards"), ("title", "body")):
            yield look(
                _("The cards in %(language)s are those in %(own)s.") % facts,
                _("Write their texts."),
                f"{tag}.title",
                code="option.leafing",
                about=(f"{tag}.cards", "platforms"),
            )


def _says(rows: Any, texts: tuple[str, ...]) -> bool:
    """Whether every row says something of its own."""
    return bool(rows) and all(any(row.get(text) for text in texts) for row in rows)

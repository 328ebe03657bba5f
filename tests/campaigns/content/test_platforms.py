"""What a message says and does on one platform: read, checked, and which value wins."""

from typing import Any

import pytest

from campaigns.content import limits, options, render
from campaigns.content.render import Skip
from campaigns.content.texts import ContentError
from devices.gateways.base import Push
from devices.gateways.options import AndroidOptions, IosOptions

MESSAGE = {"title": "Hello", "body": "News", "link": "https://shop.example/"}


def push(platform: str, **content: Any) -> Push | Skip:
    compiled = render.compile_content(MESSAGE | content, None)
    return compiled.push(0, "t", {}, ttl=60, collapse="r1", data={}, platform=platform)


def problems(platforms: Any) -> dict[str, str]:
    with pytest.raises(ContentError) as refused:
        limits.check(MESSAGE | {"platforms": platforms}, known=None)
    return refused.value.problems


def test_a_platforms_value_wins_over_that_of_all_and_that_over_the_usual() -> None:
    said = {"all": {"priority": "normal", "badge": "1"}, "ios": {"priority": "high"}}

    ios, android = push("ios", platforms=said), push("android", platforms=said)

    assert isinstance(ios.options, IosOptions)
    assert (ios.options.priority, ios.said["badge"]) == ("high", "1")
    assert isinstance(android.options, AndroidOptions)
    assert android.options.priority == "normal"
    assert options.winning(said, "web", "priority") == "normal"
    assert options.winning(said, "web", "urgency") is None


def test_a_message_without_differences_is_made_as_before() -> None:
    for platforms in ({}, {"ios": {"off": True}}, {"ios": {"title": ""}}):
        made = push("ios", platforms=platforms)
        assert (made.options, made.said, made.collapse) == (None, {}, "r1")


def test_every_push_of_a_message_has_the_same_options() -> None:
    compiled = render.compile_content(
        MESSAGE | {"platforms": {"ios": {"thread": "news"}}}, None
    )
    made = [
        compiled.push(each, "t", {}, ttl=1, collapse="", data={}, platform="ios")
        for each in range(2)
    ]
    assert made[0].options is made[1].options


def test_a_translation_without_a_platforms_text_says_its_own_title() -> None:
    french = {**MESSAGE, "title": "Bonjour", "locale": "fr"}
    german = {
        **MESSAGE,
        "locale": "de",
        "platforms": {"ios": {"title": "Hallo, Telefon", "thread": "news"}},
    }
    compiled = render.compile_content(
        {
            **MESSAGE,
            "platforms": {"ios": {"title": "Hello, phone"}},
            "translations": [french, german],
        },
        None,
    )

    said = [compiled.translated(each).on("ios").words({}).title for each in range(3)]

    assert said == ["Hello, phone", "Bonjour", "Hallo, Telefon"]


@pytest.mark.parametrize(
    ("platform", "name", "value"),
    [
        ("all", "kind", "loud"),
        ("android", "color", "red"),
        ("android", "visibility", "everyone"),
        ("android", "vibrate", "1,x"),
        ("android", "light_on", -1),
        ("android", "sticky", "yes"),
        ("android", "event_time", "2026-13-01T00:00:00Z"),
        ("android", "package", "shop"),
        ("android", "label", "a b"),
        ("ios", "relevance", 1.5),
        ("ios", "relevance", True),
        ("ios", "level", "urgent"),
        ("ios", "title_arguments", "one"),
        ("ios", "thread", "two\nlines"),
        ("ios", "shade", "dark"),
        ("web", "badge_icon", "http://cdn.example/b.png"),
        ("web", "language", "French"),
        ("web", "link", "javascript:alert(1)"),
        ("ios", "title", "{{ broken"),
        ("android", "buttons", [{"label": ""}]),
    ],
)
def test_a_value_that_no_gateway_takes_is_refused_beside_its_field(
    platform: str, name: str, value: Any
) -> None:
    found = problems({platform: {name: value}})

    assert list(found) == [f"{platform}:{name}"]
    assert found[f"{platform}:{name}"].endswith("."), "a sentence"


def test_a_platform_that_there_is_not_is_refused() -> None:
    assert list(problems({"fridge": {"title": "Hi"}})) == ["platforms"]


def test_a_silent_message_needs_no_words_and_gives_browsers_nothing() -> None:
    silent = {"all": {"kind": "silent"}}
    content = {"title": "", "body": "", "platforms": silent}

    limits.check(content, known=None)

    assert push("ios", platforms=silent).title == ""
    assert isinstance(push("web", platforms=silent), Skip)
    assert isinstance(push("windows", platforms=silent), Skip)

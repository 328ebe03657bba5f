"""From content and values to words and pushes."""

import pytest

from campaigns.content import compiled as compiled_content
from campaigns.content import render
from campaigns.content.personalisation import known_fields
from campaigns.content.render import Skip, SkipReason, Words
from campaigns.content.texts import Content, ContentError
from devices.gateways.base import Button

KNOWN = known_fields(["first_name", "city", "sku", "n"])
CONTENT = {
    "title": "Hi {{ first_name | default: 'there' }}",
    "body": "News from {{ city | or_skip }}",
    "link": "https://example.com/{{ city | or_skip }}",
    "data": {"screen": "offers", "sku": "{{ sku | default: 'none' }}"},
}


def compiled(**changes: object) -> render.CompiledContent:
    return render.compile_content({**CONTENT, **changes}, KNOWN)


def words(values: dict[str, object], **changes: object) -> Words | Skip:
    return compiled(**changes).words(values)


def test_one_persons_words_are_rendered_into_every_field() -> None:
    assert words({"first_name": "Zoé", "city": "Le Mans", "sku": 7}) == Words(
        title="Hi Zoé",
        body="News from Le Mans",
        link="https://example.com/Le%20Mans",
        data={"screen": "offers", "sku": "7"},
    )


def test_a_push_carries_the_words_and_what_the_run_adds() -> None:
    push = compiled().push(
        12,
        "token",
        {"city": "Lyon"},
        ttl=3600,
        collapse="r1",
        data={"run": "1", "screen": "home"},
    )
    assert (push.reference, push.token, push.ttl, push.collapse) == (
        12,
        "token",
        3600,
        "r1",
    )
    assert (push.title, push.link) == ("Hi there", "https://example.com/Lyon")
    assert push.data == {"run": "1", "screen": "home", "sku": "none"}


def test_image_and_buttons_are_rendered_for_the_person_and_reach_the_push() -> None:
    push = compiled(
        image="https://cdn.example.com/{{ city | or_skip }}.png",
        buttons=[
            {
                "label": "See {{ city | or_skip }}",
                "link": "https://example.com/{{ city | or_skip }}",
            },
            {"label": "{% if city == 'Lyon' %}Lyon{% endif %}", "link": ""},
            {"label": "Later"},
        ],
    ).push(1, "t", {"city": "Le Mans"}, ttl=0, collapse="", data={})

    assert push.image == "https://cdn.example.com/Le%20Mans.png"
    assert push.buttons == (
        Button(id="b1", label="See Le Mans", link="https://example.com/Le%20Mans"),
        Button(id="b3", label="Later"),
    )
    assert push.data == {"screen": "offers", "sku": "none"}


def test_pictures_buttons_and_translations_are_read_back_as_they_were_written() -> None:
    said = {
        **CONTENT,
        "image": "https://a.example/b.png",
        "renditions": {"ios_wide": "https://a.example/m/b-ios_wide.jpg"},
        "icon": "https://a.example/m/c-web_icon.png",
        "locale": "en",
        "buttons": [{"label": "Go", "link": ""}],
        "cards": [
            {"image": "https://a.example/b.png", "title": "", "body": "x", "link": ""}
        ],
        "ttl": None,
        "platforms": {"ios": {"subtitle": "Today"}, "web": {"off": True}},
        "leave_out": "{% if city == 'Oslo' %}{% leave_out %}{% endif %}",
        "codes": {"summer": "CODEX"},
    }
    french = {**said, "locale": "fr", "translations": []}

    whole = {**said, "translations": [french]}
    assert Content.from_json(whole).to_json() == whole


def test_each_platform_gets_its_own_rendition_of_the_picture() -> None:
    renditions = {
        "ios_wide": "https://a.example/i.jpg",
        "web_image": "https://a.example/w.jpg",
    }
    message = compiled(image="https://a.example/any.jpg", renditions=renditions)

    pictures = {
        platform: message.push(
            1, "t", {"city": "Le Mans"}, ttl=0, collapse="", data={}, platform=platform
        ).image
        for platform in ("ios", "web", "windows", "android")
    }

    assert pictures == {
        "ios": "https://a.example/i.jpg",
        "web": "https://a.example/w.jpg",
        "windows": "https://a.example/w.jpg",
        "android": "https://a.example/any.jpg",
    }


@pytest.mark.parametrize(
    "buttons",
    [
        "Go",
        ["Go"],
        [{"link": "https://a.example/"}],
        [{"label": 1}],
        [{"label": "a", "x": "b"}],
    ],
)
def test_buttons_of_another_shape_are_refused(buttons: object) -> None:
    with pytest.raises(ContentError) as refused:
        Content.from_json({**CONTENT, "buttons": buttons})

    assert list(refused.value.problems) == ["buttons"]


def test_a_person_without_a_value_that_has_no_default_is_skipped() -> None:
    skip = Skip(SkipReason.MISSING_PERSONALISATION, "city")
    assert words({"first_name": "Zoé"}) == skip
    assert compiled().push(1, "t", {}, ttl=0, collapse="", data={}) == skip


def test_an_empty_message_is_never_sent() -> None:
    text = "{% if first_name %}x{% endif %}"
    assert words({"city": "L"}, body=text) == Skip(SkipReason.EMPTY_MESSAGE, "body")
    assert words({"city": "L"}, title=text) == Skip(SkipReason.EMPTY_MESSAGE, "title")


def test_a_name_of_5_kilobytes_skips_its_owner_and_nobody_else() -> None:
    content = compiled()
    long = {"first_name": "é" * 2_500, "city": "Lyon"}
    assert content.words(long) == Skip(SkipReason.TOO_LARGE, "title")
    assert isinstance(content.words({"city": "Lyon"}), Words)


def test_a_value_of_the_wrong_kind_skips_its_owner() -> None:
    body = "{% if n > 3 %}many{% endif %}."
    assert words({"city": "L", "n": "x"}, body=body) == Skip(
        SkipReason.RENDER_FAILED, "body"
    )


def test_equal_values_are_rendered_once_and_equal_keys_are_told_apart() -> None:
    content = compiled(body="{% if city %}{{ n | or_skip }}{% endif %}")
    said = [content.words({"city": "L", "n": n}) for n in (1, True, 1.0, "1", 1)]

    assert [each.body for each in said if isinstance(each, Words)] == [
        "1",
        "true",
        "1.0",
        "1",
        "1",
    ]
    assert said[0] is said[4]


def test_the_memory_of_renderings_is_bounded() -> None:
    content = compiled(body='{{ city | default: "here" | upcase }}')
    for number in range(compiled_content.MEMO + 500):
        content.words({"city": f"city {number}"})
    assert content._remembered.cache_info().currsize == compiled_content.MEMO


def test_content_is_read_back_as_it_was_written() -> None:
    content = Content.from_json({**CONTENT, "ttl": 60})
    assert Content.from_json(content.to_json()) == content
    assert Content.from_json({"title": "a", "body": "b"}).link == ""


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ([], "content"),
        ({"title": "a", "body": "b", "sound": "x"}, "sound"),
        ({"title": 3, "body": "b"}, "title"),
        ({"title": "a", "body": None}, "body"),
        ({"title": "a", "body": "b", "data": {"x": 1}}, "data"),
        ({"title": "a", "body": "b", "data": "x"}, "data"),
        ({"title": "a", "body": "b", "ttl": "60"}, "ttl"),
        ({"title": "a", "body": "b", "ttl": True}, "ttl"),
    ],
)
def test_a_strange_shape_is_refused_at_its_field(value: object, field: str) -> None:
    with pytest.raises(ContentError) as refused:
        Content.from_json(value)
    assert set(refused.value.problems) == {field}


def test_all_fields_with_problems_are_told_at_once() -> None:
    with pytest.raises(ContentError) as refused:
        compiled(title="{{ nmae }}", body="{% if %}", link="javascript:x")
    assert set(refused.value.problems) == {"title", "body", "link"}


def test_a_text_that_fits_no_provider_is_refused_for_everybody() -> None:
    with pytest.raises(ContentError, match="4096 bytes"):
        compiled(body="é" * 2_100)

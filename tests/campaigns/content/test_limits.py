"""What may be saved, what screens show, and how heavy a push gets."""

from typing import ClassVar

import orjson
import pytest

from campaigns.content import limits, render
from campaigns.content.personalisation import known_fields
from campaigns.content.render import ContentError
from devices.gateways.base import Push

KNOWN = known_fields(["first_name", "city"])
FINE = {"title": "Hello", "body": "Something new.", "link": "https://example.com/"}


def problems(**changes: object) -> dict[str, str]:
    try:
        limits.check({**FINE, **changes}, known=KNOWN, schemes={"shop"})
    except ContentError as refused:
        return refused.problems
    return {}


def test_a_complete_message_is_fine() -> None:
    assert problems() == {}
    assert problems(link="shop://cart", body="Two\r\nlines", ttl=0) == {}
    assert problems(link="") == {}
    assert problems(buttons=[{"label": "Cart", "link": "shop://cart"}] * 3) == {}
    assert problems(image="https://cdn.example.com/a.png") == {}
    assert problems(title="مرحبا 👩\u200d🚀") == {}


BAD = [
    ({"title": " "}, "title", "Write a title."),
    ({"body": "\n"}, "body", "Write a text."),
    ({"title": "a\nb"}, "title", "line breaks"),
    ({"title": "a\x00b"}, "title", "control characters"),
    ({"title": "pay\u202epal"}, "title", "pay⟦U+202E⟧pal"),
    ({"title": "a\u200fb"}, "title", "⟦U+200F⟧"),
    ({"title": "a\u200bb"}, "title", "⟦U+200B⟧"),
    ({"body": "a\u202eb"}, "body", "direction"),
    ({"body": "a\x07b"}, "body", "control characters"),
    ({"link": "javascript:x"}, "link", "refused"),
    ({"link": "bank://x"}, "link", "shop:"),
    ({"title": "Hi {{ first_nam }}"}, "title", "Did you mean"),
    ({"body": "{{ city | default: 'x' }}" * 60}, "body", "too many"),
    ({"ttl": -1}, "ttl", "28 days"),
    ({"ttl": 2_419_201}, "ttl", "28 days"),
    ({"data": {f"k{n}": "v" for n in range(21)}}, "data", "at most 20"),
    ({"data": {"a b": "v"}}, "data", "letters"),
    ({"data": {"from": "v"}}, "data", "reserved"),
    ({"data": {"google.x": "v"}}, "data", "reserved"),
    ({"data": {"gcmfoo": "v"}}, "data", "reserved"),
    ({"data": {"x": "{{ city }}"}}, "data.x", "is missing"),
    ({"image": "http://cdn.example.com/a.png"}, "image", "refused"),
    ({"image": "shop://a.png"}, "image", "refused"),
    ({"image": "https://10.0.0.1/a.png"}, "image", "not an address"),
    ({"image": "https://a.example/{{ city }}"}, "image", "is missing"),
    ({"buttons": [{"label": "a"}] * 4}, "buttons", "at most 3"),
    ({"buttons": [{"label": " "}]}, "buttons", "label"),
    ({"buttons": [{"label": "a\nb"}]}, "buttons", "line breaks"),
    ({"buttons": [{"label": "a", "link": "javascript:x"}]}, "buttons", "refused"),
    ({"buttons": [{"label": "{{ cit }}"}]}, "buttons", "Did you mean"),
]


@pytest.mark.parametrize(("changes", "field", "words"), BAD)
def test_what_must_not_be_sent_is_refused_at_its_field(
    changes: dict[str, object], field: str, words: str
) -> None:
    found = problems(**changes)
    assert list(found) == [field]
    assert words in found[field]


def test_all_problems_are_told_at_once() -> None:
    assert set(problems(title="", body="{{ x }}", link="data:x", ttl=-1)) == {
        "title",
        "body",
        "link",
        "ttl",
    }


class PlainScale:
    """Weighs a push as plain JSON: what `weigh` needs of a gateway."""

    kind: ClassVar[str] = "plain"
    max_payload: ClassVar[int] = 300

    def size(self, push: Push) -> int:
        return len(orjson.dumps([push.title, push.body, push.link, dict(push.data)]))


def weight(samples: list[dict[str, object]], **changes: object) -> limits.Weight | None:
    content = render.compile_content({**FINE, **changes}, KNOWN)
    return limits.weigh(content, PlainScale(), samples, data={"run": "7"})


def test_the_heaviest_sample_is_weighed_and_its_fields_listed() -> None:
    samples = [{"city": "Aix"}, {"city": "é" * 150}]
    found = weight(samples, body="{{ city | or_skip }}")

    assert found is not None
    assert (found.too_large, found.heavy) == (True, True)
    assert found.fields[0] == ("body", 300)


def test_the_worst_case_takes_the_longest_value_of_each_field() -> None:
    samples = [
        {"first_name": "a" * 80, "city": "b"},
        {"first_name": "a", "city": "b" * 90},
    ]
    text = "{{ first_name | or_skip }}{{ city | or_skip }}"
    found = weight(samples, body=text)
    assert found is not None
    assert found.fields[0] == ("body", 170)
    assert not found.too_large


def test_no_sample_that_gets_the_message_weighs_nothing() -> None:
    assert weight([{}], body="{{ city | or_skip }}") is None
    light = weight([])
    assert light is not None
    assert not light.heavy

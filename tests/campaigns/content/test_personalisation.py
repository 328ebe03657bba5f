"""What a text may say, and what one person's values do to it."""

import time
from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from campaigns.content import personalisation
from campaigns.content.personalisation import Failed, Missing, TemplateError

KNOWN = personalisation.known_fields(
    ["first_name", "last_name", "city", "age", "vip", "renewal", "points", "sizes"]
)
DEFAULT = '{{ first_name | default: "there" }}'


def render(text: str, **values: object) -> object:
    return personalisation.compile(text, known=KNOWN).render(values)


def refusal(text: str) -> TemplateError:
    with pytest.raises(TemplateError) as refused:
        personalisation.compile(text, known=KNOWN)
    return refused.value


def test_a_value_stands_in_the_text_and_a_default_where_it_is_missing() -> None:
    assert render(f"Hi {DEFAULT}!", first_name="Zoé") == "Hi Zoé!"
    assert render(f"Hi {DEFAULT}!") == "Hi there!"


@pytest.mark.parametrize("nothing", [None, "", "   ", "\u200b\n", False, [], {"a": 1}])
def test_nothing_to_say_is_missing(nothing: object) -> None:
    assert render(f"Hi {DEFAULT}!", first_name=nothing) == "Hi there!"
    assert render("Hi {{ first_name | or_skip }}", first_name=nothing) == Missing(
        "first_name"
    )
    skips = "{% if age > 1 %}Hi {{ first_name | or_skip | upcase }}{% endif %}"
    assert render(skips, first_name=nothing, age=3) == Missing("first_name")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "0"),
        (7, "7"),
        (1.5, "1.5"),
        (Decimal("2.50"), "2.50"),
        (True, "true"),
        (date(2026, 12, 1), "2026-12-01"),
        (["S", "M", None, ""], "S, M"),
        ("Ann{{ city }}", "Ann{{ city }}"),
        ("{% if %}", "{% if %}"),
        ("%(x)s {0.__globals__} $x", "%(x)s {0.__globals__} $x"),
        ("a\u202eb\u0000c\nd", "abc d"),
        ("زینب\u200cعلی", "زینب\u200cعلی"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("\ud800x", "x"),
        (float("nan"), "there"),
        (10**100, "there"),
    ],
)
def test_each_type_of_value_is_said_plainly_and_never_read_as_a_template(
    value: object, said: str
) -> None:
    assert render(DEFAULT, first_name=value) == said
    assert render(DEFAULT + "{% if vip %}!{% endif %}", first_name=value) == said


def test_conditions_choose_texts() -> None:
    text = (
        "{% if vip %}Gold{% elsif age >= 18 %}Silver{% else %}Bronze{% endif %}"
        "{% unless city %} from nowhere{% endunless %}"
        "{% case city %}{% when 'Lyon', 'Paris' %} in France{% else %}{% endcase %}"
    )
    assert render(text, vip=True, city="Lyon") == "Gold in France"
    assert render(text, age=30, city="Oslo") == "Silver"
    assert render(text) == "Bronze from nowhere"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{{ first_name | strip | default: "x" | upcase }}', "ANN"),
        ('{{ city | default: first_name | default: "x" }}', "ann"),
        ('{{ first_name | default: "x" | capitalize | append: "!" }}', "Ann!"),
        ("{{ points | default: 0 | times: 2 | plus: 1 }}", "21"),
        ("{{ points | or_skip | divided_by: 4.0 | round: 1 }}", "2.5"),
        ('{{ renewal | default: "2026-01-01" | date: "%-d/%m/%Y" }}', "1/12/2026"),
        ('{{ first_name | or_skip | replace: "n", "nn" }}', "annnn"),
        ('{{ first_name | or_skip | truncate: 4, "…" }}', "ann"),
        ('{{ "a&b c" | url_encode }}', "a%26b+c"),
        ("{% comment %}to do{% endcomment %}ok", "ok"),
        ("{% raw %}{{ first_name }}{% endraw %}", "{{ first_name }}"),
        ("50 % off }} now { and {", "50 % off }} now { and {"),
    ],
)
def test_allowed_filters_and_tags_work(text: str, said: str) -> None:
    values = {"first_name": "ann", "points": 10, "renewal": date(2026, 12, 1)}
    assert render(text, **values) == said


REFUSED = [
    ("Hi {{ first_name }}", 6, 'write {{ first_name | default: "there" }}'),
    ("Hi {{ first_name }}", 6, "{{ first_name | or_skip }}"),
    ("{{ frist_name | default: 'x' }}", 3, "Did you mean “first_name”?"),
    ("{% if frist_name %}x{% endif %}", 6, "Did you mean “first_name”?"),
    ("{{ zzz | default: 'x' }}", 3, "There are: age, city, country, first_name"),
    ("{{ first_name | default: '' }}", 3, "is empty"),
    ("{{ first_name | default: '  ' }}", 3, "is empty"),
    ("{{ first_name | default: city }}", 3, "when “first_name” is missing"),
    ("{{ first_name | default }}", 3, "is empty"),
    ("{{ city | append: '!' | default: 'x' }}", 3, "first"),
    ("{% if vip %}{{ city }}{% endif %}", 15, "when “city” is missing"),
    ("{% case city %}{% when 'a' %}{{ city }}{% endcase %}", 32, "is missing"),
    ("{% unless vip %}{% else %}{{ city }}{% endunless %}", 29, "is missing"),
    ("{{ settings.SECRET_KEY }}", 3, "not a field"),
    ("{{ first_name.__class__ | default: 'x' }}", 3, "not a field"),
    ("{{ first_name['__class__'] | default: 'x' }}", 3, "not a field"),
    ("{{ [first_name] | default: 'x' }}", 3, "not a field"),
    ("{{ sizes.first | default: 'x' }}", 3, "not a field"),
    ("{{ external_id | default: 'x' }}", 3, "does not exist"),
    ("{{ now | default: 'x' }}", 3, "does not exist"),
    ("{{ city | default: secret }}", 19, "does not exist"),
    ("{{ city | upcas }}", 10, "Did you mean “upcase”?"),
    ("{{ city | default: 'x' | map: 'y' }}", 25, "is not a filter"),
    ("{{ city | default: 'x' | append: first_name }}", 25, "words or numbers"),
    ("{{ city | default: 'x' | upcase: 3 }}", 8, "whatever the values are"),
    ("{{ city | default: 'x', 'y' }}", 8, "whatever the values are"),
    ("{{ renewal | default: 'x' | date: '%Q' }}", 11, "whatever the values are"),
    ("{{ points | default: 1 | divided_by: 0 }}", 10, "whatever the values are"),
    ("{% include 'x' %}", 3, "{% include %} cannot be used"),
    ("{% for x in (1..9) %}{% endfor %}", 3, "{% for %} cannot be used"),
    ("{% assign a = 'x' %}", 3, "{% assign %} cannot be used"),
    ("{% liquid echo city %}", 3, "{% liquid %} cannot be used"),
    ("{% if vip %}x", 0, "{% endif %}"),
    ("{{ city", 0, "is not closed"),
    ("{{ }}", 0, "cannot be read"),
    ("{{ city | default: 'x' 'y' }}", 23, "cannot be read"),
    ("x\ud800", 0, "broken character"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "position", "words"), REFUSED)
def test_what_would_go_wrong_is_refused_where_it_stands(
    text: str, position: int, words: str
) -> None:
    refused = refusal(text)
    assert words in refused.sentence
    assert refused.position == position


@pytest.mark.parametrize(
    "bomb",
    [
        "{{" * 10_000,
        "{{ city | default: 'x' }}" * 51,
        "x" * 1_000_000,
        "{% if vip %}" * 49,
        "{% if vip %}" * 6 + "x" + "{% endif %}" * 6,
        "{{ city | default: 'x'" + " | upcase" * 600 + " }}",
        "{{-" * 25 + "{%-" * 25,
        "{{ 'a' | " * 20 + "}}",
    ],
)
def test_a_bomb_is_refused_or_defused_quickly(bomb: str) -> None:
    began = time.process_time()
    with suppress(TemplateError):
        personalisation.compile(bomb, known=KNOWN).render({"city": "x"})
    assert time.process_time() - began < 0.25


def test_a_text_cannot_grow_without_bound_from_a_value() -> None:
    many = " | replace: 'a', 'aaaaaaaaaaaaaaaaaaaa'" * 8
    text = "{{ city | default: 'x'" + many + " }}"
    assert render(text, city="a" * 100) == Failed("FilterArgumentError")
    assert render("{{ city | or_skip | upcase }}", city="é" * 9_000) == Failed(
        "OutputStreamLimitError"
    )


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("{% if age > 18 %}x{% endif %}", {"age": "thirty"}),
        ("{{ renewal | or_skip | date: '%d' }}", {"renewal": "soon"}),
        ("{{ points | or_skip | times: 2 | ceil }}", {"points": "1e400"}),
    ],
)
def test_a_value_of_the_wrong_kind_fails_for_that_person_alone(
    text: str, values: dict[str, object]
) -> None:
    assert isinstance(render(text, **values), Failed)


def test_a_missing_number_is_not_more_than_any_other() -> None:
    assert render("{% if age > 18 %}adult{% else %}hello{% endif %}") == "hello"


def test_a_text_saved_before_a_field_disappeared_still_renders() -> None:
    text = "Hi {{ gone | default: 'there' }}{% if gone %}!{% endif %}"
    template = personalisation.compile(text, known=None)
    assert (template.render({}), template.variables) == ("Hi there", ("gone",))


def test_fields_are_the_built_in_ones_and_usable_attributes() -> None:
    names = ["first_name", "plan-b", "2fast", "with space", "or", "partial", "été"]
    assert personalisation.known_fields(names) == {
        "country",
        "locale",
        "zone",
        "first_name",
        "plan-b",
        "été",
    }


def test_each_usable_attribute_name_can_stand_in_a_text() -> None:
    for name in ("first_name", "plan-b", "été", "size", "first", "now", "blanks"):
        known = personalisation.known_fields([name])
        for text in (f"{{{{ {name} | or_skip }}}}", f"{{% if {name} %}}v{{% endif %}}"):
            template = personalisation.compile(text, known=known)
            assert template.render({name: "v"}) == "v"
            assert template.render({}) in (Missing(name), "")


def test_lines_end_the_same_whatever_the_browser_sent() -> None:
    for text in ("one\r\ntwo\rthree", "one\r\ntwo\r{% if vip %}{% endif %}three"):
        assert render(text) == "one\ntwo\nthree"


def test_variables_are_named_once_in_the_order_of_the_text() -> None:
    text = "{% if vip %}{{ city | default: 'x' }}{% endif %}" + DEFAULT + DEFAULT
    template = personalisation.compile(text, known=KNOWN)
    assert template.variables == ("vip", "city", "first_name")


def test_a_refusal_is_told_in_french_with_narrow_no_break_spaces() -> None:
    with translation.override("fr"):
        assert refusal("{{ frist_name | default: 'x' }}").sentence == (
            "«\u202ffrist_name\u202f» n’existe pas. Vouliez-vous dire "
            "«\u202ffirst_name\u202f»\u202f?"
        )
        assert '{{ city | default: "…" }}' in refusal("{{ city }}").sentence
        assert '| default: "vous" }}' in refusal("{{ first_name }}").sentence

"""The quick road and python-liquid say the same, whatever the text and the values."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.content import lint, personalisation
from campaigns.content.personalisation import Constant, Liquid, Missing, Segments

NAMES = ["first_name", "city", "points", "plan-b"]
KNOWN = personalisation.known_fields(NAMES)

texts = st.text(
    st.characters(exclude_categories=["Cs"])
    | st.sampled_from("{}%-\n\t\"'| é👩\u202e"),
    max_size=20,
)
defaults = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)


@st.composite
def placeholders(draw: st.DrawFn) -> str:
    name = draw(st.sampled_from(NAMES))
    quote = draw(st.sampled_from("\"'"))
    fallback = draw(defaults.filter(lambda each: each.strip()))
    fallback = fallback.replace(quote, "").replace("}", "").replace("%", "")
    space = draw(st.sampled_from(["", " ", "\n", "  "]))
    left, right = (
        draw(st.sampled_from(["{{", "{{-"])),
        draw(st.sampled_from(["}}", "-}}"])),
    )
    guard = draw(
        st.sampled_from([f"default:{space}{quote}{fallback or 'x'}x{quote}", "or_skip"])
    )
    return f"{left} {name}{space}|{space}{guard} {right}"


templates = st.lists(texts | placeholders(), max_size=6).map("".join)
values = st.dictionaries(
    st.sampled_from(NAMES),
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.dates()
    | st.text(max_size=12)
    | st.sampled_from(["{{ city }}", "\u202eabc", " ", "\ud800", Decimal("1.10")])
    | st.lists(st.text(max_size=3) | st.integers(), max_size=3),
)


@settings(max_examples=600, deadline=None)
@given(templates, values)
def test_segments_say_what_python_liquid_says(
    text: str, person: dict[str, object]
) -> None:
    try:
        quick = personalisation.compile(text, known=KNOWN)
    except personalisation.TemplateError:
        return
    slow = Liquid(text, quick.variables, lint.parse(quick.source))

    assert quick.render(person) == slow.render(person)


def test_plain_texts_take_the_quick_roads() -> None:
    def road(text: str) -> type:
        return type(personalisation.compile(text, known=KNOWN))

    assert road("Hello 100 %") is Constant
    assert road("{{ city | default: 'x' }} and {{- first_name | or_skip }}") is Segments
    assert road("{{ city | default: 'x' | upcase }}") is Liquid
    assert road("{{ city | default: 'x', allow_false: true }}") is Liquid


def test_both_roads_name_the_missing_field() -> None:
    text = "{{ city | or_skip }} {{ first_name | or_skip }}"
    for template in (
        personalisation.compile(text, known=KNOWN),
        Liquid(text, ("city", "first_name"), lint.parse(text)),
    ):
        assert template.render({"city": "Lyon"}) == Missing("first_name")
        assert template.render({}) == Missing("city")

"""“Show different text if”: what the menus write reads back the same, and holds."""

from datetime import UTC, datetime

import pytest

from campaigns.content import conditions, moments, personalisation, reopening
from campaigns.content.conditions import FORMS, Branch, Choice, Condition, Unfit
from campaigns.content.personalisation import Withheld

NOW = moments.clock(datetime(2026, 11, 28, 23, 30, tzinfo=UTC))
GIVEN = {
    "text": ("Par’is, “x”",),
    "texts": ("Paris", 'L"yon'),
    "number": ("-3.5",),
    "most": ("8",),
    "day": ("2026-12-01",),
    "days": ("3",),
}


def condition(kind: str, operator: str) -> Condition:
    names = conditions.values_of(kind, operator)
    values = tuple(value for name in names for value in GIVEN[name])
    return Condition(field="x", kind=kind, operator=operator, values=values)


def test_what_the_menus_write_opens_in_them_again_with_every_comparison() -> None:
    for kind, operator in FORMS:
        other = Condition(field="y", kind="text", operator="is", values=("a and b",))
        choice = Choice(
            branches=(
                Branch(conditions=(condition(kind, operator), other), text="A {% x"),
                Branch(
                    conditions=(other, other),
                    match="any",
                    text="{% if z == 1 %}1{% elsif z == 2 %}2{% endif %}",
                ),
            ),
            otherwise="C",
        )
        written = conditions.write(choice)
        again = reopening.read(written)
        assert again is not None, written
        assert conditions.write(again) == written
        if operator not in ("is_known", "is_unknown"):
            assert again == choice


@pytest.mark.parametrize(
    ("said", "holds", "fails"),
    [
        (("text", "is", "Paris"), "Paris", "paris"),
        (("text", "is_not", "Paris"), None, "Paris"),
        (("text", "is_one_of", "Paris", "Lyon"), "Lyon", "Oslo"),
        (("text", "contains", "ar"), "Paris", None),
        (("text", "starts_with", "Par"), "Paris", "A Par"),
        (("text", "is_known"), "x", " "),
        (("text", "is_unknown"), None, "x"),
        (("number", "more_than", "3"), 3.5, 3),
        (("number", "between", "3", "5"), 5, 6),
        (("number", "at_least", "3"), 3, None),
        (("yes_no", "is_no"), False, None),
        (("date", "on", "2026-12-01"), "2026-12-01T22:30:00Z", "2026-12-01T23:30:00Z"),
        (("date", "before", "2026-12-01"), "2026-11-30", "2026-12-01"),
        (("date", "in_days", "3"), "2026-12-02", "2026-12-01"),
        (("date", "in_next_days", "3"), "2026-11-29", "2026-12-03"),
        (("date", "in_last_days", "3"), "2026-11-26", "2026-11-30"),
        (("date", "more_than_days_ago", "3"), "2026-11-25", None),
        (("date", "anniversary_today"), "1990-11-29", "1990-11-28"),
    ],
)
def test_a_condition_holds_for_whom_it_says_by_the_day_in_their_zone(
    said: tuple[str, ...], holds: object, fails: object
) -> None:
    one = Condition(field="x", kind=said[0], operator=said[1], values=said[2:])
    choice = Choice(branches=(Branch(conditions=(one,), text="yes"),), otherwise="no")
    made = personalisation.compile(conditions.write(choice), known={"x"})
    found = [
        made.render({"x": value, "zone": "Europe/Paris", **NOW})
        for value in (holds, fails)
    ]
    assert found == ["yes", "no"]


def test_several_conditions_hold_together_or_each_by_itself() -> None:
    both = Condition(field="n", kind="number", operator="between", values=("1", "3"))
    either = Condition(field="city", kind="text", operator="is", values=("Oslo",))
    for match, expected in (("all", ["yes", "no"]), ("any", ["yes", "yes"])):
        branch = Branch(conditions=(both, either), match=match, text="yes")  # type: ignore[arg-type]
        text = conditions.write(Choice(branches=(branch,), otherwise="no"))
        made = personalisation.compile(text, known={"n", "city"})
        people = {"n": 2, "city": "Oslo"}, {"n": 9, "city": "Oslo"}
        assert [made.render(each) for each in people] == expected


def test_a_rule_leaves_people_out_of_the_message() -> None:
    rule = Condition(field="plan", kind="text", operator="is", values=("free",))
    text = conditions.write(
        Choice(branches=(Branch(conditions=(rule,), text=conditions.LEAVE_OUT),))
    )
    made = personalisation.compile(text, known={"plan"})
    assert made.render({"plan": "free"}) == Withheld()
    assert made.render({"plan": "gold"}) == ""


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Condition(field="", kind="text", operator="is", values=("a",)), "value of"),
        (Condition(field="x", kind="text", operator="no"), "comparison"),
        (Condition(field="x", kind="text", operator="is", values=("",)), "to compare"),
        (Condition(field="x", kind="text", operator="is", values=("{%",)), "braces"),
        (
            Condition(field="x", kind="text", operator="is", values=("\"'",)),
            "quotation",
        ),
        (Condition(field="x", kind="number", operator="is", values=("a",)), "number"),
        (Condition(field="x", kind="date", operator="on", values=("1 May",)), "day"),
    ],
)
def test_menus_that_are_not_filled_in_say_what_is_missing(
    said: Condition, words: str
) -> None:
    with pytest.raises(Unfit, match=words):
        conditions.write(Choice(branches=(Branch(conditions=(said,), text="a"),)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hi",
        "Hi {% if x == 1 %}a{% endif %}",
        "{% if x %}a{% endif %}",
        "{% if x == y %}a{% endif %}",
        "{% unless x == 1 %}a{% endunless %}",
        "{% if x == 1 or y == 2 and z == 3 %}a{% endif %}",
    ],
)
def test_what_was_written_in_another_way_stays_a_text(text: str) -> None:
    assert reopening.read(text) is None

"""Each part of a rule is counted by itself, and the one of nobody is explained."""

from typing import Any

import pytest

from campaigns.audience import (
    belonging,
    examples,
    known,
    memberships,
    nobody,
    parts,
    resolved,
    rules,
)
from devices.models import Person
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db

PARIS = {"field": "attribute.text", "name": "city", "operator": "is", "value": "Paris"}
FRENCH = {"field": "country", "operator": "is_one_of", "value": ["FR"]}
ANDROID = {"field": "platform", "operator": "is_one_of", "value": ["android"]}


def known_rule(*nodes: Any, match: str = "all") -> rules.Rule:
    rule = rules.parse({"version": 1, "match": match, "rules": list(nodes)})
    return memberships.known(rule, builders.application().pk)


def why(**condition: Any) -> str:
    (node,) = known_rule(condition).conditions()
    return nobody.why(node, builders.application().pk)


def test_every_condition_and_group_is_counted_in_one_statement(
    django_assert_max_num_queries: Any,
) -> None:
    builders.person(attributes={"city": "Paris"}, country="FR")
    builders.person(attributes={"city": "Paris"})
    builders.person(country="FR")
    group = {"match": "any", "rules": [PARIS, FRENCH]}
    rule = known_rule(PARIS, group, {"match": "none", "rules": [FRENCH]})

    # One for the counts, eight for their limits and their transaction.
    with django_assert_max_num_queries(15):
        found = parts.count(rule, builders.application().pk, at=NOW)

    assert found.people == {
        "rules/0": 2,
        "rules/1": 3,
        "rules/1/rules/0": 2,
        "rules/1/rules/1": 2,
        "rules/2": 2,
        "rules/2/rules/0": 2,
    }
    assert (found.everybody, found.exact) == (3, True)


def test_reachable_people_are_told_from_those_who_only_match() -> None:
    builders.credential()
    builders.installation(builders.person())
    builders.installation(builders.person(), permission="denied")
    builders.person()

    application = builders.application().pk
    found = parts.reached(Person.objects.all(), application, at=NOW)

    assert (found.people, dict(found.devices)) == (1, {"android": 1})


def test_an_event_that_was_never_received_says_what_was_meant() -> None:
    builders.event(builders.person(), "purchase")
    asked = {"field": "event", "operator": "did", "value": {"times": 1, "days": 30}}

    assert why(**asked, name="purchse") == (
        "The event “purchse” was never received. Did you mean “purchase”?"
    )
    assert why(**asked, name="zzz") == "The event “zzz” was never received."
    assert why(**asked, name="purchase") == ""


def test_an_attribute_or_a_value_that_nobody_has_says_what_was_meant() -> None:
    builders.person(attributes={"city": "Paris"})

    assert why(**{**PARIS, "name": "cty"}) == (
        "Nobody has the attribute “cty”. Did you mean “city”?"
    )
    assert why(**{**PARIS, "value": "paris"}) == (
        "Nobody's city is “paris”. Did you mean “Paris”?"
    )


def test_examples_tell_what_is_true_of_them() -> None:
    anna = builders.person(attributes={"city": "Paris"}, country="BE")
    builders.person(country="JP")

    rule = known_rule(PARIS, FRENCH, match="any")
    found = examples.some(rule, builders.application().pk, at=NOW)

    assert [(each.person, each.facts) for each in found] == [
        (anna, [("city", "Paris")])
    ]


def test_a_person_is_told_their_segments_in_one_statement_for_all() -> None:
    anna = builders.person(country="FR")
    inside = builders.segment(rule=rules.to_json(known_rule(FRENCH)))
    builders.segment(rule=rules.to_json(known_rule(PARIS)))
    builders.segment(rule={"version": 1})
    builders.segment(rule=inside.rule, archived_at=NOW)

    assert belonging.segments(anna, at=NOW) == [inside]


@pytest.mark.parametrize(
    ("number", "sample", "everybody", "note"),
    [
        (1, 10, 10, "1 person"),
        (7, 10, 10, "7 people"),
        (123, 2_000, 100_000, "about 6,200 people"),
        (123, 2_000, None, "about 6 %"),
    ],
)
def test_values_say_how_many_people_have_them(
    number: int, sample: int, everybody: int | None, note: str
) -> None:
    assert known.Scale(sample, everybody).note(number) == note


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (
            {"field": "last_seen", "operator": "in_last_days", "value": 30},
            "That is since 24 October 2026.",
        ),
        (
            {"field": "created", "operator": "more_than_days_ago", "value": 3},
            "That is before 20 November 2026.",
        ),
        (
            {
                "field": "attribute.date",
                "name": "birthday",
                "operator": "in_next_days",
                "value": 7,
            },
            "That is until 30 November 2026.",
        ),
        (PARIS, ""),
    ],
)
def test_relative_windows_say_their_days(condition: dict[str, Any], words: str) -> None:
    (node,) = known_rule(condition).conditions()

    assert resolved.sentence(node, at=NOW) == words

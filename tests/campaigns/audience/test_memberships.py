"""Segments made of other segments: asked anew, kept when frozen, never in a circle."""

from typing import Any

import pytest

from campaigns.audience import memberships, rules, segments, select
from campaigns.models import Segment
from devices.models import Person
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db

FRENCH = {"field": "country", "operator": "is_one_of", "value": ["FR"]}


def rule_of(*nodes: Any, match: str = "all") -> dict[str, Any]:
    return {"version": 1, "match": match, "rules": list(nodes)}


def member(segment: Segment | int, operator: str = "is_in") -> dict[str, Any]:
    key = segment if isinstance(segment, int) else segment.pk
    return {"field": "segment", "name": str(key), "operator": operator}


def chosen(audience: Any) -> set[Person]:
    return set(select.people(builders.application().pk, audience, at=NOW))


def audience(segment: Segment) -> dict[str, Any]:
    return {"kind": "segment", "rule": memberships.kept(segment)}


def test_a_segment_follows_the_one_that_it_is_made_of() -> None:
    anna = builders.person(country="FR")
    builders.person(country="BE")
    french = builders.segment(rule=rule_of(FRENCH))
    made_of_it = builders.segment(rule=rule_of(member(french)))

    assert chosen({"kind": "segment", "rule": made_of_it.rule}) == {anna}


def test_what_was_frozen_stays_when_the_other_segment_changes() -> None:
    anna = builders.person(country="FR")
    french = builders.segment(rule=rule_of(FRENCH))
    frozen = audience(builders.segment(rule=rule_of(member(french))))

    Segment.objects.filter(pk=french.pk).update(
        rule=rule_of({**FRENCH, "value": ["BE"]})
    )

    assert chosen(frozen) == {anna}


def test_whoever_is_left_out_is_everybody_else_unknown_values_included() -> None:
    builders.person(attributes={"city": "Paris"})
    unknown = builders.person(attributes={})
    parisian = {
        "field": "attribute.text",
        "name": "city",
        "operator": "contains",
        "value": "Par",
    }
    segment = builders.segment(rule=rule_of(parisian))
    without = rule_of({"match": "none", "rules": [member(segment)]})

    assert chosen({"kind": "segment", "rule": without}) == {unknown}


def test_a_segment_cannot_be_made_of_itself() -> None:
    user = builders.user("campaigns.change_segment")
    first = builders.segment(name="First", rule=rule_of(FRENCH))
    second = builders.segment(name="Second", rule=rule_of(member(first)))
    circle = segments.Wording(
        name="First", description="", rule=rule_of(FRENCH, member(second))
    )

    with pytest.raises(rules.RuleError) as refused:
        segments.change(first, circle, version=1, user=user)

    assert list(refused.value.problems) == ["rules/1/name"]
    assert "choose another" in str(refused.value)


def test_a_circle_that_two_people_made_at_once_is_refused_when_it_is_asked() -> None:
    first = builders.segment()
    second = builders.segment(rule=rule_of(member(first)))
    Segment.objects.filter(pk=first.pk).update(rule=rule_of(member(second)))

    with pytest.raises(rules.RuleError):
        chosen({"kind": "segment", "rule": rule_of(member(first))})


def test_a_segment_of_another_application_is_not_there() -> None:
    other = builders.segment(application=builders.application(name="Other"))

    with pytest.raises(rules.RuleError, match="no such segment"):
        chosen({"kind": "segment", "rule": rule_of(member(other))})


def test_segments_within_segments_end_at_two_hundred_conditions() -> None:
    forty = builders.segment(rule=rule_of(*[FRENCH] * 40))
    six_times = rule_of(*[member(forty)] * 6)

    with pytest.raises(rules.RuleError, match="too many conditions"):
        chosen({"kind": "segment", "rule": six_times})


def test_a_saved_rule_keeps_nothing_of_the_segment_that_it_names() -> None:
    user = builders.user("campaigns.add_segment")
    french = builders.segment(rule=rule_of(FRENCH))
    forged = {**member(french), "value": {"title": "?", "rule": rule_of(FRENCH)}}
    wording = segments.Wording(name="Of it", description="", rule=rule_of(forged))

    made = segments.create(
        wording, application_id=french.application_id, user=user, at=NOW
    )

    assert made.rule == rule_of(member(french))


@pytest.mark.parametrize("user_of_it", ["segment", "campaign"])
def test_a_segment_in_use_is_not_archived(user_of_it: str) -> None:
    user = builders.user("campaigns.change_segment")
    french = builders.segment(name="French")
    if user_of_it == "segment":
        builders.segment(name="Made of it", rule=rule_of(member(french)))
    else:
        builders.campaign(name="Made of it", segment=french, state="scheduled")

    with pytest.raises(segments.Refused, match="Made of it"):
        segments.archive(french, user=user, at=NOW)


def test_each_saved_version_can_be_read_again() -> None:
    user = builders.user("campaigns.add_segment", "campaigns.change_segment")
    first = segments.Wording(name="A", description="", rule=rule_of(FRENCH))
    made = segments.create(
        first, application_id=builders.application().pk, user=user, at=NOW
    )
    second = segments.Wording(
        name="A", description="", rule=rule_of({**FRENCH, "value": ["BE"]})
    )

    segments.change(made, second, version=1, user=user)

    kept = [(each.number, each.rule) for each in segments.versions(made)]
    assert kept == [(2, second.rule), (1, first.rule)]


def test_segments_that_grew_out_of_each_other_are_refused_after_few_queries(
    django_assert_max_num_queries: Any,
) -> None:
    made = builders.segment(rule=rule_of(FRENCH))
    for _ in range(3):
        made = builders.segment(rule=rule_of(*[member(made)] * 50))

    with (
        django_assert_max_num_queries(300),
        pytest.raises(rules.RuleError, match="too many conditions"),
    ):
        memberships.known(rules.parse(made.rule), made.application_id)

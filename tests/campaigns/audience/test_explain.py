"""One person, condition by condition, with what is true of them."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import formats

from campaigns.audience import explain, fields, memberships, rules, values
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


def condition(field: str, operator: str, value: Any = None, name: str = "") -> Any:
    whole = {"field": field, "operator": operator, "name": name, "value": value}
    return {key: part for key, part in whole.items() if part not in (None, "")}


def rule_of(*nodes: Any, match: str = "all") -> rules.Rule:
    return rules.parse({"version": 1, "match": match, "rules": list(nodes)})


def test_each_condition_is_told_with_the_actual_value() -> None:
    person = builders.person(attributes={"city": "Lyon", "vip": True}, country="FR")
    bought = NOW - timedelta(days=2)
    builders.event(person, "purchase", at=bought)
    builders.installation(person, app_version="5.4")
    builders.topic(key="offers", default_on=False)
    rule = rule_of(
        condition("attribute.text", "is", "Paris", name="city"),
        condition("attribute.yes_no", "is_yes", name="vip"),
        condition("country", "is_one_of", ["FR"]),
        condition("event", "did", {"times": 2, "days": 30}, name="purchase"),
        condition("platform", "is_one_of", ["android"]),
        condition("app_version", "at_least", "5.10"),
        condition("topic", "is_on", name="offers"),
        condition("preference", "is_one_of", ["subscribed"]),
        condition("attribute.number", "is_known", name="points"),
    )

    answers = explain.person(rule, person, at=NOW)

    assert [(each.matched, each.actual) for each in answers] == [
        (False, "Lyon"),
        (True, "yes"),
        (True, "FR"),
        (False, f"1 time, on {formats.date_format(bought, 'DATETIME_FORMAT')}"),
        (True, "Android"),
        (False, "5.4"),
        (False, "off by default"),
        (True, "subscribed"),
        (False, "unknown"),
    ]
    assert answers[0].sentence == "People whose city is “Paris”."
    assert not explain.matches(rule, person, at=NOW)


def test_any_holds_when_one_condition_does() -> None:
    person = builders.person(country="FR")
    rule = rule_of(
        condition("country", "is_one_of", ["BE"]),
        condition("country", "is_one_of", ["FR"]),
        match="any",
    )

    assert explain.matches(rule, person, at=NOW)


@pytest.mark.parametrize("field", fields.FIELDS)
def test_every_field_can_tell_what_a_person_has(field: str) -> None:
    row = fields.FIELDS[field]
    operator = next(iter(row.operators))
    names = {"none": "", "segment": str(builders.segment().pk)}
    names |= dict.fromkeys(("campaign", "primer", "list"), "7")
    sample = {"property": values.Property(name="size", value="L", days=None)}
    asked = explain.Condition(
        field=field,
        operator=operator,
        name=names.get(row.name.widget, "news"),
        value=sample.get(row.operators[operator].value.widget),
    )
    rule = explain.Group(match="all", rules=(asked,))
    person = builders.person(last_seen_at=None)

    (known,) = memberships.known(rule, person.application_id).conditions()
    assert explain.actual(known, person, at=NOW)

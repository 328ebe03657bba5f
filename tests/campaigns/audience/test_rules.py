"""Rules from outside are read strictly, refused in words, and told as sentences."""

from typing import Any

import pytest
from django.utils import translation

from campaigns.audience import rules, schema

PURCHASE = {"field": "event", "name": "purchase", "operator": "did"}
HERE = {"field": "place", "operator": "within"}
PARIS = {"field": "attribute.text", "name": "city", "operator": "is", "value": "Paris"}


def rule_of(*nodes: dict[str, Any], match: str = "all") -> dict[str, Any]:
    return {"version": 1, "match": match, "rules": list(nodes)}


def problems_of(source: object) -> dict[str, str]:
    with pytest.raises(rules.RuleError) as refused:
        rules.parse(source)
    return refused.value.problems


def test_a_rule_survives_the_way_to_json_and_back() -> None:
    source = rule_of(
        PARIS,
        {
            "match": "any",
            "rules": [
                {**PURCHASE, "value": {"times": 2, "days": 30}},
                {"field": "bucket", "operator": "between", "value": [0, 99]},
                {"field": "created", "operator": "after", "value": "2026-01-31"},
                {
                    "field": "attribute.number",
                    "name": "points",
                    "operator": "between",
                    "value": [0.5, 7],
                },
            ],
        },
    )

    assert rules.to_json(rules.parse(source)) == source


@pytest.mark.parametrize(
    "source", [None, [], "all", {}, {"version": 2, "match": "all", "rules": [PARIS]}]
)
def test_what_is_not_a_rule_of_version_1_is_refused(source: object) -> None:
    assert list(problems_of(source)) == ["version"]


def test_a_rule_without_conditions_is_refused_and_never_means_everyone() -> None:
    assert problems_of(rule_of()) == {"rules": "Rule: add at least one condition."}


def test_each_problem_names_its_condition_as_people_count() -> None:
    wrong_days = {**PURCHASE, "value": {"days": 0}}
    no_value = {**PARIS, "value": ""}

    found = problems_of(rule_of(no_value, {"match": "any", "rules": [wrong_days]}))

    assert found == {
        "rules/0/value": "Condition 1: give a text of 1 to 200 characters.",
        "rules/1/rules/0/value": (
            "Condition 2.1: give a number of days from 1 to 3650."
        ),
    }


@pytest.mark.parametrize(
    "hostile",
    [
        {"_connector": "OR", "_negated": True},
        {"field": "user__password__startswith", "operator": "is", "value": "a"},
        {**PARIS, "operator": "regex"},
        {**PARIS, "name": "city__startswith') OR 1=1 --"},
        {**PARIS, "_connector": ") OR 1=1 OR ("},
        {**PARIS, "field": ["attribute.text"]},
        {**PARIS, "operator": {"$ne": ""}},
        {**PARIS, "value": {"$gt": ""}},
        {**PARIS, "value": "nul \0"},
        {**PARIS, "value": "half a letter \ud800"},
        {**PURCHASE, "value": {"times": 10**9}},
        {**PURCHASE, "value": {"times": True}},
        {"field": "attribute.number", "name": "n", "operator": "is", "value": 1e400},
        {"field": "created", "operator": "on", "value": "2026-02-30"},
        {"field": "zone", "operator": "is_one_of", "value": ["Mars/Base"]},
        {"field": "platform", "operator": "is_one_of", "value": ["symbian"]},
        {"field": "language", "operator": "is_one_of", "value": ["french!"]},
        {"field": "language", "operator": "is_one_of", "value": [""]},
        {"field": "country", "operator": "is_one_of", "value": "FR"},
        {"field": "bucket", "operator": "between", "value": [9, 1]},
        {"field": "app_version", "operator": "at_least", "value": "latest"},
        {**HERE, "value": {"latitude": 91, "longitude": 0, "km": 1}},
        {**HERE, "value": {"latitude": "48", "longitude": 0, "km": 1}},
        {**HERE, "value": {"latitude": 48, "longitude": 0, "km": float("nan")}},
        {**HERE, "value": {"latitude": 48, "longitude": 0, "km": 1, "or": 1}},
        {**HERE, "operator": "inside", "value": dict.fromkeys("news", 1)},
        {"field": "device_count", "operator": "is", "value": True},
        {"field": "browser", "operator": "is_one_of", "value": ["CHROME' OR 1=1"]},
        {"field": "external_id", "operator": "is_one_of", "value": ["a"] * 51},
        {"field": "list", "operator": "is_on", "name": "1 OR 1=1"},
        {"field": "campaign_tag", "operator": "was_sent", "name": "sale\0"},
        {
            "field": "campaign",
            "operator": "was_sent_variant",
            "name": "1",
            "value": ["Z"],
        },
        "name = 'Paris'",
        None,
    ],
)
def test_what_the_table_does_not_hold_is_refused(hostile: object) -> None:
    assert problems_of(rule_of(PARIS, hostile))  # type: ignore[arg-type]


def test_a_name_that_looks_like_a_lookup_stays_a_name() -> None:
    rule = rules.parse(rule_of({**PARIS, "name": "city__startswith"}))

    assert next(rule.conditions()).name == "city__startswith"


def test_a_language_is_read_in_its_usual_case() -> None:
    language = {"field": "language", "operator": "is_one_of", "value": ["PT-br", "fr"]}

    rule = rules.parse(rule_of(language))

    assert next(rule.conditions()).value == ("pt-BR", "fr")


def test_fifty_conditions_pass_and_fifty_one_do_not() -> None:
    half = {"match": "any", "rules": [PARIS] * 25}

    rules.parse(rule_of(half, half))

    assert problems_of(rule_of(half, half, PARIS)) == {
        "rules": "Rule: a rule has at most 50 conditions: remove some."
    }


def test_three_levels_pass_and_a_fourth_does_not() -> None:
    third = {"match": "all", "rules": [PARIS]}
    second = {"match": "any", "rules": [third]}

    rules.parse(rule_of(second))

    too_deep = rule_of({"match": "any", "rules": [second]})
    assert problems_of(too_deep) == {
        "rules/0/rules/0/rules/0": (
            "Condition 1.1.1: groups may be nested 3 levels deep at most."
        )
    }


@pytest.mark.parametrize(
    ("node", "words"),
    [
        (PARIS, "whose city is “Paris”"),
        (
            {**PARIS, "name": "first_name", "operator": "is_not"},
            "whose first name is not “Paris”, or is unknown",
        ),
        (
            {**PARIS, "operator": "is_one_of", "value": ["Paris", "Lyon", "Nice"]},
            "whose city is “Paris”, “Lyon” or “Nice”",
        ),
        (
            {
                "field": "attribute.number",
                "name": "loyalty_points",
                "operator": "at_least",
                "value": 100,
            },
            "whose loyalty points is at least 100",
        ),
        ({**PURCHASE, "value": {"times": 1}}, "who did “purchase” at least once"),
        (
            {**PURCHASE, "value": {"times": 2, "days": 30}},
            "who did “purchase” at least 2 times in the last 30 days",
        ),
        (
            {**PURCHASE, "operator": "did_not", "value": {"days": 1}},
            "who did not do “purchase” in the last 1 day",
        ),
        (
            {"field": "created", "operator": "before", "value": "2026-01-31"},
            "who came before 31 January 2026",
        ),
        (
            {"field": "platform", "operator": "is_one_of", "value": ["ios", "web"]},
            "who have a device with iOS or Web",
        ),
        (
            {"field": "topic", "name": "offers", "operator": "is_off"},
            "who do not receive the topic “offers”",
        ),
    ],
)
def test_a_condition_reads_as_a_sentence(node: dict[str, Any], words: str) -> None:
    assert rules.sentence(rules.parse(rule_of(node))) == f"People {words}."


def test_groups_read_as_one_sentence() -> None:
    country = {"field": "country", "operator": "is_one_of", "value": ["FR", "BE"]}
    seen = {"field": "last_seen", "operator": "in_last_days", "value": 7}
    rule = rules.parse(
        rule_of(country, {"match": "any", "rules": [PARIS, seen]}, match="all")
    )

    assert rules.sentence(rule) == (
        "People whose country is France or Belgium and"
        " (whose city is “Paris” or who were seen in the last 7 days)."
    )


def test_exceptions_stand_at_the_end_of_the_sentence() -> None:
    seen = {"field": "last_seen", "operator": "in_last_days", "value": 7}
    country = {"field": "country", "operator": "is_one_of", "value": ["FR"]}
    without = {"match": "none", "rules": [seen, {**PURCHASE, "value": {"times": 1}}]}

    assert rules.sentence(rules.parse(rule_of(without, PARIS, country))) == (
        "People whose city is “Paris” and whose country is France, except people"
        " who were seen in the last 7 days or who did “purchase” at least once."
    )
    assert rules.sentence(rules.parse(rule_of(without))).startswith(
        "People who are not among the people who were seen"
    )


def test_a_whole_rule_cannot_be_an_exception() -> None:
    assert list(problems_of(rule_of(PARIS, match="none"))) == ["match"]


def test_the_sentence_is_french_in_french() -> None:
    without = {
        "match": "none",
        "rules": [{"field": "messages", "operator": "opened_one", "value": 30}],
    }
    shoes = {"property": "category", "value": "shoes", "days": None}
    looked = {"field": "event_property", "name": "view", "operator": "is"}

    with translation.override("fr"):
        told = rules.sentence(
            rules.parse(rule_of(PARIS, {**looked, "value": shoes}, without))
        )

    assert " ".join(told.split()) == (
        "Personnes dont city est « Paris » et qui ont fait « view » avec"
        " category égal à « shoes », sauf celles qui ont ouvert un message dans les"
        " 30 derniers jours."
    )


def test_the_schema_has_each_row_of_the_table() -> None:
    rows = [
        (field.key, key) for field in rules.FIELDS.values() for key in field.operators
    ]

    told = schema.of_rule()["$defs"]["condition"]["oneOf"]

    parts = [each["properties"] for each in told]
    assert [(each["field"]["const"], each["operator"]["const"]) for each in parts] == (
        rows
    )
    said = {each["field"]["const"]: each for each in parts}
    assert said["place"].keys() == {"field", "operator"}
    assert said["topic"].keys() == {"field", "operator", "name"}
    assert said["browser"]["value"]["items"]["enum"][0] == "chrome"

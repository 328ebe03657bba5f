"""Dates, sums, plurals and days until a date, as the reader's language writes them."""

from datetime import UTC, datetime

import pytest

from campaigns.content import moments, personalisation, render
from campaigns.content.compiled import Skip, SkipReason, Words
from campaigns.content.personalisation import Failed

NOW = moments.clock(datetime(2026, 11, 28, 23, 30, tzinfo=UTC))
KNOWN = personalisation.known_fields(["n", "at", "born", "price", "name", "plan"])


def said(text: str, language: str = "en", **values: object) -> object:
    made = personalisation.compile(text, known=KNOWN, language=language)
    return made.render({"zone": "Europe/Paris", **NOW, **values})


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ('{{ at | or_skip | date: "%H:%M" }}', "en", "00:15"),
        ('{{ at | or_skip | date: "%A %-d %B" }}', "fr", "mercredi 2 décembre"),
        ('{{ at | date: "long" | default: "soon" }}', "en", "December 2, 2026"),
        ('{{ at | date: "long" | default: "bientôt" }}', "fr", "2 décembre 2026"),
        ('{{ at | days_until | default: "some" }}', "en", "3"),
        ("{{ days_until.at | or_skip }}", "en", "3"),
        ('{{ day.at | default: "?" }}', "en", "2026-12-02"),
        ("{{ anniversary.born | or_skip }}", "en", "92"),
        ('{{ price | currency: "EUR" | default: "?" }}', "en", "€1,234.50"),
        ('{{ price | currency: "eur" | default: "?" }}', "fr", "1\u202f234,50\xa0€"),
        ('{{ n | default: 0 | plural: "day", "days" }}', "en", "day"),
        ('{{ 0 | plural: "jour", "jours" }}', "fr", "jour"),
        ('{{ 3 | plural: "a", "b", two: "c", few: "d" }}', "ar", "d"),
        ('{{ name | shorten: 12 | default: "?" }}', "en", "Anne-Claire…"),
    ],
)
def test_values_are_written_as_the_language_of_the_text_does(
    text: str, language: str, expected: str
) -> None:
    values = {"n": 1, "price": 1234.5, "at": "2026-12-01T23:15:00+00:00"}
    values |= {"born": "2000-02-29", "name": "Anne-Claire de la Tour"}
    assert said(text, language, **values) == expected


def test_nothing_known_leaves_the_default_and_what_is_no_date_fails() -> None:
    for text in ('date: "long"', "days_until", 'currency: "EUR"', "shorten: 9"):
        assert said(f'{{{{ at | {text} | default: "?" }}}}') == "?"
    assert isinstance(said('{{ at | or_skip | date: "long" }}', at="x"), Failed)
    assert isinstance(said('{{ n | or_skip | currency: "EUR" }}', n="x"), Failed)


@pytest.mark.parametrize(
    "text",
    [
        '{{ n | default: 1 | currency: "no money" }}',
        '{{ at | default: "2026-01-01" | date: "%Q" }}',
        "{{ n | default: 1 | plural: 'a' }}",
        '{{ name | default: "x" | shorten: 1 }}',
    ],
)
def test_a_format_that_can_never_be_written_is_refused(text: str) -> None:
    with pytest.raises(personalisation.TemplateError):
        personalisation.compile(text, known=KNOWN)


def test_a_text_that_counts_days_says_another_number_the_next_day() -> None:
    compiled = render.compile_content(
        {"title": "{{ at | days_until | default: 0 }}", "body": "b"}, KNOWN
    )
    assert compiled.reads_clock
    assert compiled.fields == ("at", "zone"), "the present is nobody's attribute"
    tomorrow = moments.clock(datetime(2026, 11, 29, 23, 30, tzinfo=UTC))
    titles = []
    for now in (NOW, tomorrow):
        words = compiled.words({"at": "2026-12-01", "zone": "Europe/Paris", **now})
        assert isinstance(words, Words)
        titles.append(words.title)
    assert titles == ["2", "1"]


def test_the_rule_of_a_message_leaves_a_person_out_before_anything_else() -> None:
    rule = '{% if plan == "free" %}{% leave_out %}{% endif %}'
    content = {"title": "{{ name | or_skip }}", "body": "b", "leave_out": rule}
    compiled = render.compile_content(content, KNOWN)
    assert compiled.words({"plan": "free"}) == Skip(SkipReason.LEFT_OUT)
    assert isinstance(compiled.words({"plan": "gold", "name": "Ann"}), Words)


def test_a_push_lasts_the_person_s_own_hours_and_no_longer_than_the_run() -> None:
    content = {
        "title": "t",
        "body": "b",
        "platforms": {"all": {"lasts": "{{ n | default: 48 }}"}},
    }
    compiled = render.compile_content(content, KNOWN)
    for hours, seconds in ((2, 7_200), (0.5, 1_800), (99, 86_400), ("x", 86_400)):
        push = compiled.push(
            1, "t", {"n": hours}, ttl=86_400, collapse="", data={}, platform="ios"
        )
        assert not isinstance(push, Skip)
        assert push.ttl == seconds

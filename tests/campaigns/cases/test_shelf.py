"""Every use case is whole: two languages, a segment that is read, a time that comes."""

from datetime import date

import pytest
from django.urls import reverse

from campaigns.audience import rules
from campaigns.cases import lints
from campaigns.cases.shelf import CASES
from campaigns.content import limits
from campaigns.models import Campaign
from campaigns.schedule import form

READY = [each for each in CASES.values() if each.is_ready]
ROWS = {f"F{number}" for number in (*range(1, 9), 10, 11, 12)}


def test_each_named_row_has_a_use_case_that_can_be_begun_or_says_why_not():
    assert {each.row for each in CASES.values()} == ROWS
    left_out = {each.row for each in CASES.values() if each.waits_for}
    assert left_out == {"F6", "F8"}
    assert reverse(CASES["primer"].elsewhere)


@pytest.mark.parametrize("case", READY, ids=lambda case: case.key)
def test_the_copy_of_a_use_case_may_leave_in_both_languages(case):
    assert set(case.copy) == {"en", "fr"}
    for said in case.copy.values():
        content = {"title": said.title, "body": said.body, "link": ""}
        limits.check(content, known={"first_name"}, schemes=[])
        assert len(said.title) <= 35
        assert len(said.body) <= 90


@pytest.mark.parametrize("case", READY, ids=lambda case: case.key)
def test_the_segment_and_the_schedule_of_a_use_case_can_be_used(case):
    answers = case.answers({})
    if case.rule is not None:
        rules.parse(case.rule(answers))
    schedule = case.schedule(start=date(2026, 12, 1), zone="Europe/Paris")
    if schedule:
        form.from_json(schedule)
    assert 0 < case.lifetime(answers) <= 28 * 86_400


def test_an_answer_that_is_no_number_gives_way_to_the_usual():
    offer = CASES["offer"]
    assert offer.lifetime(offer.answers({"hours": "3"})) == 3 * 3_600
    for wrong in ("", "soon", "0", "9999", "-1"):
        assert offer.answers({"hours": wrong}) == {"hours": "6"}


def test_what_a_use_case_is_not_meant_to_be_is_doubted():
    draft = Campaign(
        use_case="streak",
        audience="everyone",
        schedule={"kind": "now"},
        ttl=7 * 86_400,
        purpose="transactional",
    )
    fields = {field for field, _sentence in lints.doubts(draft)}
    assert fields == {"audience", "schedule", "ttl", "purpose"}
    assert not list(lints.doubts(Campaign(audience="everyone")))

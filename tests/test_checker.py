"""The judge must be able to say no."""

import hashlib

from tests.checker import judge


def request(token: str, status: int | None) -> dict:
    return {"token": token, "status": status, "gateway": "fcm", "run": "r"}


def row(token: str | None, reason: int, person: int = 1):
    hashed = hashlib.sha256(token.encode()).digest() if token else None
    return (hashed, person, reason)


def test_an_honest_run_agrees():
    rows = [row("a", 100), row("b", 200, 2), row(None, 303, 3), row("c", 400, 4)]
    requests = [request("a", 200), request("b", 404), request("c", None)]
    assert judge(rows, requests).agrees


def test_a_throttled_push_that_went_out_later_is_no_duplicate():
    judgement = judge([row("a", 100)], [request("a", 429), request("a", 200)])
    assert judgement.duplicates == 0
    assert judgement.agrees


def test_a_second_push_after_a_broken_connection_is_a_duplicate():
    judgement = judge([row("a", 100)], [request("a", None), request("a", 200)])
    assert judgement.duplicates == 1
    assert not judgement.agrees


def test_a_delivery_without_an_outcome_is_stranded():
    judgement = judge([row("a", 0), row("b", 502)], [])
    assert judgement.stranded == 2
    assert not judgement.agrees


def test_accepted_without_an_answer_is_a_lie():
    assert judge([row("a", 100)], []).accepted_unseen == 1


def test_a_push_that_the_ledger_calls_failed_but_arrived_is_unaccounted():
    assert judge([row("a", 200)], [request("a", 200)]).seen_unaccounted == 1


def test_a_push_to_a_token_outside_the_ledger_is_foreign():
    assert judge([], [request("a", 200)]).foreign == 1


def test_what_was_on_the_wire_when_its_worker_died_is_counted():
    judgement = judge([row("a", 401), row("b", 401, 2)], [request("a", 200)])
    assert judgement.unknown_seen == 1
    assert judgement.agrees

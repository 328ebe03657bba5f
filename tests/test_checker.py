"""The judge must be able to say no."""

import hashlib

from tests.checker import judge


def request(token: str, status: int | None, gateway: str = "fcm", **more) -> dict:
    return {"token": token, "status": status, "gateway": gateway, "run": "r"} | more


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


def test_every_gateway_is_judged_by_its_own_token():
    endpoint = "https://updates.push.services.mozilla.com/wpush/v2/a"
    rows = [row("ab" * 32, 100), row(endpoint, 100, 2), row("https://c", 100, 3)]
    requests = [
        request("ab" * 32, 200, "apns"),
        request(endpoint, 201, "webpush"),
        request("https://c", 200, "wns"),
    ]

    assert judge(rows, requests).agrees
    assert judge(rows, requests[:2]).accepted_unseen == 1
    assert judge(rows, [*requests, requests[1]]).duplicates == 1


def test_a_toast_that_windows_threw_away_did_not_arrive():
    thrown = request("https://c", 200, "wns", script="discarded")

    assert judge([row("https://c", 203)], [thrown]).agrees
    assert judge([row("https://c", 100)], [thrown]).accepted_unseen == 1


def test_what_a_gateway_said_that_it_did_not_process_may_be_sent_again():
    away = request("ab", 503, "apns", script="ServiceUnavailable")

    assert judge([row("ab", 100)], [away, request("ab", 200, "apns")]).agrees
    broken = request("ab", 500, "apns", script="InternalServerError")
    again = judge([row("ab", 100)], [broken, request("ab", 200, "apns")])
    assert again.duplicates == 1

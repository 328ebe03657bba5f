"""Hostile and mistaken requests: a quick, plain answer that names the field."""

import json
import time
from pathlib import Path

import pytest

from devices.api import parsing
from devices.api.problems import Problem
from devices.models import Installation
from devices.refusals import Refused

pytestmark = pytest.mark.django_db

VALID = b'"installation_id": "phone-1", "platform": "ios", "token": "t"'
TEXTS = {
    "no JSON": b"{",
    "not UTF-8": b'{%s, "model": "\xff"}',
    "depth 10,000": b"[" * 10_000 + b"]" * 10_000,
    "depth 10,000 of objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "depth 500": b'{%s, "model": ' + b"[" * 500 + b"]" * 500 + b"}",
    "a duplicate key": b'{%s, "token": "b"}',
    "a duplicate key in disguise": b'{%s, "tok\\u0065n": "b"}',
    "NaN": b'{%s, "model": NaN}',
    "Infinity": b'{%s, "model": -Infinity}',
    "a lone surrogate": b'{%s, "model": "\\ud800"}',
    "a lone low surrogate": b'{%s, "model": "\\udc00"}',
    "NUL": b'{%s, "model": "a\\u0000b"}',
    "NUL in a key": b'{%s, "a\\u0000b": 1}',
    "a raw NUL": b'{%s, "model": "a\x00b"}',
    "NUL after a backslash": b'{%s, "model": "\\\\\\u0000"}',
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_s34_hostile_json_is_refused(app, text):
    body = text.replace(b"%s", VALID)

    answer = app.call("POST", "/devices", body, **app.as_app)

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_json")
    assert answer["Content-Type"] == "application/problem+json"
    assert not Installation.objects.exists()


@pytest.mark.parametrize("unit", [b"[", b'{"a":', b'["a",', b'{"a":"b","a":'])
def test_s34_five_megabytes_of_malice_cost_little(unit):
    body = unit * (5 * 1024 * 1024 // len(unit))
    started = time.process_time()

    with pytest.raises(Problem):
        parsing.parse(body)

    assert time.process_time() - started < 0.05


def test_s34_the_same_body_without_the_attack_is_taken(app):
    answer = app.call("POST", "/devices", b"{%s}" % VALID, **app.as_app)

    assert answer.status_code == 201


def test_s34_a_body_of_100_mb_is_refused_unread(app):
    class Bottomless:
        """A body that must not be read."""

        def read(self, size: int = -1) -> bytes:
            raise AssertionError("the body was read")

        readline = read

    answer = app.client.generic(
        "POST",
        "/api/v1/devices",
        content_type="application/json",
        headers=app.as_app,
        **{"CONTENT_LENGTH": str(100 * 1024 * 1024), "wsgi.input": Bottomless()},
    )

    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"


def test_s34_text_that_only_looks_like_nul_is_kept(app):
    text = json.dumps({"model": "a \\u0000 b"})
    body = json.loads(text) | {
        "installation_id": "phone-1",
        "platform": "ios",
        "token": "t",
    }

    answer = app.call("POST", "/devices", body, **app.as_app)

    assert answer.status_code == 201
    assert Installation.objects.get().model == "a \\u0000 b"


def test_something_else_than_json_is_415(app):
    answer = app.client.post(
        "/api/v1/devices", {"token": "t"}, headers=app.as_app, format="multipart"
    )

    assert answer.status_code == 415


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"token": None}, "/token", "string_type"),
        ({"token": 7}, "/token", "string_type"),
        ({"token": "t" * 4097}, "/token", "string_too_long"),
        ({"token": "two words"}, "/token", "bad_token"),
        ({"platform": "fridge"}, "/platform", "literal_error"),
        ({"permission": "maybe"}, "/permission", "literal_error"),
        ({"locale": "!"}, "/locale", "bad_locale"),
        ({"timezone": "Paris"}, "/timezone", "unknown_zone"),
        ({"installation_id": ""}, "/installation_id", "string_too_short"),
        ({"installation_id": " "}, "/installation_id", "bad_installation_id"),
        ({"a/b~c": 1}, "/a~1b~0c", "extra_forbidden"),
    ],
)
def test_each_mistake_names_its_field(app, changes, pointer, code):
    answer = app.register(**changes)

    problem = answer.json()
    assert answer.status_code == problem["status"] == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert problem["title"]
    assert problem["type"] == f"urn:pushsite:problem:{problem['code']}"
    (error,) = problem["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)
    assert error["message"]


def test_the_answer_never_repeats_what_was_sent(app):
    answer = app.register(token="secret token with spaces")

    assert b"secret token" not in answer.content


def test_a_missing_body_and_missing_fields_are_told(app):
    assert app.call("POST", "/devices", None, **app.as_app).status_code in (415, 422)

    answer = app.call("POST", "/devices", {}, **app.as_app)

    pointers = [error["pointer"] for error in answer.json()["errors"]]
    assert pointers == ["/installation_id", "/platform", "/token"]


def test_a_refusal_is_an_error_of_the_library_that_we_build_on():
    from push_notifications.exceptions import NotificationError

    assert issubclass(Refused, NotificationError)


def test_no_cookie_and_no_csrf_token_are_needed_or_set(app):
    answer = app.register()

    assert answer.status_code == 201
    assert not answer.cookies


def test_the_reference_is_served_from_this_site_alone(app):
    page = app.client.get("/api/v1/docs")

    html = page.content.decode()
    assert page.status_code == 200
    assert "/static/ninja/swagger-ui-bundle.js" in html
    assert "https://" not in html
    schema = app.client.get("/api/v1/openapi.json").json()
    assert {"/api/v1/devices", "/api/v1/events"} <= set(schema["paths"])


def test_every_call_is_in_the_handbook(app):
    handbook = (Path(__file__).parents[3] / "docs" / "api.md").read_text()

    for path, methods in app.client.get("/api/v1/openapi.json").json()["paths"].items():
        for method in methods:
            line = f"`{method.upper()} {path.removeprefix('/api/v1')}`"
            assert line in handbook, line


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v2/devices", "/api/"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_address_that_is_none_is_a_problem_too(app, method, path):
    answer = app.client.generic(method, path)

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"

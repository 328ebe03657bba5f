"""Hostile and mistaken requests: a quick, plain answer that names the field."""

import json
import time
from pathlib import Path

import pytest

from devices.models import Installation
from devices.refusals import Refused

pytestmark = pytest.mark.django_db

TEXTS = {
    "nothing": b"",
    "no JSON": b"{",
    "not UTF-8": b'{"token": "\xff"}',
    "depth 10,000": b"[" * 10_000 + b"]" * 10_000,
    "depth 10,000 of objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "depth 500": b'{"attributes": ' + b"[" * 500 + b"]" * 500 + b"}",
    "a duplicate key": b'{"installation_id": "a", "installation_id": "b"}',
    "a duplicate key inside": b'{"attributes": {"a": 1, "\\u0061": 2}}',
    "NaN": b'{"token": NaN}',
    "Infinity": b'{"token": -Infinity}',
    "a lone surrogate": b'{"token": "\\ud800"}',
    "a lone low surrogate": b'{"token": "\\udc00"}',
    "NUL": b'{"token": "a\\u0000b"}',
    "NUL in a key": b'{"a\\u0000b": 1}',
    "a raw NUL": b'{"token": "a\x00b"}',
    "NUL after a backslash": b'{"token": "\\\\\\u0000"}',
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_s34_hostile_json_is_refused_at_once(app, text):
    app.register()
    started = time.perf_counter()

    answer = app.call("POST", "/devices", text, **app.as_app)

    took = time.perf_counter() - started
    assert answer.status_code in (400, 422)
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"]
    assert took < 0.5, "50 ms on a quiet machine"
    assert Installation.objects.count() == 1


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

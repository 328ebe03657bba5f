"""What the log says of an address: its route, and nothing that it holds."""

import logging

from django.test import RequestFactory
from django.urls import resolve

from pushsite.routes import Routes


def test_a_signed_link_and_a_person_s_id_never_reach_the_log():
    for path in ("/p/abc.def/", "/api/v1/people/u-42"):
        request = RequestFactory().get(path)
        request.resolver_match = resolve(path)
        record = logging.LogRecord(
            "django.request", logging.WARNING, "", 0, "%s: %s", ("Refused", path), None
        )
        record.request = request

        assert Routes().filter(record)

        assert "abc.def" not in record.getMessage()
        assert "u-42" not in record.getMessage()
        assert record.getMessage().startswith("Refused: /")

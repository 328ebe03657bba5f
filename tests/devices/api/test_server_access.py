"""A server reads what is known of a person, and erases them."""

import pytest

from devices.models import Erasure, Person
from tests import builders
from tests.devices.api.test_servers import Server

pytestmark = pytest.mark.django_db

SCOPES = ["people:read", "people:erase", "people:write"]


def test_a_server_reads_everything_erases_and_cannot_bring_back():
    shop = builders.application()
    server = Server(shop, SCOPES)
    one = builders.person(external_id="u-42", attributes={"first_name": "Léa"})
    phone = builders.installation(one, token="tok-1")
    builders.event(one, "purchase")

    known = server.ask("GET", "/people/u-42", None)
    whole = server.ask("GET", "/people/u-42/everything", None).json()

    assert known.json()["person"]["attributes"] == {"first_name": "Léa"}
    assert "tok-1" not in known.content.decode()
    assert [each["name"] for each in whole["events"]] == ["purchase"]
    assert whole["messages"] == []

    assert server.ask("DELETE", "/people/u-42", None).status_code == 204
    assert Erasure.objects.get().source == "server key backend"
    assert server.ask("GET", "/people/u-42", None).status_code == 404
    assert server.ask("DELETE", "/people/u-42", None).status_code == 404
    phone.refresh_from_db()
    assert phone.retired_reason == "erased"
    again = server.ask("PATCH", "/people/u-42", {"attributes": {"vip": True}})
    assert again.status_code == 422
    assert not Person.objects.present().exists()


def test_a_key_opens_its_own_application_and_what_its_scopes_say():
    builders.person(external_id="u-42")
    other = Server(builders.application(name="Other", slug="other"), SCOPES)
    writer = Server(builders.application(), ["people:write"])

    assert other.ask("GET", "/people/u-42", None).status_code == 404
    assert other.ask("DELETE", "/people/u-42", None).status_code == 404
    assert writer.ask("GET", "/people/u-42", None).status_code == 403
    assert writer.ask("DELETE", "/people/u-42", None).status_code == 403
    assert Person.objects.present().exists()

"""An app that talks to the API as apps do: over HTTP, with JSON."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext

from devices.models import Allowance, Application, IdempotencyKey
from tests.builders import application


class App:
    """One app on one device; keeps the device id and the secret that it is given."""

    def __init__(self, shop: Application) -> None:
        self.shop = shop
        self.client = Client(enforce_csrf_checks=True, raise_request_exception=True)
        self.device_id = ""
        self.secret = ""

    @property
    def as_app(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.shop.public_key}"}

    @property
    def as_device(self) -> dict[str, str]:
        return {"Authorization": f"Device {self.device_id}:{self.secret}"}

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        content = body if isinstance(body, bytes | str) else json.dumps(body)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(
            method,
            f"/api/v1{path}",
            content if body is not None else "",
            content_type="application/json",
            headers=names,
        )

    def register(self, **changes: Any) -> Any:
        headers = changes.pop("headers", {})
        body = {"installation_id": "phone-1", "platform": "android", "token": "token-1"}
        answer = self.call("POST", "/devices", body | changes, **self.as_app, **headers)
        if answer.status_code in (200, 201):
            self.device_id = answer.json()["device_id"]
            self.secret = answer.json()["device_secret"] or self.secret
        return answer

    def me(self, method: str, page: str = "", body: Any = None, **headers: str) -> Any:
        path = f"/devices/{self.device_id}{page}"
        return self.call(method, path, body, **self.as_device | headers)

    def report(self, *events: Any, **headers: str) -> Any:
        body = {"events": list(events)}
        return self.call("POST", "/events", body, **self.as_device | headers)


@pytest.fixture
def app(db: None) -> App:
    return App(application())


@pytest.fixture
def phone(app: App) -> App:
    """The app after its first start."""
    assert app.register().status_code == 201
    return app


@pytest.fixture
def another(phone: App) -> App:
    """A second phone with the same app."""
    other = App(phone.shop)
    other.register(installation_id="phone-2", token="token-2")
    return other


@pytest.fixture
def connection_queries(db: None) -> Callable[..., int]:
    """How many queries a call makes."""

    def count(call: Callable[[], object]) -> int:
        with CaptureQueriesContext(connection) as captured:
            call()
        return len(captured)

    return count


@pytest.fixture
def rewind(db: None) -> Callable[[timedelta], None]:
    """Let time pass: everything that is kept about calls happened earlier."""

    def pass_by(time: timedelta) -> None:
        Allowance.objects.update(free_at=F("free_at") - time)
        IdempotencyKey.objects.update(created_at=F("created_at") - time)

    return pass_by


@pytest.fixture
def kept_answers(db: None) -> Callable[[], list[Any]]:
    return lambda: list(IdempotencyKey.objects.values_list("answer", flat=True))

"""The content security policy: strict, and relaxed only where Unfold's frame stands."""

import pytest

from tests import builders

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/admin/", "/phones/"])
def test_pages_in_unfolds_frame_may_evaluate_but_run_no_inline_script(client, address):
    client.force_login(builders.user(is_superuser=True))
    policy = client.get(address).headers["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval'" in policy
    assert "script-src 'self' 'unsafe-inline'" not in policy


def test_the_api_stays_strict(client):
    policy = client.get("/api/v1/openapi.json").headers["Content-Security-Policy"]
    assert "unsafe" not in policy

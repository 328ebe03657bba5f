"""A database that may forget what was intended sends nothing."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from campaigns import tasks
from campaigns.delivery import durability
from campaigns.models import Switch

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def set_for_session(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('synchronous_commit', %s, true)", [value])


@pytest.mark.parametrize("value", ["on", "local", "remote_write"])
def test_a_database_that_writes_before_it_answers_may_send(value: str):
    set_for_session(value)

    assert durability.guard(at=AT)
    assert Switch.objects.get().is_on


@pytest.mark.fault("F29")
@pytest.mark.parametrize("look", [tasks.look_as_sender, tasks.look_as_control])
def test_every_worker_stops_all_sending_when_commits_may_be_forgotten(
    look, settings, tmp_path
):
    settings.VAR = tmp_path
    set_for_session("off")

    look("here", {"processes": 1})

    switch = Switch.objects.get()
    assert not switch.is_on
    assert "synchronous_commit is off" in switch.why

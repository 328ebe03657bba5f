"""The groups that the migration makes (reference table of roles)."""

import pytest
from django.contrib.auth.models import Group

pytestmark = pytest.mark.django_db


def held_by(role: str) -> set[str]:
    rows = Group.objects.get(name=role).permissions.select_related("content_type")
    return {f"{each.content_type.app_label}.{each.codename}" for each in rows}


@pytest.mark.parametrize("role", ["Marketer", "Reviewer", "Administrator"])
def test_whoever_works_with_campaigns_may_stop_them(role: str) -> None:
    assert {"campaigns.stop_run", "campaigns.switch_sending"} <= held_by(role)


def test_a_marketer_launches_small_campaigns_only() -> None:
    assert "campaigns.launch_campaign" in held_by("Marketer")
    assert "campaigns.launch_large_campaign" not in held_by("Marketer")


def test_a_reviewer_launches_large_campaigns_and_changes_none() -> None:
    assert "campaigns.launch_large_campaign" in held_by("Reviewer")
    assert "campaigns.change_campaign" not in held_by("Reviewer")


def test_an_analyst_reads_results_and_no_person() -> None:
    assert "campaigns.view_run" in held_by("Analyst")
    assert not [name for name in held_by("Analyst") if ".view_" not in name]
    assert "devices.view_person" not in held_by("Analyst")


@pytest.mark.parametrize("role", ["Marketer", "Reviewer", "Analyst"])
def test_only_an_administrator_touches_keys_people_and_roles(role: str) -> None:
    secret = {"devices.change_credential", "auth.change_user", "auth.change_group"}
    assert not secret & held_by(role)
    assert secret <= held_by("Administrator")

"""The admin's frame: its policy, its sidebar, its languages."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.campaigns.admin.staff import signed_in

pytestmark = pytest.mark.django_db


def links_of(client: Client) -> set[str]:
    groups = client.get("/admin/").context["sidebar_navigation"]
    return {item["link"] for group in groups for item in group["items"]}


def test_the_sidebar_lists_only_what_its_reader_may_open() -> None:
    seen = links_of(signed_in("Marketer"))
    assert reverse("admin:campaigns_campaign_changelist") in seen
    assert reverse("admin:auth_user_changelist") not in seen
    assert reverse("admin:push_notifications_gcmdevice_changelist") not in seen


def test_an_administrator_finds_the_libraries_under_system() -> None:
    seen = links_of(signed_in("Administrator"))
    assert reverse("admin:django_celery_beat_periodictask_changelist") in seen
    assert reverse("admin:push_notifications_gcmdevice_changelist") in seen


def test_every_entry_of_the_sidebar_opens() -> None:
    administrator = signed_in("Administrator")
    for link in sorted(links_of(administrator)):
        assert administrator.get(link).status_code == 200, link


def test_somebody_without_a_role_is_told_to_ask_for_one() -> None:
    page = signed_in().get("/admin/")
    assert "You have no role yet" in page.content.decode()


def test_only_the_admin_may_evaluate_and_nothing_runs_inline(client: Client) -> None:
    admin = client.get("/admin/login/").headers["content-security-policy"]
    other = client.get("/nowhere/").headers["content-security-policy"]
    assert "script-src 'self' 'unsafe-eval'" in admin
    assert "script-src 'self' 'unsafe-eval' 'unsafe-inline'" not in admin
    assert "unsafe" not in other
    assert "frame-ancestors 'none'" in other


def test_no_page_of_the_admin_holds_an_inline_script() -> None:
    page = signed_in("Administrator").get("/admin/").content.decode()
    tags = [tag.partition(">")[0] for tag in page.split("<script")[1:]]
    assert tags
    assert not [tag for tag in tags if "src=" not in tag and "json" not in tag]


def test_each_person_chooses_a_language() -> None:
    marketer = signed_in("Marketer")
    marketer.post("/language/setlang/", {"language": "fr", "next": "/admin/"})
    assert '<html lang="fr"' in marketer.get("/admin/").content.decode()

"""Every address of these rooms, for every role: compared with one table."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.messages import get_messages
from django.db import transaction
from django.test import Client
from django.urls import reverse

from campaigns.delivery import clock
from campaigns.models.reasons import Reason
from devices.models import DictionaryEntry, Import
from tests import builders
from tests.campaigns.admin import sent

pytestmark = pytest.mark.django_db

M, R, L, A = "Marketer", "Reviewer", "Analyst", "Administrator"
ROLES = (M, R, L, A)
PREFIXES = ("campaigns_run_", "campaigns_segment_", "devices_")
LOGS = ("devices_auditevent_",)
"""Drawn by the admin itself, read-only; their own tests look at them."""

# Who gets in. A page that changes something is asked by POST.
READ = {
    "campaigns_run_live": {M, R, L, A},
    "campaigns_run_numbers": {M, R, L, A},
    "campaigns_run_results": {M, R, L, A},
    "campaigns_run_missed": {M, R, L, A},
    "campaigns_run_people": {M, R, A},
    "campaigns_run_correct": {M, A},
    "campaigns_run_channels": {A},
    "campaigns_run_calendar": {M, R, L, A},
    "campaigns_segment_changelist": {M, R, L, A},
    "campaigns_segment_add": {M, A},
    "campaigns_segment_change": {M, R, L, A},
    "campaigns_segment_schema": {M, R, L, A},
    "devices_person_changelist": {M, R, A},
    "devices_person_change": {M, R, A},
    "devices_person_timeline": {M, R, A},
    "devices_person_why_chosen": {M, R, A},
    "devices_person_why": {M, R, A},
    "devices_person_why_campaign": {M, R, A},
    "devices_application_changelist": {A},
    "devices_application_add": {A},
    "devices_application_change": {A},
    "devices_application_server_keys": {A},
    "devices_dictionaryentry_changelist": {M, R, L, A},
    "devices_dictionaryentry_refused": {A},
    "devices_dictionaryentry_change": {A},
    "devices_installation_changelist": {M, R, A},
    "devices_installation_paired": {M, R, A},
    "devices_import_changelist": {A},
    "devices_import_add": {A},
    "devices_import_change": {A},
    "devices_import_report": {A},
    "devices_testgroup_add": {M, A},
    "devices_testgroup_change": {M, A},
    "devices_consentevent_changelist": {R, A},
    "devices_consentevent_export": {A},
    "devices_topic_changelist": {M, R, L, A},
    "devices_topic_add": {A},
    "devices_topic_change": {M, R, L, A},
    "devices_topic_delete": set(),
    "devices_topic_history": {M, R, L, A},
}
CHANGE = {
    "campaigns_run_pause": {M, R, A},
    "campaigns_run_speed": {M, R, A},
    "campaigns_run_resume": {R, A},
    "campaigns_run_stop": {M, R, A},
    "campaigns_run_cancel": {M, R, A},
    "campaigns_run_extend": {M, R, A},
    "campaigns_run_leave": {M, R, A},
    "campaigns_run_switch_off": {A},
    "campaigns_run_leave_on": {A},
    "campaigns_run_switch_on": {A},
    "campaigns_segment_check": {M, R, L, A},
    "campaigns_segment_count": {M, R, L, A},
    "campaigns_segment_parts": {M, R, L, A},
    "campaigns_segment_reach": {M, R, L, A},
    "campaigns_segment_examples": {M, R, A},
    "campaigns_segment_test": {M, R, A},
    "campaigns_segment_again": {M, A},
    "campaigns_segment_archive": {M, A},
    "campaigns_segment_keep": {M, A},
    "campaigns_segment_follow": {M, A},
    "devices_application_store_key": {A},
    "devices_application_check_key": {A},
    "devices_application_resume_key": {A},
    "devices_application_lift_key": {A},
    "devices_application_revoke_server_key": {A},
    "devices_installation_enrol": {M, R, A},
    "devices_installation_pair": {M, R, A},
    "devices_installation_browser": {M, R, A},
    "devices_installation_withdraw": {M, R, A},
    "devices_person_pause": {A},
    "devices_person_resume": {A},
    "devices_person_export": {A},
    "devices_person_erase": {A},
    "devices_person_switch_off": {A},
    "devices_person_switch_on": {A},
    "devices_testgroup_delete": {M, A},
    "devices_import_look": {A},
    "devices_import_run": {A},
    "devices_import_undo": {A},
    "devices_export_people": {A},
    "devices_export_devices": {A},
    "devices_export_members": {A},
    "devices_export_recipients": {A},
}
TABLE = READ | CHANGE
OF_TWO = (
    *("devices_person_why", "devices_person_why_campaign"),
    "devices_person_switch_off",
    "devices_application_revoke_server_key",
    "devices_person_switch_on",
)
EXPORTED = {
    "devices_export_people": "devices_application",
    "devices_export_devices": "devices_application",
    "devices_export_members": "campaigns_segment",
    "devices_export_recipients": "campaigns_run",
}
STATES = {
    "campaigns_run_resume": {"state": "paused"},
    "campaigns_run_cancel": {"state": "countdown"},
    "campaigns_run_extend": {"state": "countdown"},
    "campaigns_run_leave": {"state": "missed"},
    "campaigns_run_switch_off": {"dead_tokens": "asked"},
    "campaigns_run_leave_on": {"dead_tokens": "asked"},
    "campaigns_run_missed": {"state": "missed"},
}


def ours():
    """The names of all addresses of these rooms."""
    for pattern in admin.site.get_urls():
        for each in getattr(pattern, "url_patterns", ()):
            name = each.name or ""
            if name.startswith(PREFIXES) and not name.startswith(LOGS):
                yield name


def entry():
    """One name that arrives."""
    times = {"first_seen_at": builders.NOW, "last_seen_at": builders.NOW}
    return DictionaryEntry.objects.get_or_create(
        application=builders.application(),
        kind="event",
        name="purchase",
        defaults=times,
    )[0]


def one_to_open(name, user):
    """The arguments of an address, for rows that exist."""
    run = sent.a_run(sent.device_each(Reason.ACCEPTED, None), **STATES.get(name, {}))
    run.countdown_until = clock.now() + timedelta(seconds=60)
    run.save()
    person = builders.person()
    rows = {
        "campaigns_run": run.pk,
        "campaigns_segment": builders.segment().pk,
        "devices_person": person.pk,
        "devices_application": builders.application().pk,
        "devices_installation": builders.tester(tester=user).pk,
        "devices_topic": builders.topic().pk,
        "devices_testgroup": builders.group_of_testers().pk,
        "devices_dictionaryentry": entry().pk,
        "devices_import": an_import().pk,
    }
    listed = (
        "changelist",
        "refused",
        "add",
        "check",
        "count",
        "test",
        "enrol",
        "pair",
        "browser",
        "calendar",
        "parts",
        "schema",
        "reach",
        "examples",
    )
    is_ledger = name.startswith("devices_consentevent")
    if is_ledger or name.split("_", 2)[2] in listed:
        return []
    first = rows[EXPORTED.get(name, "_".join(name.split("_")[:2]))]
    return [first, run.pk] if name in OF_TWO else [first]


def an_import():
    at = clock.now()
    return Import.objects.create(
        application=builders.application(), name="a.csv", created_at=at, touched_at=at
    )


def ask(client, name, args):
    address = reverse(f"admin:{name}", args=args)
    if name in READ:
        asked = {"what": "100"} if name == "campaigns_run_people" else {}
        return client.get(address, asked)
    return client.post(address, {"application": "shop"})


def refused(answer):
    """By the page, or in words by the function behind it."""
    if answer.status_code == 403:
        return True
    said = " ".join(str(each) for each in get_messages(answer.wsgi_request))
    return "not allowed" in said


def test_every_address_has_its_row():
    assert set(ours()) == set(TABLE)


@pytest.mark.parametrize("name", sorted(TABLE))
def test_a_role_gets_in_where_the_table_says_so(client, name):
    """Whoever is not signed in signs in first."""
    people = {role: with_role(role) for role in ROLES}
    args = one_to_open(name, people[M])
    sent_away = ask(client, name, args)
    answers = {role: answer_to(user, name, args) for role, user in people.items()}

    assert sent_away.status_code == 302
    assert sent_away.url.startswith(reverse("admin:login"))
    opened = {role for role, each in answers.items() if not refused(each)}
    assert opened == TABLE[name]
    assert {answers[role].status_code for role in opened} <= {200, 302, 404}


def with_role(role):
    user = builders.user()
    user.groups.add(Group.objects.get(name=role))
    return user


def answer_to(user, name, args):
    """What this person is answered; what the page changed is taken back."""
    client = Client()
    client.force_login(user)
    with transaction.atomic():
        answer = ask(client, name, args)
        transaction.set_rollback(True)
    return answer


def test_somebody_without_a_role_gets_in_nowhere(client):
    user = builders.user()
    client.force_login(user)

    opened = [
        name
        for name in sorted(TABLE)
        if not refused(ask(client, name, one_to_open(name, user)))
    ]

    assert opened == []

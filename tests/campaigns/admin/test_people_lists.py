"""Lists of people: uploaded, kept, asked by rules, and never written to."""

import csv
import json
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.audience import lists, rules, select
from campaigns.delivery import bell, counting, housekeeping
from campaigns.models import Campaign, ListLine, PersonList, Segment, SegmentSize
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db

LISTS = reverse("admin:campaigns_list_overview")
RIGHTS = (
    "campaigns.view_segment",
    "campaigns.add_segment",
    "campaigns.change_segment",
    "campaigns.add_campaign",
    "campaigns.change_campaign",
    "campaigns.launch_campaign",
    "devices.view_person",
)
Rung = list[tuple[str, int]]


@pytest.fixture
def marketer(client: Client) -> Client:
    client.force_login(builders.user(*RIGHTS))
    return client


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> Rung:
    heard: Rung = []
    monkeypatch.setattr(bell, "ring", lambda task, *ids: heard.append((task, *ids)))
    return heard


def upload(client: Client, content: bytes, name: str = "Friends") -> str:
    file = BytesIO(content)
    file.name = "friends.csv"
    asked = {"name": name, "file": file, "application": builders.application().pk}
    return client.post(LISTS, asked, follow=True).content.decode()


def on_list(number: int, operator: str = "is_on") -> dict[str, Any]:
    condition = {"field": "list", "name": str(number), "operator": operator}
    return {"version": 1, "match": "all", "rules": [condition]}


def chosen(rule: dict[str, Any]) -> set[str | None]:
    audience = {"kind": "segment", "rule": rule}
    people = select.people(builders.application().pk, audience, at=NOW)
    return set(people.values_list("external_id", flat=True))


def test_a_file_becomes_a_list_that_rules_ask(marketer: Client, rung: Rung) -> None:
    for name in ("anna", "bob", "carl"):
        builders.person(external_id=name)
    other = builders.application(name="Other")
    builders.person(external_id="zoe", application=other)

    upload(
        marketer, b"name,external_id\r\nA,anna\r\nB, bob \r\nA,anna\r\nX,=1+1\r\nZ,zoe"
    )

    (made,) = PersonList.objects.all()
    assert rung == [(bell.FILL_LIST, made.pk)]
    assert lists.fill(made.pk, at=NOW)
    assert not lists.fill(made.pk, at=NOW)
    assert chosen(on_list(made.pk)) == {"anna", "bob"}
    assert chosen(on_list(made.pk, "is_not_on")) == {"carl"}
    page = marketer.get(LISTS).content.decode()
    assert "5 lines; 1 repeated, 2 of nobody known." in page
    answer = marketer.get(reverse("admin:campaigns_list_report", args=[made.pk]))
    told = list(csv.reader(StringIO(answer.getvalue().decode())))
    assert told[1:] == [
        ["5", "'=1+1", "nobody has this id"],
        ["6", "zoe", "nobody has this id"],
    ]
    said = rules.sentence(rules.parse(on_list(made.pk)))
    assert said == "People who are on the list “Friends”."


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"anna\xff\xfe", "no text in UTF-8"),
        (b"an\0na", "bytes that are no text"),
        (b"\n , \n", "holds no external id"),
        (b"", "holds no external id"),
    ],
)
def test_a_file_that_cannot_be_read_keeps_nothing(
    marketer: Client, rung: Rung, content: bytes, why: str
) -> None:
    assert why in upload(marketer, content)
    assert (PersonList.objects.count(), ListLine.objects.count(), rung) == (0, 0, [])


def test_who_matched_once_stays_on_the_list_that_was_kept(
    marketer: Client, rung: Rung
) -> None:
    anna = builders.person(external_id="anna", country="FR")
    french = {"field": "country", "operator": "is_one_of", "value": ["FR"]}
    segment = builders.segment(rule={"version": 1, "match": "all", "rules": [french]})

    marketer.post(reverse("admin:campaigns_segment_keep", args=[segment.pk]))
    made = PersonList.objects.get()
    lists.fill(made.pk, at=NOW)
    anna.country = "BE"
    anna.save(update_fields=["country"])

    assert (made.name.startswith(segment.name), made.kind) == (True, "snapshot")
    assert chosen(on_list(made.pk)) == {"anna"}
    add = marketer.get(reverse("admin:campaigns_segment_add"), {"list": made.pk})
    assert add.context["rule"] == on_list(made.pk)


def test_a_list_goes_once_nothing_asks_it(marketer: Client, rung: Rung) -> None:
    builders.person(external_id="anna")
    upload(marketer, b"anna\nnobody")
    made = PersonList.objects.get()
    lists.fill(made.pk, at=NOW)
    segment = builders.segment(rule=on_list(made.pk), name="Asks it")
    delete = reverse("admin:campaigns_list_delete", args=[made.pk])

    assert "take it out of “Asks it” first" in (
        marketer.post(delete, follow=True).content.decode()
    )
    Segment.objects.filter(pk=segment.pk).update(archived_at=NOW)
    marketer.post(delete, follow=True)
    assert "Friends" not in marketer.get(LISTS).content.decode()
    lists.clear()
    lists.clear()
    assert not PersonList.objects.exists()


def test_housekeeping_has_segments_counted_once_a_day(rung: Rung) -> None:
    segment = builders.segment()
    builders.segment(archived_at=NOW)

    housekeeping.keep(at=NOW)
    counting.count_segment(segment.pk, at=NOW)
    housekeeping.keep(at=NOW + timedelta(hours=1))
    housekeeping.keep(at=NOW + timedelta(days=1))

    assert rung.count((bell.COUNT_SEGMENT, segment.pk)) == 2
    assert len(rung) == 2


def test_the_chart_marks_the_days_on_which_the_rules_changed(marketer: Client) -> None:
    segment = builders.segment(version=2)
    today = timezone.localdate()
    for days, version, people in ((2, 1, 900), (1, 1, None), (0, 2, 1_200)):
        SegmentSize.objects.create(
            segment=segment,
            day=today - timedelta(days=days),
            version=version,
            people=people,
        )

    address = reverse("admin:campaigns_segment_change", args=[segment.pk])
    page = marketer.get(address).content.decode()

    assert "From 900 people on" in page
    assert ": version 2" in page


@pytest.mark.parametrize("decision", ["keep", "apply"])
def test_scheduled_campaigns_follow_new_rules_when_somebody_says_so(
    marketer: Client, rung: Rung, decision: str
) -> None:
    anna = builders.person(country="BE", preference="opted_in")
    builders.installation(anna)
    builders.credential()
    segment = builders.segment()
    campaign = builders.campaign(segment=segment, state="scheduled", name="Monday")
    before = builders.revision(campaign)
    Campaign.objects.filter(pk=campaign.pk).update(revision=before)
    address = reverse("admin:campaigns_segment_change", args=[segment.pk])
    belgians = {"field": "country", "operator": "is_one_of", "value": ["BE"]}
    rule = {"version": 1, "match": "all", "rules": [belgians]}
    asked = {"name": segment.name, "version": 1, "rule": json.dumps(rule)}

    page = marketer.post(address, asked).content.decode()
    segment.refresh_from_db()
    assert ("Save, they keep version 1" in page, segment.version) == (True, 1)
    marketer.post(address, asked | {"decision": decision})

    segment.refresh_from_db()
    campaign.refresh_from_db()
    assert (segment.version, segment.rule) == (2, rule)
    took = campaign.revision.audience["rule"] == rule
    assert took == (decision == "apply")
    assert (campaign.confirmed_people == 1) == took


def test_a_follow_up_is_a_draft_to_the_segment(marketer: Client) -> None:
    segment = builders.segment(name="Openers")

    address = reverse("admin:campaigns_segment_follow", args=[segment.pk])
    there = marketer.post(address, follow=True)

    draft = Campaign.objects.get()
    assert (draft.segment, draft.audience) == (segment, "segment")
    assert (draft.state, there.status_code) == ("draft", 200)

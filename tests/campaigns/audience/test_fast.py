"""An attribute becomes fast by one click, and segments then use its index."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.urls import reverse

from campaigns.audience import attribute_queries, fast
from campaigns.models import AttributeIndex
from campaigns.models.indexes import IndexState
from devices.models import Person
from tests import builders
from tests.builders import NOW

QUERIES: dict[str, Q] = {
    "number": attribute_queries.number_at_least("points", Decimal(5), NOW),
    "date": attribute_queries.day_after("points", NOW.date(), NOW),
    "text": attribute_queries.text_starts_with("points", "Par", NOW),
}


def plan(query: Q) -> str:
    people = Person.objects.filter(query, application=builders.application())
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off; SET enable_indexscan = on")
    try:
        return people.explain()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET enable_seqscan")


def indexes() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE indexname ~ '^fast_'")
        return {row[0] for row in cursor.fetchall()}


@pytest.mark.django_db(transaction=True)
def test_the_planner_uses_what_one_click_had_built_until_it_is_removed() -> None:
    shop, admin = builders.application(), builders.user(is_superuser=True)
    for points in (1, 7, "Paris", "2027-01-01", None):
        builders.person(attributes={"points": points})

    for kind, query in QUERIES.items():
        row = fast.ask(shop, "points", kind, user=admin, at=NOW)
        with pytest.raises(fast.Refused, match="fast already"):
            fast.ask(shop, "points", kind, user=admin, at=NOW)
        fast.work(row.pk, at=NOW)
        fast.work(row.pk, at=NOW)

        row.refresh_from_db()
        assert (row.state, row.problem) == (IndexState.READY, "")
        assert fast.size(row) > 0
        assert row.index_name in plan(query)

        fast.ask_removal(row, user=admin, at=NOW)
        fast.work(row.pk, at=NOW)
        assert indexes() == set()
    assert not AttributeIndex.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_the_database_refuses_is_told_and_can_be_tried_again() -> None:
    shop, admin = builders.application(), builders.user(is_superuser=True)
    row = fast.ask(shop, "points", "number", user=admin, at=NOW)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE VIEW {row.index_name} AS SELECT 1")
    try:
        fast.work(row.pk, at=NOW)
        row.refresh_from_db()
        assert row.state == IndexState.FAILED
        assert row.index_name in row.problem
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP VIEW {row.index_name}")

    again = fast.ask(shop, "points", "number", user=admin, at=NOW)
    AttributeIndex.objects.update(state=IndexState.BUILDING)
    assert fast.stranded(at=NOW) == [again.pk]
    fast.work(again.pk, at=NOW)
    again.refresh_from_db()
    assert (again.pk, again.state) == (row.pk, IndexState.READY)

    fast.ask_removal(again, user=admin, at=NOW)
    fast.work(again.pk, at=NOW)


@pytest.mark.django_db
def test_whoever_may_not_change_it_reads_the_page_and_is_refused(client: Any) -> None:
    builders.person(attributes={"points": 3})
    marketer = builders.user("campaigns.view_attributeindex", is_staff=True)
    page = reverse("admin:campaigns_attributeindex_changelist")

    client.force_login(marketer)
    assert "points (Number)" not in client.get(page).content.decode()
    client.post(page, {"make": "points.number"})
    assert not AttributeIndex.objects.exists()

    client.force_login(builders.user(is_superuser=True, is_staff=True))
    assert "points (Number)" in client.get(page).content.decode()
    told = client.post(page, {"make": "points.number"}, follow=True).content.decode()
    assert "The index over “points” is being built." in told
    assert AttributeIndex.objects.get().state == IndexState.WAITING

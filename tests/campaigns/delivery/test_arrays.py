"""Lists as PostgreSQL's array literals, read back by PostgreSQL itself."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from campaigns.delivery import arrays

pytestmark = pytest.mark.django_db

AWKWARD = st.sampled_from(
    ["", "NULL", "null", '"', "\\", '","', "{}", "a,b", " ", "\n", "é", "😀", "'", "%s"]
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def read(literal: str, kind: str) -> list:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT %s::{kind}[]", [literal])
        return cursor.fetchone()[0]


@given(st.lists(AWKWARD | TEXTS, max_size=12))
def test_texts_come_out_as_they_went_in(texts):
    assert read(arrays.texts(texts), "text") == texts


@given(st.lists(st.integers(-(2**31), 2**31 - 1), max_size=12))
def test_whole_numbers_come_out_as_they_went_in(numbers):
    assert read(arrays.numbers(numbers), "int") == numbers


@given(st.lists(st.floats(allow_nan=False), max_size=12))
def test_fractions_come_out_as_they_went_in(numbers):
    found = read(arrays.numbers(numbers), "float8")
    assert found == numbers

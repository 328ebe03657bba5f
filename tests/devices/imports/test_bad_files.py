"""Bad files: refused whole with what to do, or told row by row; nothing changes."""

import gzip
from collections.abc import Iterator

import pytest

from devices import imports
from devices.models import Import, ImportLine, Person
from devices.refusals import Refused
from tests import builders
from tests.devices.imports import flow

pytestmark = pytest.mark.django_db

WHOLE = [
    (b"", "empty"),
    (b"PK\x03\x04spreadsheet", "not_text"),
    (b"\xd0\xcf\x11\xe0old spreadsheet", "not_text"),
    (b"%PDF-1.7", "not_text"),
    (b"\x89PNG\r\n\x1a\n\0\0\0\0\0\0\0\0", "not_text"),
    (gzip.compress(b"external_id\na\n")[:-6], "damaged"),
    (gzip.compress(b"external_id\n" + b"a\n" * 10_000_000, 9), "bomb"),
    (b"external_id,external_id\n1,2\n", "same_heading"),
    (b"external_id,,plan\n1,2,3\n", "no_headings"),
    (b"external_id\n", "no_rows"),
    (b'{"broken": \n', "bad_json"),
    ("external_id\nx".encode("utf-16")[:-1], "bad_encoding"),
]


@pytest.mark.parametrize(("raw", "code"), WHOLE, ids=[code for _raw, code in WHOLE])
def test_a_file_that_is_no_table_is_refused_whole(raw: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        flow.stored(raw)

    assert refused.value.code == code
    assert not Import.objects.exists()


def test_a_file_that_is_too_large_is_refused_while_it_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("devices.imports.storing.MOST", 3_000_000)
    sent = []

    def pieces() -> Iterator[bytes]:
        yield b"external_id\n"
        for each in range(5_000):
            sent.append(each)
            yield b"somebody\n" * 100_000

    with pytest.raises(Refused) as refused:
        imports.store(
            builders.application(), "big.csv", pieces(), user=None, at=flow.NOW
        )

    assert (refused.value.code, len(sent)) == ("too_large", 4)
    assert not Import.objects.exists()


ROWS = (
    b"external_id,plan,country\r\n"
    b'good-1,"two\nlines",FR\n'
    b"nul,a\0b,FR\r"
    b"long,x,FR,too,many\n"
    b'quote,"never closed,FR\n'
    b'after"x,ok,BE\n'
    b"\n"
    b",nobody,FR\n"
    b"good-2,,\n"
)


def test_bad_rows_are_told_with_their_lines_and_the_others_come() -> None:
    upload = flow.ran(ROWS)

    assert upload.tally["people new"] == 3
    told = list(ImportLine.objects.order_by("number").values_list("line", "why"))
    assert [line for line, _why in told] == [4, 5, 6, 9]
    for (_line, why), word in zip(told, ("NUL", "5", "quote", "nobody"), strict=True):
        assert word in why
    assert Person.objects.get(external_id="good-1").attributes == {"plan": "two\nlines"}
    assert Person.objects.filter(external_id='after"x', country="BE").exists()


def test_letters_of_a_western_spreadsheet_are_read() -> None:
    flow.ran("external_id,city\n1,Orléans\n".encode("cp1252"))

    assert Person.objects.get().attributes == {"city": "Orléans"}


def test_letters_that_are_no_utf8_are_told_when_somebody_insists() -> None:
    upload = flow.stored("external_id,city\n1,Orléans\n2,Lyon\n".encode("cp1252"))

    imports.check(upload, upload.mapping, {"encoding": "utf-8"}, at=flow.NOW)
    flow.worked(upload)

    assert (upload.tally["lines"], upload.tally["refused"]) == (2, 1)
    assert ImportLine.objects.exclude(why="").get().line == 2


def test_utf_16_and_gzip_are_read() -> None:
    flow.ran(gzip.compress("external_id\tcity\n1\tOrléans\n".encode("utf-16")))

    assert Person.objects.get().attributes == {"city": "Orléans"}


def test_a_worker_that_dies_costs_a_slice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("devices.imports.staging.SLICE", 10)
    monkeypatch.setattr("devices.imports.judging.SLICE", 10)
    rows = "".join(f'{n},"line\n{n}"\r\n' for n in range(35))
    upload = flow.checked(f"external_id,plan\r\n{rows}")
    imports.run(upload, user=None, at=flow.NOW)

    assert imports.work(upload.pk, seconds=0, at=flow.NOW)
    assert Person.objects.count() == 10, "The first slice is kept; then it is killed."
    flow.worked(upload)

    assert upload.tally["people new"] == Person.objects.count() == 35
    assert Person.objects.get(external_id="34").attributes == {"plan": "line\n34"}

"""Header fields as we write them are read by any decoder, and the reverse."""

import hpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.gateways.http2.fields import FieldReader, FieldWriter
from devices.gateways.http2.frames import Violation

words = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=200)
paths = st.text("abcXYZ019/:_-%", max_size=300).map("/".__add__)
lists = st.lists(
    st.tuples(words.map("x-".__add__), words).map(": ".join), max_size=6, unique=True
)


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), words), max_size=40),
    st.lists(lists, min_size=3, max_size=3),
    st.lists(paths, min_size=4, max_size=4),
    st.integers(0, 6_000),
)
def test_every_block_says_what_it_was_given(
    requests: list[tuple[int, int, str]],
    shared: list[list[str]],
    places: list[str],
    capacity: int,
) -> None:
    """In any order, lists and addresses come back, and a table has any size."""
    writer, decoder = FieldWriter(), hpack.Decoder()
    writer.resize(capacity)
    urls = [f"https://push.example.com{path}" for path in places]
    for number, place, own in requests:
        block = writer.block(urls[place], shared[number], (("x-own", own),), 42)

        told = dict(decoder.decode(block))

        assert decoder.header_table.maxsize <= capacity or capacity > 4096
        assert told == {
            ":method": "POST",
            ":scheme": "https",
            ":path": places[place],
            ":authority": "push.example.com",
            "user-agent": "Pushsite",
            **dict(line.split(": ", 1) for line in shared[number]),
            "x-own": own,
            "content-length": "42",
        }


def test_an_address_without_a_path_asks_for_the_root() -> None:
    block = FieldWriter().block("https://push.example.com", [], (), 2)

    told = dict(hpack.Decoder().decode(block))

    assert (told[":authority"], told[":path"]) == ("push.example.com", "/")


def test_what_requests_share_is_written_once() -> None:
    writer, url = FieldWriter(), "https://fcm.googleapis.com/v1/send"
    shared = [f"authorization: Bearer {'a' * 200}", "content-type: application/json"]
    sizes = [len(writer.block(url, shared, (), 400)) for _each in range(4)]

    assert sizes[0] > 200
    assert sizes[-1] < 40


@pytest.mark.parametrize("size", [0, 4096])
@pytest.mark.parametrize("status", ["200", "201", "204", "404", "410", "503"])
def test_a_status_is_read_whether_the_server_keeps_a_table_or_not(
    size: int, status: str
) -> None:
    encoder, reader = hpack.Encoder(), FieldReader()
    encoder.header_table_size = size
    fields = [(":status", status), ("apns-id", "a" * 36), ("retry-after", "7")]
    for _each in range(3):
        found, told = reader.read(encoder.encode(fields), whole=False)
        assert found == int(status)
        if found >= 400:
            assert told["retry-after"] == "7"


def test_a_block_that_nobody_waits_for_still_counts_where_a_table_is_kept() -> None:
    encoder, reader = hpack.Encoder(), FieldReader()
    reader.read(encoder.encode([(":status", "200"), ("x-kept", "yes")]), whole=True)
    block = encoder.encode([(":status", "200"), ("x-kept", "yes")])

    assert reader.reads_all
    assert reader.read(block, whole=True) == (200, {"x-kept": "yes"})


@pytest.mark.parametrize("block", [b"", b"\xff\xff\xff\xff", b"\x20\xbe", b"\x88\x00"])
def test_a_block_that_cannot_be_read_is_a_violation_or_has_no_status(
    block: bytes,
) -> None:
    try:
        status, _fields = FieldReader().read(block, whole=True)
    except Violation:
        return
    assert status == 0

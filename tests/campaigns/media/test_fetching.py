"""Pictures by address: what is fetched, and everything that is not."""

import socket
import time
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_network
from threading import Event
from typing import Any

import pytest

from campaigns import media
from campaigns.content.shapes import MOST_BYTES
from campaigns.media import fetching
from tests import pictures
from tests.campaigns.media.websites import leads_to, sends, website

HERE = [ip_network("127.0.0.1/32")]
PRIVATE = "leads into a private network"


def refusal(address: str, **more: Any) -> str:
    with pytest.raises(media.Refused) as refused:
        fetching.fetch(address, **more)
    return str(refused.value)


def test_a_picture_comes_with_its_name_and_without_what_follows_its_path() -> None:
    body = pictures.jpeg()
    with website({"/a%20b/Red%20scarf.jpg": sends(body)}) as site:
        found = fetching.fetch(
            f" {site.address}/a b/Red%20scarf.jpg?key=secret#top", networks=HERE
        )

    assert found.body == body
    assert found.name == "Red scarf"
    assert found.address == f"{site.address}/a%20b/Red%20scarf.jpg"
    assert site.asked[0][0].endswith("?key=secret")


def test_the_other_site_learns_nothing_of_who_asks() -> None:
    with website({"/p": sends(b"x")}) as site:
        fetching.fetch(f"{site.address}/p", networks=HERE)

    (_path, headers), *_none = site.asked
    assert headers.keys() == {"Host", "User-Agent", "Accept"}
    assert headers["User-Agent"] == "Pushsite"


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1/p",
        "https://localhost/p",
        "https://[::1]/p",
        "https://0.0.0.0/p",
        "https://10.0.0.1/p",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::ffff:169.254.169.254]/",
        "https://[64:ff9b::7f00:1]/",
        "https://2130706433/p",
        "https://0x7f.1/p",
        "https://017700000001/p",
        "https://127.1/p",
        "https://8.8.8.8:22/p",
        "https://8.8.8.8:6379/p",
    ],
)
def test_no_private_address_and_no_other_service_is_ever_connected_to(
    address: str,
) -> None:
    assert PRIVATE in refusal(address)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://example.com/p.jpg", "begin with https://"),
        ("ftp://example.com/p.jpg", "begin with https://"),
        ("file:///etc/passwd", "no address"),
        ("gopher://127.0.0.1:6379/_INFO", "begin with https://"),
        ("data:image/png;base64,AAAA", "no address"),
        ("javascript:alert(1)", "no address"),
        ("//example.com/p.jpg", "begin with https://"),
        ("p.jpg", "no address"),
        ("https://", "no address"),
        ("https://example.com:port/", "no address"),
        ("https://[::1/", "no address"),
        (f"https://{'a' * 64}.example/", "no address"),
        ("https://example.com/" + "a" * 2_000, "no address"),
        ("https://me:secret@example.com/p.jpg", "contains a sign-in"),
    ],
)
def test_only_whole_https_addresses_are_asked_for(address: str, words: str) -> None:
    assert words in refusal(address)


def test_a_redirect_is_judged_like_the_first_address() -> None:
    """The second site is on this machine too, and in no network that is allowed."""
    with website({"/p": sends(b"secret")}, host="127.0.0.2") as inner:
        forwards = {"/p": leads_to(f"{inner.address}/p"), "/f": leads_to("file:///x")}
        with website(forwards) as outer:
            said = refusal(f"{outer.address}/p", networks=HERE)
            to_file = refusal(f"{outer.address}/f", networks=HERE)

    assert PRIVATE in said
    assert "no address" in to_file
    assert inner.asked == []


def test_a_few_redirects_are_followed_and_no_more() -> None:
    steps = {f"/{n}": leads_to(f"/{n + 1}") for n in range(3)}
    with website({**steps, "/3": sends(b"found")}) as site:
        assert fetching.fetch(f"{site.address}/0", networks=HERE).name == "3"
    with website({"/0": leads_to("/0")}) as site:
        assert "on and on" in refusal(f"{site.address}/0", networks=HERE)

    assert len(site.asked) == fetching.MOST_REDIRECTS + 1


def test_a_name_that_changes_its_address_is_judged_by_the_one_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever was resolved before: libcurl asks about the socket that it opens."""
    with website({"/p": sends(b"secret")}, host="127.0.0.2") as inner:
        port = inner.address.rpartition(":")[2]
        opened: list[Any] = []
        real = socket.socket
        monkeypatch.setattr(
            socket, "socket", lambda *kind: opened.append(kind) or real(*kind)
        )
        said = refusal(f"http://127.0.0.2:{port}/p", networks=HERE)

    assert PRIVATE in said
    assert opened == []
    assert inner.asked == []


@pytest.mark.parametrize("is_said", [True, False])
def test_more_than_twenty_megabytes_end_early(is_said: bool) -> None:
    sent: list[int] = []

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        if is_said:
            request.send_header("content-length", str(10 * MOST_BYTES))
        request.end_headers()
        for _part in range(10 * MOST_BYTES // 1_000_000):
            request.wfile.write(b"x" * 1_000_000)
            sent.append(1)

    with website({"/p": answer}) as site:
        assert "larger than 20 MB" in refusal(f"{site.address}/p", networks=HERE)

    assert len(sent) < 60


def test_a_body_that_claims_to_be_packed_stays_as_it_came() -> None:
    with website({"/p": sends(b"\x1f\x8b\x08", content_encoding="gzip")}) as site:
        found = fetching.fetch(f"{site.address}/p", networks=HERE)

    assert found.body == b"\x1f\x8b\x08"


def test_a_site_that_never_ends_is_left_in_time() -> None:
    over = Event()

    def drip(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        while not over.wait(0.05):
            request.wfile.write(b"x")

    with website({"/p": drip}) as site:
        started = time.monotonic()
        said = refusal(f"{site.address}/p", networks=HERE, seconds=0.5)
        over.set()

    assert "took too long" in said
    assert time.monotonic() - started < 3


def test_heads_without_end_are_refused() -> None:
    with website({"/p": sends(b"", **{f"x_{n}": "y" * 900 for n in range(90)})}) as s:
        assert "could not be reached" in refusal(f"{s.address}/p", networks=HERE)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (sends(b"", status=404), "answered “404”"),
        (sends(b"", status=500), "answered “500”"),
        (sends(b"<p>", content_type="text/html; charset=utf-8"), "a web page"),
    ],
)
def test_an_answer_without_a_picture_says_what_to_do(answer: Any, words: str) -> None:
    with website({"/p": answer}) as site:
        assert words in refusal(f"{site.address}/p", networks=HERE)


def test_a_site_that_is_not_there_says_what_to_do() -> None:
    with website({}) as site:
        address = f"{site.address}/p"

    assert "could not be reached" in refusal(address, networks=HERE)

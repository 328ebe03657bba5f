"""What WNS and Windows refuse of a toast, and what they show of a good one."""

import pytest

from devices.simulator import wns_schema

GOOD = (
    b'<toast launch="n=1;link=shop://p%3B1"><visual>'
    b'<binding template="ToastGeneric"><text>Hi</text><text>There</text>'
    b'<image placement="hero" src="https://cdn.example/a.png"/></binding></visual>'
    b'<actions><action content="Open" arguments="button=open"/></actions></toast>'
)


def test_a_good_toast_is_read_as_windows_shows_it() -> None:
    toast = wns_schema.read(GOOD)

    assert (toast.title, toast.body) == ("Hi", "There")
    assert toast.image == "https://cdn.example/a.png"
    assert toast.buttons == (("open", "Open"),)
    assert toast.launch == {"n": "1", "link": "shop://p;1"}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b"toast", b"tile", "root"),
        (b"</toast>", b"", "cannot be read"),
        (b"<toast", b"<!DOCTYPE toast><toast", "document type"),
        (b"ToastGeneric", b"ToastText01", "ToastGeneric"),
        (b"launch=", b"lunch=", "no attribute lunch"),
        (b"<text>Hi</text><text>There</text>", b"", "0 texts"),
        (b"<text>Hi</text>", b"<text>Hi</text>" * 3, "4 texts"),
        (b"<text>Hi</text>", b"<b>Hi</b>", "cannot hold <b>"),
        (b'arguments="button=open"', b"", "content and arguments"),
        (b"https://cdn", b"javascript:", "address of a picture"),
        (b"hero", b"middle", "placed middle"),
    ],
)
def test_a_bad_toast_is_refused_for_what_is_wrong(
    old: bytes, new: bytes, words: str
) -> None:
    with pytest.raises(wns_schema.Malformed, match=words):
        wns_schema.read(GOOD.replace(old, new))

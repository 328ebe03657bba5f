"""Where a tap may go."""

import pytest

from campaigns.content import links

GOOD = [
    "https://example.com",
    "https://example.com/offers?utm_source=push#top",
    "HTTPS://Example.com:8443/",
    "https://shop.example.com/p/{{ sku | default: 'x' }}",
    "https://example.com?q={{ sku | default: 'x' }}",
    "https://xn--exmple-cua.com/",
    "shop://orders/{{ order | or_skip }}",
    "shop:orders",
]
BAD = [
    ("javascript:alert(1)", "javascript: are refused"),
    ("JaVaScRiPt:alert(1)", "javascript: are refused"),
    ("java\tscript:alert(1)", "no spaces"),
    (" https://example.com", "no spaces"),
    ("https://example.com\\@evil.com/", "backslashes"),
    ("data:text/html,x", "data: are refused"),
    ("file:///etc/passwd", "file: are refused"),
    ("intent://scan/#Intent;end", "intent: are refused"),
    ("http://example.com", "http: are refused"),
    ("bank://transfer", "Use https:// or shop:"),
    ("example.com", "Begin the link with https://"),
    ("//example.com", "Begin the link with https://"),
    ("{{ link | or_skip }}", "Begin the link with https://"),
    ("{{ scheme | or_skip }}://example.com", "Begin the link with https://"),
    ("{% if vip %}https://a.com{% endif %}", "Begin the link with https://"),
    ("https:example.com", "Begin the link with https://"),
    ("https:///path", "Begin the link with https://"),
    ("https://{{ site | or_skip }}/", "whole site"),
    ("https://example.com{{ rest | or_skip }}", "whole site"),
    ("https://ann@example.com/", "user name"),
    ("https://ann:pw@example.com/", "user name"),
    ("https://127.0.0.1/", "phones can reach"),
    ("https://[::1]/", "phones can reach"),
    ("https://10.0.0.8/", "phones can reach"),
    ("https://0x7f.1/", "phones can reach"),
    ("https://localhost/", "phones can reach"),
    ("https://intranet/", "not the name of a site"),
    ("https://exämple.com/", "xn--"),
    ("https://exa mple.com/", "no spaces"),
    ("https://[oops/", "cannot be read"),
    ("https://example.com:99999/", "cannot be read"),
    ("https://example.com/" + "x" * 2_000, "too long"),
]


@pytest.mark.parametrize("link", GOOD)
def test_https_and_registered_schemes_are_taken(link: str) -> None:
    assert links.problem(link, schemes={"shop"}) == ""


@pytest.mark.parametrize(("link", "words"), BAD)
def test_everything_else_is_refused_in_words(link: str, words: str) -> None:
    assert words in links.problem(link, schemes={"shop"})


@pytest.mark.parametrize("scheme", ["javascript", "data", "file", "intent", "http"])
def test_a_dangerous_scheme_is_refused_even_if_registered(scheme: str) -> None:
    assert links.problem(f"{scheme}://x", schemes={scheme})
    assert links.problem(f"{scheme}://x", schemes=None)
    assert links.problem("shop://x", schemes=None) == ""


@pytest.mark.parametrize(
    ("rendered", "sent"),
    [
        (
            "https://example.com/p/a%20b?c=d&e=f#g",
            "https://example.com/p/a%20b?c=d&e=f#g",
        ),
        ("https://example.com/p/Zoé B", "https://example.com/p/Zo%C3%A9%20B"),
    ],
)
def test_what_a_url_cannot_hold_is_percent_encoded(rendered: str, sent: str) -> None:
    assert links.encoded(rendered) == sent

"""Every page that a click leads to, in both languages and themes, wide and narrow.

The pages are found as people find them: by the links of the dashboard and of what
lies behind it. Each kind of page is looked at once.
"""

from collections.abc import Callable, Iterator
from typing import Literal
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.browser import axe, furnished
from tests.browser.visiting import TROUBLES, visit

pytestmark = [
    pytest.mark.journey,
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

WIDE, NARROW = 1280, 360
Theme = Literal["light", "dark"]
Judge = Callable[[Page], list[str]]


def nothing(page: Page) -> list[str]:
    """No finding by axe: accessible.js looks at the page all the same."""
    return []


LOOKS: dict[str, list[tuple[Theme, int, Judge]]] = {
    "en": [("light", WIDE, axe.violations), ("dark", NARROW, axe.unsightly)],
    "fr": [("dark", WIDE, nothing), ("light", NARROW, axe.violations)],
}
"""Two for each language, and what axe looks for. Colours are the same in both."""
ALIKE = ("history", "delete")
"""Pages that the admin theme draws alike for every model."""
SAME = dict.fromkeys(("ioscategory", "iosthread", "sound"), "androidchannel")
"""Models whose pages are drawn by the same templates as another's."""
THEIRS = tuple(
    f"/admin/{app}/"
    for app in ("auth", "axes", "django_celery_beat", "push_notifications")
)
CHANGE_THEME = """is_dark => {
  const still = new CSSStyleSheet();
  still.replaceSync("*, ::before, ::after { transition: none !important; }");
  document.adoptedStyleSheets.push(still);
  document.documentElement.classList.toggle("dark", is_dark);
}"""
FOREIGN = ("/api/", "/static/", "/m/", "/language/", "/admin/logout/")


def kind(address: str) -> str:
    """What makes two addresses the same page with other content."""
    try:
        match = resolve(urlsplit(address).path)
    except Resolver404:
        return address
    name, _, end = match.view_name.rpartition("_")
    if end in ALIKE:
        return end
    first, _, model = name.rpartition("_")
    name = f"{first}_{SAME.get(model, model)}"
    return f"{name}_{end}{match.kwargs.get('app_label', '')}"


def is_ours(address: str) -> bool:
    """Whether a page is drawn by us, and not by the admin theme for a library."""
    return not is_theirs(address)


def is_theirs(address: str) -> bool:
    return urlsplit(address).path.startswith(THEIRS)


def links(page: Page) -> list[str]:
    """Addresses of this site that the page leads to."""
    found: list[str] = page.eval_on_selector_all(
        "a[href]", "all => all.map(each => each.getAttribute('href'))"
    )
    whole = [urljoin(page.url, each) for each in found]
    here = urlsplit(page.url).netloc
    return [
        each.partition("#")[0]
        for each in whole
        if urlsplit(each).netloc == here and not urlsplit(each).path.startswith(FOREIGN)
    ]


def walk(
    page: Page, beginnings: list[str], *, follow: Callable[[str], bool]
) -> Iterator[str]:
    """Open one page of each kind, and give its address while it is open."""
    waiting, known = list(beginnings), {kind(each) for each in beginnings}
    while waiting:
        address = waiting.pop(0)
        answer = page.goto(address)
        assert answer is not None
        assert answer.status < 400, address
        yield address
        for each in links(page):
            if follow(each) and kind(each) not in known:
                known.add(kind(each))
                waiting.append(each)


def judge(page: Page, address: str, language: str) -> list[str]:
    """What is wrong with the open page of ours in this language's two looks."""
    first, second = LOOKS[language]
    found = look(page, address, first)
    page.evaluate(CHANGE_THEME, second[0] == "dark")
    wear(page, second)
    found += look(page, address, second)
    wear(page, first)
    return [f"{language}: {each}" for each in found]


def wear(page: Page, how: tuple[Theme, int, Judge]) -> None:
    theme, width, _by = how
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 800})


def look(page: Page, address: str, how: tuple[Theme, int, Judge]) -> list[str]:
    theme, width, by = how
    page.wait_for_load_state()
    dark = page.locator("html.dark").count() == 1
    assert dark == (theme == "dark"), f"{address} is not {theme}"
    ours = page.locator(".ps-h1").count() > 0
    both = [*by(page), *(page.evaluate(TROUBLES) if ours else [])]
    return [f"{address} ({theme}, {width}): {each}" for each in both]


@pytest.mark.parametrize(
    ("site", "language"), [("empty", "fr"), ("in use", "en"), ("in use", "fr")]
)
def test_no_page_keeps_anybody_out(
    chromium: Browser, live_server: LiveServer, site: str, language: str
) -> None:
    beginnings = ["/admin/"]
    if site == "in use":
        beginnings += furnished.site()
    with visit(chromium, live_server.url, "Administrator", language=language) as page:
        wear(page, LOOKS[language][0])
        found = [
            each
            for address in walk(page, beginnings, follow=is_ours)
            for each in judge(page, address, language)
        ]

    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("language", "how"),
    [
        ("en", ("light", WIDE, axe.violations)),
        ("fr", ("dark", WIDE, axe.unsightly)),
    ],
    ids=["en", "fr"],
)
def test_no_page_of_the_admin_theme_keeps_anybody_out(
    chromium: Browser,
    live_server: LiveServer,
    language: str,
    how: tuple[Theme, int, Judge],
) -> None:
    """Those that it draws for libraries: in one look for each language."""
    furnished.site()
    with visit(chromium, live_server.url, "Administrator", language=language) as page:
        wear(page, how)
        pages = walk(page, list(THEIRS), follow=is_theirs)
        found = [each for address in pages for each in look(page, address, how)]

    assert not found, "\n".join(found)

"""What a review hears in the words of a message, in English and in French."""

import re
from pathlib import Path
from typing import Any

import pytest

from campaigns.models import Campaign, HouseStyle
from campaigns.review import checks, fit, style, whys
from campaigns.review.problem import Problem
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db
REVIEW = Path(checks.__file__).parent


@pytest.fixture(autouse=True)
def _a_shop_that_can_send() -> None:
    builders.credential()
    builders.installation(
        builders.person(
            locale="en", attributes={"mail": "lea@example.com", "last_name": "Moreau"}
        )
    )


def looks(draft: Campaign) -> list[Problem]:
    found = checks.problems(draft, at=NOW)
    return [each for each in found if each.severity == "look"]


def heard(**changes: Any) -> set[tuple[str, str]]:
    """(code, field) of what a draft with these texts is asked to look at."""
    return {(each.code, each.field) for each in looks(builders.campaign(**changes))}


def translated(**texts: str) -> list[dict[str, Any]]:
    return [{"locale": "fr", "link": "", "source": "", **texts}]


def test_a_calm_message_is_told_nothing_about_its_words() -> None:
    codes = {code.partition(".")[0] for code, _field in heard()}

    assert not codes & {"style", "private", "honest", "links", "purpose", "fit"}


def test_every_way_of_shouting_is_heard_in_the_text_that_shouts() -> None:
    found = heard(
        title="OPEN THIS NOW PLEASE",
        body="You won’t believe it!! Hurry 🎉🎉🎉🎉",
        translations=translated(
            title="🎉🎉", body="Votre téléphone est infecté, dépêchez-vous"
        ),
    )

    assert {
        ("style.capitals", "title"),
        ("style.exclamation", "body"),
        ("style.clickbait", "body"),
        ("style.emoji", "body"),
        ("honest.urgent", "body"),
        ("style.emoji_only", "fr.title"),
        ("style.alarm", "fr.body"),
        ("honest.urgent", "fr.body"),
    } <= found


@pytest.mark.parametrize("text", ["NASA and IBM meet", "Your PDF", "ÉTÉ", "I am OK"])
def test_abbreviations_do_not_shout(text: str) -> None:
    assert not style._capitals(text)


def test_a_locked_screen_keeps_what_is_private_to_itself() -> None:
    found = heard(
        title='For {{ last_name | default: "you" }}',
        body='Write to {{ mail | default: "us" }} about your test results',
        translations=translated(title="Votre solde", body="Appelez le 01 23 45 67 89"),
    )

    private = {field for code, field in found if code == "private"}
    assert private == {"title", "body", "fr.title"}
    said = [
        str(each.sentence)
        for each in looks(Campaign.objects.get())
        if each.code == "private"
    ]
    assert any("an email address" in each and "health" in each for each in said)


def test_what_is_the_same_for_everybody_is_no_secret() -> None:
    found = heard(body="Call 01 23 45 67 89, code SAVE10, only 50 € or write a@b.fr")

    assert "private" not in {code for code, _field in found}


def test_android_alone_may_hide_what_is_private() -> None:
    found = heard(
        body="Your test results", platforms={"android": {"visibility": "private"}}
    )

    assert "private" not in {code for code, _field in found}


def test_an_offer_by_another_name_is_heard() -> None:
    for body in ("20% off until Friday", "Profitez des soldes", "Code promo : ÉTÉ"):
        assert ("purpose.offer", "purpose") in heard(body=body, purpose="transactional")
    assert ("purpose.offer", "purpose") not in heard(
        body="Your parcel arrives", purpose="transactional"
    )


def test_an_offer_that_is_over_tonight_is_not_kept_for_a_day() -> None:
    for body in ("Only today", "Jusqu’à minuit"):
        assert ("honest.lifetime", "ttl") in heard(body=body, ttl=86_400)
        assert ("honest.lifetime", "ttl") not in heard(body=body, ttl=3_600)


def test_long_texts_stores_and_words_of_the_house_are_named() -> None:
    HouseStyle.objects.create(
        application=builders.application(),
        names=["iPhone"],
        avoided=["cheap"],
        sites=["shop.example.com"],
        measured=True,
    )
    found = heard(
        body="A cheap Iphone. " * 30,
        link="https://apps.apple.com/app/id1",
        buttons=[
            {"label": "See", "link": "https://www.shop.example.com/?utm_source=p"}
        ],
    )
    codes = {code.partition(":")[0]: field for code, field in found}

    assert codes["style.name"] == codes["style.avoided"] == codes["fit.long"] == "body"
    assert codes["links.store"] == codes["links.site"] == "link"
    assert codes["links.unmeasured"] == "link"
    assert codes["links.unchecked"] == "link"
    sites = [each for each, _field in found if each.startswith("links.site")]
    assert sites == ["links.site:apps.apple.com"]


def test_words_of_one_platform_are_heard_where_they_are_written() -> None:
    found = heard(platforms={"ios": {"subtitle": "BUY NOW OR NEVER AGAIN"}})

    assert ("style.capitals", "ios:subtitle") in found


def test_few_who_can_be_reached_ask_for_another_channel(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fit, "FEW", 3)
    for _ in range(3):
        builders.person()
    assert ("fit.share", "audience") in heard()

    for _ in range(4):
        builders.installation(platform="web")
    builders.credential(gateway="webpush")
    found = heard()

    assert ("fit.desktop", "schedule") in found
    assert ("fit.share", "audience") not in found


def test_every_check_that_has_a_code_says_why() -> None:
    code = re.compile(r'code=f?"([a-z._]+)|Lint\(\s*"([a-z._]+)"')
    used = {
        first or second
        for path in REVIEW.glob("*.py")
        for first, second in code.findall(path.read_text())
    }

    assert len(used) > 35
    assert used == whys.WHYS.keys()

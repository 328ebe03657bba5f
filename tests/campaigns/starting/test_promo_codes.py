"""Lists of promo codes: filled from a file, told line by line, kept while needed."""

import pytest

from campaigns.models import PromoCode, PromoList
from campaigns.review import checks
from campaigns.starting import promo_codes
from campaigns.starting.refusals import Refused
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db
RIGHTS = [f"campaigns.{verb}_promolist" for verb in ("add", "change", "delete")]


@pytest.fixture
def keeper():
    return builders.user(*RIGHTS)


def made(user, key="summer", fallback="") -> PromoList:
    return promo_codes.create(
        key=key,
        name="Summer",
        fallback=fallback,
        application_id=builders.application().pk,
        user=user,
        at=NOW,
    )


def test_a_file_is_taken_line_by_line_and_says_what_it_left(keeper):
    codes = made(keeper)
    file = b'\xef\xbb\xbfcode;note\nA-1;x\n"B-2",y\r\nA-1\n\nC 3\n' + b"D" * 101 + b"\n"
    told = promo_codes.add(codes, file.splitlines(keepends=True), user=keeper)
    assert (told.added, told.repeated, told.known, told.wrong) == (2, 1, 0, 2)
    assert [line for line, _why in told.refused] == [6, 7]

    again = promo_codes.add(codes, [b"B-2\n", b"E-5-long\n"], user=keeper)

    assert (again.added, again.known) == (1, 1)
    codes.refresh_from_db()
    assert (codes.codes, codes.longest, codes.stand_in) == (3, 8, "CODEXXXX")
    kept = PromoCode.objects.filter(list=codes).order_by("pk")
    assert [each.code for each in kept] == ["A-1", "B-2", "E-5-long"]


def test_what_cannot_be_a_list_is_refused_in_words(keeper):
    made(keeper)
    with pytest.raises(Refused, match="Another list"):
        made(keeper)
    with pytest.raises(Refused, match="small letters"):
        made(keeper, key="Été")
    with pytest.raises(Refused, match="no spaces"):
        made(keeper, key="winter", fallback="TEN OFF")
    with pytest.raises(Refused, match="No code was found"):
        promo_codes.add(PromoList.objects.get(), [b"code\n", b"\n"], user=keeper)
    with pytest.raises(Refused, match="not allowed"):
        made(builders.user(), key="winter")


def test_a_list_stays_while_a_draft_names_it(keeper):
    codes = made(keeper)
    draft = builders.campaign(
        name="Sale", translations=[{"locale": "fr", "body": "{{ promo.summer }}"}]
    )
    with pytest.raises(Refused, match="“Sale”"):
        promo_codes.delete(codes, user=keeper)
    draft.translations = []
    draft.save()
    promo_codes.delete(codes, user=keeper)
    assert not PromoList.objects.exists()


def test_the_review_counts_codes_against_devices(keeper):
    builders.credential()
    for _each in range(2):
        builders.installation(builders.person(preference="opted_in"))
    codes = made(keeper)
    draft = builders.campaign(body="Code {{ promo.summer }}", audience="everyone")

    def said() -> str:
        found = checks.problems(draft, at=NOW)
        return " ".join(f"{each.severity}: {each.sentence}" for each in found)

    assert "stop: No code is left in “Summer”." in said()
    promo_codes.add(codes, [b"A"], user=keeper)
    assert (
        "look: Codes left in “Summer”: 1. Devices: 2. The others get nothing" in said()
    )
    promo_codes.change(codes, name="Summer", fallback="TEN", user=keeper)
    assert "The others read “TEN”" in said()
    promo_codes.add(codes, [b"B"], user=keeper)
    assert "ok: “Summer” has a code for every device." in said()

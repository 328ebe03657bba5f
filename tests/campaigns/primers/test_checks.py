"""What keeps a primer from going live, and what somebody should look at."""

from datetime import timedelta

import pytest

from campaigns.primers import checks, contrast, wording
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


def found(**changes) -> dict[str, str]:
    """Severity by field, of everything that is not all right."""
    primer = builders.primer(**{"state": "draft", "translations": []} | changes)
    every = checks.findings(primer, at=NOW)
    return {each.field: each.severity for each in every if each.severity != "ok"}


@pytest.fixture(autouse=True)
def seen():
    """Devices report the event."""
    builders.event(builders.person(), "price_alert")


def test_a_whole_primer_has_nothing_to_mend():
    assert found() == {}


@pytest.mark.parametrize("field", ["title", "text", "accept", "later", "event"])
def test_nothing_that_people_need_may_be_missing(field):
    assert found(**{field: "  "}) == {field: "stop"}


def test_the_ratio_of_two_colours_is_wcag_s():
    assert contrast.ratio("#000000", "#ffffff") == pytest.approx(21)
    assert contrast.ratio("#ffffff", "#767676") == pytest.approx(4.54, abs=0.01)
    assert contrast.ratio("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast.shown(4.48) == 4.4


def test_colours_that_cannot_be_read_stop_it_and_say_their_ratio():
    primer = builders.primer(state="draft", ink="#777777")

    [finding] = [f for f in checks.findings(primer, at=NOW) if f.field == "ink"]

    assert finding.severity == "stop"
    assert "contrast of 4.4 to 1" in finding.sentence
    assert found(ink="#767676") == {}
    assert found(button_ink="#0f766e") == {"button_ink": "stop"}


def test_a_button_that_does_not_stand_out_is_looked_at():
    colours = {"button_ground": "#eeeeee", "button_ink": "#000000"}

    assert found(**colours) == {"button_ground": "look"}


def test_a_full_screen_needs_a_picture():
    assert found(layout="full") == {"asset": "stop"}


def test_without_a_platform_nobody_would_see_it():
    assert found(platforms=[]) == {"platforms": "stop"}


def test_whoever_is_led_to_the_settings_reads_why():
    changes = {"offers_settings": True, "blocked": "", "settings": ""}

    assert found(**changes) == {"blocked": "stop", "settings": "stop"}


def test_an_event_that_no_device_reported_lately_is_looked_at():
    old = builders.event(builders.person(), "sale", at=NOW - timedelta(days=31))

    assert found(event=old.name) == {"event": "look"}


def test_a_language_that_is_not_whole_or_no_longer_true_is_looked_at():
    whole = dict.fromkeys(wording.NAMES, "x") | {"benefits": ["x"]}
    french = {"locale": "fr", **whole}
    own = builders.primer(state="draft")

    assert found(translations=[french]) == {}
    assert found(translations=[french | {"accept": ""}]) == {"fr.title": "look"}
    assert found(translations=[french | {"source": "0" * 16}]) == {"fr.title": "look"}
    assert found(translations=[french | {"source": wording.digest(own)}]) == {}


def test_a_segment_of_another_application_stops_it():
    other = builders.application(name="Other", slug="other")

    assert found(segment=builders.segment(application=other)) == {"segment": "stop"}


def test_another_live_primer_of_the_same_event_is_named():
    builders.primer(name="First", state="live")
    primer = builders.primer(state="draft", translations=[])

    told = [str(each.sentence) for each in checks.findings(primer, at=NOW)]

    assert any("“First” is live for the same event" in each for each in told)

"""What the review says of options: each sentence leads to the field that mends it."""

import pytest

from campaigns.models import AndroidChannel, Destination
from campaigns.review import message, options
from campaigns.review.readings import Reader
from tests import builders

pytestmark = pytest.mark.django_db

OFF = {"off": True}
SILENT = {"kind": "silent"}
FRENCH = {"locale": "fr", "title": "Salut", "body": "Venez."}


def found(**changes):
    """(severity, field, sentence) of each line about a campaign's options."""
    lines = options.chosen(builders.campaign(**changes))
    return [(each.severity, each.field, str(each.sentence)) for each in lines]


@pytest.mark.parametrize(
    ("platforms", "severity", "field", "words"),
    [
        ({"all": SILENT}, "look", "all:kind", "get nothing of a silent message"),
        (
            {"all": SILENT, "android": OFF, "ios": OFF},
            "stop",
            "all:kind",
            "reaches nobody here",
        ),
        (
            dict.fromkeys(("android", "ios", "web", "windows"), OFF),
            "stop",
            "sent_to",
            "sent to no platform",
        ),
        ({"ios": {"level": "time-sensitive"}}, "look", "ios:level", "breaks through"),
        ({"ios": {"level": "critical"}}, "stop", "ios:level", "may not be a critical"),
        ({"android": {"channel": "x"}}, "look", "android:channel", "not registered"),
        ({"ios": {"sound": "x.caf"}}, "look", "ios:sound", "not registered"),
        ({"android": {"expanded": "x"}}, "look", "android:expanded", "draws this"),
        ({"web": {"renotify": True}}, "look", "web:renotify", "replaces nothing"),
        ({"all": {"badge": "100"}}, "look", "all:badge", "more than two digits"),
    ],
)
def test_an_option_that_does_not_suit_is_told(platforms, severity, field, words):
    lines = found(platforms=platforms)

    assert [
        each for each in lines if each[:2] == (severity, field) and words in each[2]
    ]


def test_options_that_suit_are_one_green_line():
    names = {"application": builders.application()}
    AndroidChannel.objects.create(**names, key="news", name="News")
    Destination.objects.create(
        **names,
        key="product",
        name="A product",
        web="https://shop.example/{sku}",
        parameters=[{"name": "sku", "kind": "text", "required": True}],
    )
    chosen = {"key": "product", "values": {"sku": "42"}}
    platforms = {
        "all": {"destination": chosen, "badge": "3"},
        "android": {"channel": "news", "data_only": True, "expanded": "More."},
        "ios": {"sound": "none", "level": "time-sensitive"},
    }

    lines = found(platforms=platforms, purpose="transactional")
    assert [each[0] for each in lines] == ["ok"]
    assert found() == []
    chosen["values"] = {}
    assert found(platforms=platforms, purpose="transactional")[0][:2] == (
        "stop",
        "destination.sku",
    )


def test_buttons_and_cards_that_a_language_leaves_untranslated_are_told():
    french = {**FRENCH, "buttons": [{"label": "Ouvrir", "link": ""}, {}]}
    buttons = [{"label": "Open", "link": ""}, {"label": "Later", "link": ""}]
    cards = [{"asset": 1, "title": "One"}, {"asset": 2, "title": "Two"}]

    lines = found(
        translations=[french], buttons=buttons, platforms={"all": {"cards": cards}}
    )

    said = [sentence for _severity, field, sentence in lines if field == "fr.title"]
    assert said == [
        "The buttons in French are those in English.",
        "The cards in French are those in English.",
    ]


def test_a_label_is_measured_as_people_read_it_beside_the_others():
    builders.person(attributes={"first_name": "Léa"})
    long = "{{ first_name | default: 'you' }}, open it now"
    draft = builders.campaign(
        buttons=[{"label": long}, {"label": "Later"}, {"label": "Never"}]
    )
    compiled, _texts = message.texts(draft)
    people = [Reader({}, "en"), Reader({"first_name": "Léa"}, "en")]

    lines = [str(each.sentence) for each in options.buttons(compiled, people, None)]

    assert lines == [
        "Android cuts the button “you, open it now”: beside the others it has room "
        "for about 11 letters."
    ]
